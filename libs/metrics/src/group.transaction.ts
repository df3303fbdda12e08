import type { RunningExecution } from '@app/contracts';
import type { PoolClient } from 'pg';

import { keyOf } from './agent.registry.js';
import type { AgentLookup } from './agent.registry.js';
import { rowIdOf } from './metric.store.js';
import type { MetricStore } from './metric.store.js';
import type { FinishedRecord, PreparedRecord } from './prepared-record.js';
import type { RecordProblem } from './record-validator.js';
import type { RunningStore, StartedRecord } from './running.store.js';

/** What became of one record. */
export type Verdict =
  { kind: 'accepted' } | { kind: 'duplicate' } | { kind: 'rejected'; problem: RecordProblem };

export interface GroupResult {
  /** In the order of the records. */
  verdicts: Verdict[];
  stored: FinishedRecord[];
  started: RunningExecution[];
}

type KnownRecord = PreparedRecord & { agentKey: number; agentName: string };

/** One group of records on its way into the database, within one transaction. */
export class GroupTransaction {
  private readonly finished = new Map<string, FinishedRecord>();
  /** Where in the request each finished row came from. */
  private readonly positions = new Map<string, number>();
  private readonly begun: RunningExecution[] = [];
  private starts: StartedRecord[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly now: Date,
    private readonly running: RunningStore,
    private readonly metrics: MetricStore,
  ) {}

  async write(
    records: readonly PreparedRecord[],
    agents: AgentLookup,
    way: 'copy' | 'merge',
  ): Promise<GroupResult> {
    const verdicts: Verdict[] = [];
    for (const [index, record] of records.entries()) {
      const agent = agents.get(keyOf(record.projectId, record.agentId));
      if (!agent) throw new Error('agent was not registered');
      const agentName = record.agentName ?? agent.agentName;
      verdicts.push(await this.take({ ...record, agentKey: agent.agentKey, agentName }, index));
    }
    await this.noteStarts();
    const stored = await this.store(way);
    const kept = new Set(stored.map(rowIdOf));
    for (const [id, index] of this.positions) {
      if (!kept.has(id)) verdicts[index] = { kind: 'duplicate' };
    }
    return { verdicts, stored, started: this.begun };
  }

  private async take(record: KnownRecord, index: number): Promise<Verdict> {
    if (isStart(record)) {
      this.starts.push(record);
      return { kind: 'accepted' };
    }
    const end = hasTimes(record) ? record : await this.resolve(record);
    if ('kind' in end) return end;
    const id = rowIdOf(end);
    if (this.finished.has(id)) return { kind: 'duplicate' };
    this.finished.set(id, end);
    this.positions.set(id, index);
    return { kind: 'accepted' };
  }

  /** Finds the start of an end that does not say when it began. */
  private async resolve(record: KnownRecord): Promise<FinishedRecord | Verdict> {
    // A start in this very group counts too.
    await this.noteStarts();
    const taken = [...this.finished.values()].map(({ executionId }) => executionId);
    const start = await this.running.findStart(this.client, record.agentKey, record, taken);
    if (start) return completed(record, start, this.now);
    const id = record.executionId;
    if (id !== null) {
      const again =
        taken.includes(id) || (await this.metrics.isStored(this.client, record.agentKey, id));
      if (again) return { kind: 'duplicate' };
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

  private async store(way: 'copy' | 'merge'): Promise<FinishedRecord[]> {
    const rows = [...this.finished.values()].sort(byKey);
    if (rows.length === 0) return rows;
    await this.running.finish(this.client, rows);
    if (way === 'copy') {
      await this.metrics.copy(this.client, rows);
      return rows;
    }
    const kept = await this.metrics.merge(this.client, rows);
    return rows.filter((row) => kept.has(rowIdOf(row)));
  }
}

function isStart(record: KnownRecord): record is KnownRecord & StartedRecord {
  return record.status === 'running';
}

function hasTimes(record: KnownRecord): record is KnownRecord & FinishedRecord {
  return record.startedAtMs !== null;
}

/** An end together with what its start had said. */
function completed(
  end: KnownRecord,
  start: NonNullable<Awaited<ReturnType<RunningStore['findStart']>>>,
  now: Date,
): FinishedRecord {
  const startedAtMs = start.started_at.getTime();
  const endedAtMs =
    end.endedAtMs ??
    (end.durationMs === null ? now.getTime() : startedAtMs + Math.round(end.durationMs));
  return {
    ...end,
    executionId: start.execution_id,
    taskName: end.given.taskName ? end.taskName : start.task_name,
    taskType: end.given.taskType ? end.taskType : start.task_type,
    complexity: end.given.complexity ? end.complexity : start.complexity,
    attempt: end.given.attempt ? end.attempt : start.attempt,
    status: end.status as FinishedRecord['status'],
    startedAtMs,
    endedAtMs: Math.max(endedAtMs, startedAtMs),
    durationMs: end.durationMs ?? Math.max(0, endedAtMs - startedAtMs),
  };
}

/** The primary key's order, in which the index takes rows at the least cost. */
function byKey(a: FinishedRecord, b: FinishedRecord): number {
  return (
    a.agentKey - b.agentKey ||
    a.startedAtMs - b.startedAtMs ||
    (a.executionId < b.executionId ? -1 : 1)
  );
}
