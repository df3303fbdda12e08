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
/** When it is told after that long that there is no database, a client still waits for the answer. */
const PATIENCE_MS = 8000;
/** SQLSTATEs of a conflict with somebody else's transaction, or of a statement that was cancelled. */
const CONFLICT = /^(40|55P03$|57014$)/;
/** SQLSTATE classes that speak of the data: bad values, violated constraints, limits of a row. */
const DATA = /^(22|23|54)/;

/** Writes one group of records in one transaction, so that all of it is there or none. */
@Injectable()
export class GroupWriter {
  /** Groups that were merged since plain COPY could not take them, and repeated attempts. */
  readonly detours = { merged: 0, retried: 0 };
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
    const deadlineMs = performance.now() + PATIENCE_MS;
    try {
      return await this.attempt(records, 'copy');
    } catch (error) {
      if (isPassing(error)) return this.retryLater(records, error, deadlineMs);
      this.detours.merged += 1;
      return this.replay(records, deadlineMs);
    }
  }

  /** The same records again by the way that bears duplicates; a record at fault is found by halving. */
  private async replay(
    records: readonly PreparedRecord[],
    deadlineMs: number,
  ): Promise<GroupResult> {
    try {
      return await this.attempt(records, 'merge');
    } catch (error) {
      if (isPassing(error)) return this.retryLater(records, error, deadlineMs);
      if (records.length === 1) return this.refused(error);
      const middle = Math.ceil(records.length / 2);
      const left = await this.replay(records.slice(0, middle), deadlineMs);
      const right = await this.replay(records.slice(middle), deadlineMs);
      return {
        verdicts: [...left.verdicts, ...right.verdicts],
        stored: [...left.stored, ...right.stored],
        rows: [...left.rows, ...right.rows],
        started: [...left.started, ...right.started],
      };
    }
  }

  /** @throws DomainError unless it is the record's own fault: a refused record is gone for good */
  private refused(error: unknown): GroupResult {
    if (!DATA.test(sqlStateOf(error))) throw this.unavailable(error);
    const detail = error instanceof Error ? error.message : String(error);
    this.logger.warn({ event: 'ingest.record.refused', detail });
    const problem = { code: 'refused-by-database' as const, detail: 'The database refused it' };
    return { verdicts: [{ kind: 'rejected', problem }], stored: [], rows: [], started: [] };
  }

  /** The outcome of the lost attempt is unknown, so every further one merges. */
  private async retryLater(
    records: readonly PreparedRecord[],
    cause: unknown,
    deadlineMs: number,
  ): Promise<GroupResult> {
    for (const pauseMs of RETRIES_MS) {
      if (performance.now() > deadlineMs) break;
      await delay(pauseMs);
      this.detours.retried += 1;
      try {
        const result = await this.attempt(records, 'merge');
        return isDatabaseUnavailable(cause) ? asNews(result) : result;
      } catch (error) {
        if (!isPassing(error)) return this.replay(records, deadlineMs);
      }
    }
    throw this.unavailable(cause);
  }

  private unavailable(cause: unknown): DomainError {
    this.logger.warn({ event: 'ingest.storage.unavailable', cause: String(cause) });
    return new DomainError('storage-unavailable', 503, undefined, undefined, 2);
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
      // A connection that is gone takes its transaction along, and would not answer either.
      if (isDatabaseUnavailable(error)) broken = error as Error;
      else await client.query('ROLLBACK').catch((reason: Error) => (broken = reason));
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
    return { verdicts, stored: rows, rows, started: [] };
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

/**
 * Rows of an attempt whose answer was lost are there already, and yet are news to everyone. Under
 * which marks they were committed is not known: null sends the roller to the database.
 */
function asNews(result: GroupResult): GroupResult {
  const kept = new Set(result.stored);
  for (const row of result.rows) {
    if (!kept.has(row)) row.markId = null;
  }
  return { ...result, stored: result.rows };
}

/** Whether the same again may succeed, since the failure says nothing of the records. */
function isPassing(error: unknown): boolean {
  return isDatabaseUnavailable(error) || CONFLICT.test(sqlStateOf(error));
}

/** TypeORM hides the driver's error in its own. */
function sqlStateOf(error: unknown): string {
  const { code, driverError } = (error ?? {}) as {
    code?: unknown;
    driverError?: { code?: unknown };
  };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : '';
}

function allFinished(records: readonly PreparedRecord[]): records is readonly FinishedRecord[] {
  return records.every(isFinished);
}

function* startsOf(records: readonly PreparedRecord[]): Generator<number> {
  for (const { startedAtMs, status } of records) {
    if (startedAtMs !== null && status !== 'running') yield startedAtMs;
  }
}
