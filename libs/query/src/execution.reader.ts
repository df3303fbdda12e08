import type { Query } from '@app/aggregation';
import type { Execution, Outcome } from '@app/contracts';
import { invalidRequest } from '@app/platform';

import { identityOf } from './agent.reader.js';
import type { RegisteredAgent } from './agent.reader.js';

export interface ExecutionFilter {
  fromMs: number;
  toMs: number;
  taskId?: string | undefined;
  taskType?: string | undefined;
  complexity?: number | undefined;
  status?: Outcome | undefined;
}

/** Place in a list: the last row that was given. */
interface Cursor {
  startedAtMs: number;
  agentKey: number;
  executionId: string;
}

interface ExecutionRow {
  agent_key: number;
  started_at: Date;
  execution_id: string;
  agent_version: string | null;
  task_id: string;
  task_name: string;
  task_type: string;
  complexity: number;
  attempt: number;
  status: Outcome;
  ended_at: Date;
  duration_ms: number;
  error_type: string | null;
  error_message: string | null;
  cpu_percent: number | null;
  cpu_ms: number | null;
  memory_mb: number | null;
  network_bytes: number | null;
  disk_bytes: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  model: string | null;
  parent_execution_id: string | null;
  trace_id: string | null;
  metadata: Record<string, unknown> | null;
}

const COLUMNS = `agent_key, started_at, execution_id, agent_version, task_id, task_name, task_type,
  complexity, attempt, status, ended_at, duration_ms, error_type, error_message, cpu_percent, cpu_ms,
  memory_mb, network_bytes::float8 AS network_bytes, disk_bytes::float8 AS disk_bytes,
  input_tokens::float8 AS input_tokens, output_tokens::float8 AS output_tokens, cost_usd, model,
  parent_execution_id, trace_id, metadata`;

/**
 * One page of finished executions, newest start first.
 * @returns the page, and the cursor of the next one or null at the end
 */
export async function readExecutions(
  query: Query,
  project: string,
  agents: ReadonlyMap<number, RegisteredAgent>,
  filter: ExecutionFilter,
  limit: number,
  cursor?: string,
): Promise<{ executions: Execution[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor);
  const toMs = after ? Math.min(filter.toMs, after.startedAtMs + 1) : filter.toMs;
  const rows = await query<ExecutionRow>(
    `SELECT ${COLUMNS} FROM agent_performance_metrics
     WHERE agent_key = ANY ($1::int[]) AND started_at >= $2 AND started_at < $3
       AND ($4::text IS NULL OR task_id = $4) AND ($5::text IS NULL OR task_type = $5)
       AND ($6::int IS NULL OR complexity = $6) AND ($7::text IS NULL OR status = $7)
       AND ($8::timestamptz IS NULL OR (started_at, agent_key, execution_id) < ($8, $9::int, $10::uuid))
     ORDER BY started_at DESC, agent_key DESC, execution_id DESC LIMIT $11`,
    [
      [...agents.keys()],
      new Date(filter.fromMs),
      new Date(toMs),
      filter.taskId ?? null,
      filter.taskType ?? null,
      filter.complexity ?? null,
      filter.status ?? null,
      after ? new Date(after.startedAtMs) : null,
      after?.agentKey ?? null,
      after?.executionId ?? null,
      limit + 1,
    ],
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    executions: page.map((row) => toExecution(row, project, agents.get(row.agent_key))),
    nextCursor: last ? encodeCursor(last) : null,
  };
}

function toExecution(
  row: ExecutionRow,
  project: string,
  agent: RegisteredAgent | undefined,
): Execution {
  return {
    executionId: row.execution_id,
    project,
    ...identityOf(agent),
    agentVersion: row.agent_version,
    taskId: row.task_id,
    taskName: row.task_name,
    taskType: row.task_type,
    complexity: row.complexity,
    attempt: row.attempt,
    status: row.status,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at.toISOString(),
    durationMs: row.duration_ms,
    errorType: row.error_type,
    errorMessage: row.error_message,
    cpuPercent: row.cpu_percent,
    cpuMs: row.cpu_ms,
    memoryMb: row.memory_mb,
    networkBytes: row.network_bytes,
    diskBytes: row.disk_bytes,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
    model: row.model,
    parentExecutionId: row.parent_execution_id,
    traceId: row.trace_id,
    metadata: row.metadata,
  };
}

function encodeCursor(row: ExecutionRow): string {
  const place = [row.started_at.getTime(), row.agent_key, row.execution_id];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function decodeCursor(cursor: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = /^\[(\d{1,15}),(\d{1,10}),"([0-9a-f-]{36})"\]$/.exec(text);
  if (!match) {
    throw invalidRequest([{ path: 'cursor', code: 'invalid-value', detail: 'is not a cursor' }]);
  }
  return {
    startedAtMs: Number(match[1]),
    agentKey: Number(match[2]),
    executionId: String(match[3]),
  };
}
