import { instant, intArray } from './copy-out.js';
import type { BinaryRow, CopyPart, StreamingQuery } from './copy-out.js';
import type { RawRow } from './partial.js';
import { hull, joined, spansSql } from './span.js';
import type { AgentSpan, Span } from './span.js';

const TABLE = 'agent_performance_metrics';

/** The select list of a raw row as an object; `readRaw` understands it. */
export const RAW_SELECT = `m.agent_key, m.started_at, m.task_type, m.complexity, m.status, m.duration_ms,
  m.ended_at, m.cpu_percent, m.memory_mb, m.network_bytes::float8 AS network_bytes,
  m.disk_bytes::float8 AS disk_bytes, m.input_tokens::float8 AS input_tokens,
  m.output_tokens::float8 AS output_tokens, m.cost_usd`;

export interface RawSelectRow {
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

export function readRaw(row: RawSelectRow): RawRow {
  return {
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
  };
}

const binarySelect = `m.agent_key, m.started_at, m.task_type, m.complexity, m.status, m.duration_ms,
  m.ended_at, m.cpu_percent, m.memory_mb, m.network_bytes, m.disk_bytes, m.input_tokens,
  m.output_tokens, m.cost_usd`;

/** Receives a raw row, whose object is used again for the next one. */
export type TakeRaw = (agentKey: number, startedAtMs: number, row: RawRow) => void;

function reading(take: TakeRaw): (row: BinaryRow) => void {
  const raw = emptyRow();
  return (row) => {
    const agentKey = row.int4();
    const startedAtMs = row.instant();
    raw.taskType = row.word();
    raw.complexity = row.int2();
    raw.status = row.word();
    raw.durationMs = row.float8();
    raw.endedAtMs = row.instant();
    raw.cpuPercent = row.float8OrNull();
    raw.memoryMb = row.float8OrNull();
    raw.networkBytes = row.int8OrNull();
    raw.diskBytes = row.int8OrNull();
    raw.inputTokens = row.int8OrNull();
    raw.outputTokens = row.int8OrNull();
    raw.costUsd = row.float8OrNull();
    take(agentKey, startedAtMs, raw);
  };
}

/** A row to be filled in. */
export function emptyRow(): RawRow {
  return {
    taskType: '',
    complexity: 1,
    status: '',
    durationMs: 0,
    endedAtMs: 0,
    cpuPercent: null,
    memoryMb: null,
    networkBytes: null,
    diskBytes: null,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
  };
}

/** The raw rows of some agents that started within a span, to be read together with other things. */
export function rawRowsOf(
  agentKeys: readonly number[],
  { fromMs, toMs }: Span,
  take: TakeRaw,
): CopyPart {
  return {
    select: `SELECT ${binarySelect} FROM ${TABLE} m
     WHERE m.agent_key = ANY (${intArray(agentKeys)})
       AND m.started_at >= ${instant(fromMs)} AND m.started_at < ${instant(toMs)}`,
    take: reading(take),
  };
}

/** Reads the raw rows of some agents that started within a span. */
export async function readRawRows(
  query: StreamingQuery,
  agentKeys: readonly number[],
  span: Span,
  take: TakeRaw,
): Promise<void> {
  if (agentKeys.length === 0 || span.fromMs >= span.toMs) return;
  await query.copyAll([rawRowsOf(agentKeys, span, take)]);
}

/** Reads the raw rows of (agent, span) pairs; see `rollupsOfSpans` for the form of the statement. */
export async function readRawRowsOf(
  query: StreamingQuery,
  spans: readonly AgentSpan[],
  take: TakeRaw,
): Promise<void> {
  if (spans.length === 0) return;
  const { fromMs, toMs } = hull(spans);
  await query.copyOut(
    `SELECT m.* FROM ${spansSql(joined(spans))}
     CROSS JOIN LATERAL (
       SELECT ${binarySelect} FROM ${TABLE} m
       WHERE m.agent_key = t.agent_key AND m.started_at >= t.starts AND m.started_at < t.ends
         AND m.started_at >= ${instant(fromMs)} AND m.started_at < ${instant(toMs)}
       OFFSET 0
     ) AS m`,
    reading(take),
  );
}
