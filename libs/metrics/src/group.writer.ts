import { setTimeout as delay } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, DomainError, copyBinary, isDatabaseUnavailable } from '@app/platform';
import type { Clock } from '@app/platform';
import type { Pool, PoolClient } from 'pg';

import { AgentRegistry } from './agent.registry.js';
import { sortedOnce } from './group.order.js';
import { ACCEPTED, DUPLICATE, GroupTransaction, isFinished } from './group.transaction.js';
import type { GroupResult, Verdict } from './group.transaction.js';
import { MetricStore } from './metric.store.js';
import { PartitionStore } from './partition.store.js';
import type { FinishedRecord, PreparedRecord } from './prepared-record.js';
import { RunningStore } from './running.store.js';

export const INGEST_POOL = Symbol('INGEST_POOL');

const RETRIES_MS = [50, 250, 1000];

/** Writes one group of records in one transaction, so that all of it is there or none. */
@Injectable()
export class GroupWriter {
  private readonly logger = new Logger(GroupWriter.name);

  constructor(
    @Inject(INGEST_POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly registry: AgentRegistry,
    private readonly metrics: MetricStore,
    private readonly running: RunningStore,
    private readonly partitions: PartitionStore,
  ) {}

  /**
   * @throws DomainError `storage-unavailable` when the database stays away; nothing was then
   * promised, and sending the records again is safe
   */
  async write(records: readonly PreparedRecord[]): Promise<GroupResult> {
    try {
      return await this.attempt(records, 'copy');
    } catch (error) {
      if (!isDatabaseUnavailable(error)) return this.replay(records);
      return this.retryLater(records, error);
    }
  }

  /** The same records again by the way that bears duplicates; a record at fault is found by halving. */
  private async replay(records: readonly PreparedRecord[]): Promise<GroupResult> {
    try {
      return await this.attempt(records, 'merge');
    } catch (error) {
      if (isDatabaseUnavailable(error)) return this.retryLater(records, error);
      if (records.length === 1) return this.refused(error);
      const middle = Math.ceil(records.length / 2);
      const left = await this.replay(records.slice(0, middle));
      const right = await this.replay(records.slice(middle));
      return {
        verdicts: [...left.verdicts, ...right.verdicts],
        stored: [...left.stored, ...right.stored],
        started: [...left.started, ...right.started],
      };
    }
  }

  private refused(error: unknown): GroupResult {
    const detail = error instanceof Error ? error.message : String(error);
    this.logger.warn({ event: 'ingest.record.refused', detail });
    const problem = { code: 'refused-by-database' as const, detail: 'The database refused it' };
    return { verdicts: [{ kind: 'rejected', problem }], stored: [], started: [] };
  }

  /** The outcome of the lost attempt is unknown, so every further one merges. */
  private async retryLater(
    records: readonly PreparedRecord[],
    cause: unknown,
  ): Promise<GroupResult> {
    for (const pauseMs of RETRIES_MS) {
      await delay(pauseMs);
      try {
        return await this.attempt(records, 'merge');
      } catch (error) {
        if (!isDatabaseUnavailable(error)) return this.replay(records);
      }
    }
    this.logger.warn({ event: 'ingest.storage.unavailable', cause: String(cause) });
    throw new DomainError('storage-unavailable', 503, undefined, undefined, 2);
  }

  private async attempt(
    records: readonly PreparedRecord[],
    way: 'copy' | 'merge',
  ): Promise<GroupResult> {
    await this.partitions.ensure(startsOf(records));
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      if (way === 'copy' && this.registry.recognise(records) && allFinished(records)) {
        return await this.copyAtOnce(client, records);
      }
      return await this.transact(client, records, way);
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        // The connection is gone, and its transaction with it.
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken);
      this.noteSeen();
    }
  }

  /** The usual group (finished executions of agents that are known): one round trip in all. */
  private async copyAtOnce(
    client: PoolClient,
    records: readonly FinishedRecord[],
  ): Promise<GroupResult> {
    const verdicts = new Array<Verdict>(records.length).fill(ACCEPTED);
    const rows = sortedOnce(records, (position) => (verdicts[position] = DUPLICATE));
    const { sql, data } = this.metrics.plan(rows);
    const [running] = await copyBinary(client, `${sql}; ${this.running.anyRunning}`, data);
    // An end is sent after its start was acknowledged, so the start could be seen by then.
    if (running === 't') await this.running.finish(client, rows);
    return { verdicts, stored: rows, started: [] };
  }

  private async transact(
    client: PoolClient,
    records: readonly PreparedRecord[],
    way: 'copy' | 'merge',
  ): Promise<GroupResult> {
    await client.query('BEGIN');
    const remember = await this.registry.register(client, records);
    const group = new GroupTransaction(client, this.clock.now(), this.running, this.metrics);
    const result = await group.write(records, way);
    await client.query('COMMIT');
    remember();
    return result;
  }

  /** Apart from the group, which does not wait for it. */
  private noteSeen(): void {
    this.registry.writeSeen(this.pool).catch((error: unknown) => {
      this.logger.warn({ event: 'agents.seen.failed', error: String(error) });
    });
  }
}

function allFinished(records: readonly PreparedRecord[]): records is readonly FinishedRecord[] {
  return records.every(isFinished);
}

function* startsOf(records: readonly PreparedRecord[]): Generator<number> {
  for (const { startedAtMs, status } of records) {
    if (startedAtMs !== null && status !== 'running') yield startedAtMs;
  }
}
