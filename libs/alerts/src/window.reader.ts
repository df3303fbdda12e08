import { addRow, readPartials, streaming } from '@app/aggregation';
import type { Query, Span, StreamingQuery } from '@app/aggregation';
import { floorToBucket } from '@app/stats';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

import { AgentWindow } from './agent-window.js';

const MINUTE_MS = 60_000;
/** Up to here minutes answer alone: whole hours would cover little of it. */
const MINUTES_UP_TO_MS = 2 * 60 * MINUTE_MS;

/** What of a raw row is needed; as the database gives it. */
interface TaskRow {
  agent_key: number;
  started_at: Date;
  task_type: string;
  complexity: number;
  status: string;
  duration_ms: number;
  ended_at: Date;
  cpu_percent: number | null;
  memory_mb: number | null;
  network_bytes: number | null;
  disk_bytes: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
}

const tasksOfType = `
SELECT agent_key, started_at, task_type, complexity, status, duration_ms, ended_at, cpu_percent,
  memory_mb, network_bytes::float8 AS network_bytes, disk_bytes::float8 AS disk_bytes,
  input_tokens::float8 AS input_tokens, output_tokens::float8 AS output_tokens, cost_usd
FROM agent_performance_metrics
WHERE agent_key = ANY($1::integer[]) AND started_at >= $2::timestamptz
  AND started_at < $3::timestamptz AND ($4::text IS NULL OR task_type = $4::text)`;

/** Reads that all see one instant of the database. */
export function inSnapshot<T>(
  dataSource: DataSource,
  read: (query: StreamingQuery) => Promise<T>,
): Promise<T> {
  return dataSource.transaction('REPEATABLE READ', async (manager) => {
    const client = (await manager.queryRunner?.connect()) as PoolClient;
    return read(streaming((sql, parameters) => manager.query(sql, parameters), client));
  });
}

/** The window that ends now. It begins with a whole minute, so no raw rows are needed for that. */
export function windowSpan(windowMs: number, nowMs: number): Span {
  return {
    fromMs: floorToBucket(nowMs - windowMs, 'minute'),
    toMs: floorToBucket(nowMs, 'minute') + MINUTE_MS,
  };
}

/** What each agent did within a span, from rollups where they are up to date. */
export async function readWindows(
  query: StreamingQuery,
  agentKeys: number[],
  span: Span,
): Promise<Map<number, AgentWindow>> {
  const windows = new Map<number, AgentWindow>();
  const windowOf = (agentKey: number): AgentWindow => {
    let window = windows.get(agentKey);
    if (!window) windows.set(agentKey, (window = new AgentWindow()));
    return window;
  };
  const coarsest = span.toMs - span.fromMs > MINUTES_UP_TO_MS + MINUTE_MS ? 'hour' : 'minute';
  await readPartials(
    query,
    { ...span, agentKeys, coarsest },
    {
      rollup: (agentKey, atMs, partial) => {
        windowOf(agentKey).add(atMs, partial);
      },
      partialFor: (agentKey, atMs) => windowOf(agentKey).bucket(floorToBucket(atMs, 'minute')),
    },
  );
  return windows;
}

/**
 * The same for tasks of one type, or of each: rollups do not split resources and quantiles by type
 * of task, so this reads the raw rows.
 * @param keyOf whose window a task belongs to
 */
export async function readTaskWindows<K>(
  query: Query,
  agentKeys: number[],
  span: Span,
  taskType: string | null,
  keyOf: (agentKey: number, taskType: string) => K,
): Promise<Map<K, AgentWindow>> {
  const windows = new Map<K, AgentWindow>();
  const rows = await query<TaskRow>(tasksOfType, [
    agentKeys,
    new Date(span.fromMs),
    new Date(span.toMs),
    taskType,
  ]);
  for (const row of rows) {
    const key = keyOf(row.agent_key, row.task_type);
    let window = windows.get(key);
    if (!window) windows.set(key, (window = new AgentWindow()));
    addRow(window.bucket(floorToBucket(row.started_at.getTime(), 'minute')), {
      taskType: row.task_type,
      complexity: row.complexity,
      status: row.status,
      durationMs: row.duration_ms,
      endedAtMs: row.ended_at.getTime(),
      cpuPercent: row.cpu_percent,
      memoryMb: row.memory_mb,
      networkBytes: row.network_bytes,
      diskBytes: row.disk_bytes,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costUsd: row.cost_usd,
    });
  }
  return windows;
}
