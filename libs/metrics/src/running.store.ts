import { Injectable } from '@nestjs/common';
import type { RunningExecution } from '@app/contracts';
import type { PoolClient } from 'pg';

import type { FinishedRecord, PreparedRecord } from './prepared-record.js';

/** A running record whose agent is known. */
export type StartedRecord = PreparedRecord & {
  agentKey: number;
  agentName: string;
  executionId: string;
  startedAtMs: number;
};

/** What a running execution knows that its end may leave open. */
export interface RunningRow {
  execution_id: string;
  task_name: string;
  task_type: string;
  complexity: number;
  attempt: number;
  started_at: Date;
}

/** Executions that have begun; always within the caller's transaction. */
@Injectable()
export class RunningStore {
  /**
   * Notes starts and heartbeats. An execution that is stored already does not come back to life
   * when its start is late.
   * @returns those that were not known before
   */
  async note(
    client: PoolClient,
    records: readonly StartedRecord[],
    now: Date,
  ): Promise<RunningExecution[]> {
    if (records.length === 0) return [];
    const unique = [...new Map(records.map((r) => [`${r.agentKey}/${r.executionId}`, r])).values()];
    unique.sort((a, b) => a.agentKey - b.agentKey || (a.executionId < b.executionId ? -1 : 1));
    const keys = unique.map((record) => record.agentKey);
    const ids = unique.map((record) => record.executionId);
    await client.query(
      `UPDATE running_executions r
       SET heartbeat_at = $3, progress = coalesce(t.progress, r.progress)
       FROM unnest($1::int[], $2::uuid[], $4::float8[]) AS t (agent_key, execution_id, progress)
       WHERE r.agent_key = t.agent_key AND r.execution_id = t.execution_id`,
      [keys, ids, now, unique.map((record) => record.progress)],
    );
    const begun = await this.begin(client, unique, now);
    return unique
      .filter((record) => begun.has(`${record.agentKey}/${record.executionId}`))
      .map((record) => toRunning(record, now));
  }

  /** @returns `agent key/execution id` of those that were not running before */
  private async begin(
    client: PoolClient,
    records: readonly StartedRecord[],
    now: Date,
  ): Promise<Set<string>> {
    const { rows } = await client.query<{ agent_key: number; execution_id: string }>(
      `INSERT INTO running_executions (agent_key, execution_id, task_id, task_name, task_type,
         complexity, attempt, started_at, progress, heartbeat_at)
       SELECT t.*, $9::timestamptz
       FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[],
         $7::smallint[], $8::timestamptz[], $11::float8[])
         AS t (agent_key, execution_id, task_id, task_name, task_type, complexity, attempt,
           started_at, progress)
       WHERE NOT EXISTS (SELECT 1 FROM agent_performance_metrics m
           WHERE m.agent_key = t.agent_key AND m.started_at = t.started_at
             AND m.execution_id = t.execution_id)
         AND NOT (t.execution_id = ANY ($10::uuid[])
           AND EXISTS (SELECT 1 FROM agent_performance_metrics m
             WHERE m.agent_key = t.agent_key AND m.execution_id = t.execution_id))
       ON CONFLICT (agent_key, execution_id) DO NOTHING
       RETURNING agent_key, execution_id`,
      [
        records.map((record) => record.agentKey),
        records.map((record) => record.executionId),
        records.map((record) => record.taskId),
        records.map((record) => record.taskName),
        records.map((record) => record.taskType),
        records.map((record) => record.complexity),
        records.map((record) => record.attempt),
        records.map((record) => new Date(record.startedAtMs)),
        now,
        // Those that did not say when they began may be stored with any start.
        records.filter((record) => record.given).map((record) => record.executionId),
        records.map((record) => record.progress),
      ],
    );
    return new Set(rows.map((row) => `${row.agent_key}/${row.execution_id}`));
  }

  /**
   * SQL that answers whether anything is running at all, for those who end executions without
   * having asked first.
   */
  readonly anyRunning = 'SELECT EXISTS (SELECT 1 FROM running_executions)';

  /** Takes away what these ends have finished. */
  async finish(client: PoolClient, records: readonly FinishedRecord[]): Promise<void> {
    const ended = [...records].sort(
      (a, b) => a.agentKey - b.agentKey || (a.executionId < b.executionId ? -1 : 1),
    );
    await client.query(
      `DELETE FROM running_executions r
       USING unnest($1::int[], $2::uuid[]) AS t (agent_key, execution_id)
       WHERE r.agent_key = t.agent_key AND r.execution_id = t.execution_id`,
      [ended.map((record) => record.agentKey), ended.map((record) => record.executionId)],
    );
  }

  /**
   * The running execution that an end without a start belongs to: by its id, otherwise the one
   * that has been running longest for the agent and task.
   */
  async findStart(
    client: PoolClient,
    agentKey: number,
    end: PreparedRecord,
    taken: readonly string[],
  ): Promise<RunningRow | null> {
    const { rows } = await client.query<RunningRow>(
      `SELECT execution_id, task_name, task_type, complexity, attempt, started_at
       FROM running_executions
       WHERE agent_key = $1 AND task_id = $2 AND ($3::uuid IS NULL OR execution_id = $3)
         AND execution_id <> ALL ($4::uuid[])
       ORDER BY started_at, execution_id LIMIT 1`,
      [agentKey, end.taskId, end.executionId, taken],
    );
    return rows[0] ?? null;
  }
}

/** The start as the wire shows it. */
export function toRunning(record: StartedRecord, now: Date): RunningExecution {
  return {
    executionId: record.executionId,
    project: record.project,
    agentId: record.agentId,
    agentName: record.agentName,
    agentType: record.agentType,
    taskId: record.taskId,
    taskName: record.taskName,
    taskType: record.taskType,
    complexity: record.complexity,
    attempt: record.attempt,
    startedAt: new Date(record.startedAtMs).toISOString(),
    heartbeatAt: now.toISOString(),
    progress: record.progress,
  };
}
