import type { Query } from '@app/aggregation';
import type { Execution, Outcome } from '@app/contracts';

import { identityOf } from './agent.reader.js';
import type { RegisteredAgent } from './agent.reader.js';
import { NEWEST_FIRST, afterPlace, orderBy } from './execution.order.js';
import type { ExecutionOrder, Place } from './execution.order.js';

export interface ExecutionFilter {
  fromMs: number;
  toMs: number;
  taskId?: string | undefined;
  taskType?: string | undefined;
  complexity?: number | undefined;
  status?: Outcome | undefined;
  executionId?: string | undefined;
  taskName?: string | undefined;
  errorType?: string | undefined;
  model?: string | undefined;
  traceId?: string | undefined;
  parentExecutionId?: string | undefined;
  /** Part of what the task or the error is called or says, whatever the case. */
  text?: string | undefined;
  minDurationMs?: number | undefined;
  maxDurationMs?: number | undefined;
}

export interface ExecutionRow {
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

/** Columns that must equal a filter of the same meaning. */
const EQUAL = [
  ['task_id', 'text', 'taskId'],
  ['task_name', 'text', 'taskName'],
  ['task_type', 'text', 'taskType'],
  ['complexity', 'int', 'complexity'],
  ['status', 'text', 'status'],
  ['execution_id', 'uuid', 'executionId'],
  ['error_type', 'text', 'errorType'],
  ['model', 'text', 'model'],
  ['trace_id', 'text', 'traceId'],
  ['parent_execution_id', 'uuid', 'parentExecutionId'],
] as const;

/** Where a text is looked for. */
const TEXTS = "concat_ws(E'\\n', task_name, task_id, error_type, error_message)";

/** Everything that fits, newest start first unless asked otherwise. */
export function selectExecutions(
  agentKeys: number[],
  filter: ExecutionFilter,
  by: ExecutionOrder = NEWEST_FIRST,
  after?: Place,
): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const bind = (value: unknown, type: string): string => `$${parameters.push(value)}::${type}`;
  const conditions = [
    `agent_key = ANY (${bind(agentKeys, 'int[]')})`,
    `started_at >= ${bind(new Date(filter.fromMs), 'timestamptz')}`,
    `started_at < ${bind(new Date(filter.toMs), 'timestamptz')}`,
  ];
  for (const [column, type, name] of EQUAL) {
    if (filter[name] !== undefined) conditions.push(`${column} = ${bind(filter[name], type)}`);
  }
  const { minDurationMs, maxDurationMs } = filter;
  if (minDurationMs !== undefined) {
    conditions.push(`duration_ms >= ${bind(minDurationMs, 'float8')}`);
  }
  if (maxDurationMs !== undefined) {
    conditions.push(`duration_ms <= ${bind(maxDurationMs, 'float8')}`);
  }
  if (filter.text !== undefined) {
    // Not LIKE: what people look for holds % and _ often enough.
    conditions.push(`position(lower(${bind(filter.text, 'text')}) IN lower(${TEXTS})) > 0`);
  }
  if (after) conditions.push(afterPlace(by, after, bind));
  const sql = `SELECT ${COLUMNS} FROM agent_performance_metrics
    WHERE ${conditions.join(' AND ')} ${orderBy(by)}`;
  return { sql, parameters };
}

const FIRST_SLICE_MS = 10 * 60_000;
const SLICE_GROWTH = 6;

/**
 * The first rows of a list. No index gives the newest of many agents, so the range is searched from
 * its end in slices that grow: a page of the newest costs the same however long the range is.
 */
export async function readExecutions(
  query: Query,
  agentKeys: number[],
  filter: ExecutionFilter,
  limit: number,
  by: ExecutionOrder = NEWEST_FIRST,
  after?: Place,
): Promise<ExecutionRow[]> {
  if (by.sort !== 'startedAt' || by.order !== 'desc') {
    const { sql, parameters } = selectExecutions(agentKeys, filter, by, after);
    return query<ExecutionRow>(`${sql} LIMIT ${limit}`, parameters);
  }
  const rows: ExecutionRow[] = [];
  // Not only before the last row: others may have started in the same millisecond.
  let toMs = after ? Math.min(filter.toMs, after.startedAtMs + 1) : filter.toMs;
  for (let width = FIRST_SLICE_MS; toMs > filter.fromMs; width *= SLICE_GROWTH) {
    const fromMs = Math.max(filter.fromMs, toMs - width);
    const { sql, parameters } = selectExecutions(agentKeys, { ...filter, fromMs, toMs }, by, after);
    const wanted = limit - rows.length;
    rows.push(...(await query<ExecutionRow>(`${sql} LIMIT ${wanted}`, parameters)));
    if (rows.length >= limit) break;
    toMs = fromMs;
  }
  return rows;
}

export function toExecution(
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
