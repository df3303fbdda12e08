import type { BinaryCopyEncoder } from '@app/platform';

import type { FinishedRecord } from './prepared-record.js';

type Encode = (encoder: BinaryCopyEncoder, record: FinishedRecord) => void;

/** The raw table's columns, each with how its value is written. */
const columns: [name: string, encode: Encode][] = [
  ['agent_key', (to, r) => to.int4(r.agentKey)],
  ['started_at', (to, r) => to.timestamptz(r.startedAtMs)],
  ['execution_id', (to, r) => to.uuid(r.executionId)],
  ['task_id', (to, r) => to.text(r.taskId)],
  ['task_name', (to, r) => to.text(r.taskName)],
  ['task_type', (to, r) => to.text(r.taskType)],
  ['agent_version', (to, r) => to.text(r.agentVersion)],
  ['complexity', (to, r) => to.int2(r.complexity)],
  ['attempt', (to, r) => to.int2(r.attempt)],
  ['status', (to, r) => to.text(r.status)],
  ['ended_at', (to, r) => to.timestamptz(r.endedAtMs)],
  ['duration_ms', (to, r) => to.float8(r.durationMs)],
  ['error_type', (to, r) => to.text(r.errorType)],
  ['error_message', (to, r) => to.text(r.errorMessage)],
  ['cpu_percent', (to, r) => to.float8(r.cpuPercent)],
  ['cpu_ms', (to, r) => to.float8(r.cpuMs)],
  ['memory_mb', (to, r) => to.float8(r.memoryMb)],
  ['network_bytes', (to, r) => to.int8(r.networkBytes)],
  ['disk_bytes', (to, r) => to.int8(r.diskBytes)],
  ['input_tokens', (to, r) => to.int8(r.inputTokens)],
  ['output_tokens', (to, r) => to.int8(r.outputTokens)],
  ['cost_usd', (to, r) => to.float8(r.costUsd)],
  ['model', (to, r) => to.text(r.model)],
  ['parent_execution_id', (to, r) => to.uuid(r.parentExecutionId)],
  ['trace_id', (to, r) => to.text(r.traceId)],
  ['metadata', (to, r) => to.jsonb(r.metadataJson)],
];

export const COLUMN_COUNT = columns.length;
export const COLUMN_LIST = columns.map(([name]) => name).join(', ');

export function encodeRow(encoder: BinaryCopyEncoder, record: FinishedRecord): void {
  encoder.row(COLUMN_COUNT);
  for (const [, encode] of columns) encode(encoder, record);
}
