import type { RunningExecution } from '@app/contracts';
import { copyBinary } from '@app/platform';
import type { PoolClient } from 'pg';

import { sortedOnce } from './group.order.js';
import { rowIdOf } from './metric.store.js';
import type { MetricStore } from './metric.store.js';
import type { FinishedRecord, PreparedRecord } from './prepared-record.js';
import type { RecordProblem } from './record-validator.js';
import type { RunningStore, StartedRecord } from './running.store.js';

/** What became of one record. */
export type Verdict =
  { kind: 'accepted' } | { kind: 'duplicate' } | { kind: 'rejected'; problem: RecordProblem };

/** Shared by all records of which there is nothing more to say. */
export const ACCEPTED: Verdict = { kind: 'accepted' };
export const DUPLICATE: Verdict = { kind: 'duplicate' };

export interface GroupResult {
  /** In the order of the records. */
  verdicts: Verdict[];
  /** Rows that were not there before. */
  stored: FinishedRecord[];
  /** All finished executions of the group, also those that were there before. */
  rows: FinishedRecord[];
  started: RunningExecution[];
}

/**
 * One group of records on its way into the database, within one transaction: starts and heartbeats,
 * ends that have to find their start, and finished executions, in the order in which they came.
 */
export class GroupTransaction {
  private readonly finished: FinishedRecord[] = [];
  /** Where in the group each finished row came from, in the order of `finished`. */
  private readonly positions: number[] = [];
  private readonly begun: RunningExecution[] = [];
  private starts: StartedRecord[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly now: Date,
    private readonly running: RunningStore,
    private readonly metrics: MetricStore,
  ) {}

  /** @param records with the keys of their agents */
  async write(records: readonly PreparedRecord[], way: 'copy' | 'merge'): Promise<GroupResult> {
    const verdicts: Verdict[] = [];
    for (const [index, record] of records.entries()) {
      verdicts.push(await this.take(record, index));
    }
    await this.noteStarts();
    const rows = sortedOnce(this.finished, (at) => {
      verdicts[this.positions[at] ?? 0] = DUPLICATE;
    });
    const stored = await this.store(rows, way);
    if (stored.length < rows.length) {
      const kept = new Set(stored.map(rowIdOf));
      for (const [at, row] of this.finished.entries()) {
        if (!kept.has(rowIdOf(row))) verdicts[this.positions[at] ?? 0] = DUPLICATE;
      }
    }
    return { verdicts, stored, rows, started: this.begun };
  }

  private async take(record: PreparedRecord, index: number): Promise<Verdict> {
    if (isStart(record)) {
      this.starts.push(record);
      return ACCEPTED;
    }
    const end = isFinished(record) ? record : await this.resolve(record);
    if ('kind' in end) return end;
    this.finished.push(end);
    this.positions.push(index);
    return ACCEPTED;
  }

  /** Finds the start of an end that does not say when it began. */
  private async resolve(record: PreparedRecord): Promise<FinishedRecord | Verdict> {
    // A start in this very group counts too.
    await this.noteStarts();
    const taken = this.finished.map(({ executionId }) => executionId);
    const start = await this.running.findStart(this.client, record.agentKey, record, taken);
    if (start) return completed(record, start, this.now);
    const id = record.executionId;
    if (id !== null) {
      const again =
        taken.includes(id) || (await this.metrics.isStored(this.client, record.agentKey, id));
      if (again) return DUPLICATE;
    }
    const detail =
      'nothing of this agent and task is running: give startedAt, or durationMs and endedAt';
    return {
      kind: 'rejected',
      problem: { code: 'no-running-execution', path: 'startedAt', detail },
    };
  }

  private async noteStarts(): Promise<void> {
    const starts = this.starts;
    this.starts = [];
    this.begun.push(...(await this.running.note(this.client, starts, this.now)));
  }

  private async store(rows: FinishedRecord[], way: 'copy' | 'merge'): Promise<FinishedRecord[]> {
    if (rows.length === 0) return rows;
    await this.running.finish(this.client, rows);
    if (way === 'copy') {
      const { sql, data } = this.metrics.plan(rows);
      await copyBinary(this.client, sql, data);
      return rows;
    }
    const kept = await this.metrics.merge(this.client, rows);
    return rows.filter((row) => kept.has(rowIdOf(row)));
  }
}

function isStart(record: PreparedRecord): record is StartedRecord {
  return record.status === 'running';
}

/** Whether a record is all that its row needs, without a look at what is running. */
export function isFinished(record: PreparedRecord): record is FinishedRecord {
  return record.startedAtMs !== null && record.status !== 'running';
}

/** An end together with what its start had said. */
function completed(
  end: PreparedRecord,
  start: NonNullable<Awaited<ReturnType<RunningStore['findStart']>>>,
  now: Date,
): FinishedRecord {
  const startedAtMs = start.started_at.getTime();
  const endedAtMs =
    end.endedAtMs ??
    (end.durationMs === null ? now.getTime() : startedAtMs + Math.round(end.durationMs));
  return {
    ...(end as FinishedRecord),
    executionId: start.execution_id,
    taskName: end.given?.taskName ? end.taskName : start.task_name,
    taskType: end.given?.taskType ? end.taskType : start.task_type,
    complexity: end.given?.complexity ? end.complexity : start.complexity,
    attempt: end.given?.attempt ? end.attempt : start.attempt,
    startedAtMs,
    endedAtMs: Math.max(endedAtMs, startedAtMs),
    durationMs: end.durationMs ?? Math.max(0, endedAtMs - startedAtMs),
  };
}
