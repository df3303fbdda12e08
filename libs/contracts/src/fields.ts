import { REPORTED_STATUSES } from './execution.js';
import type { Execution, ExecutionRecord } from './execution.js';
import { LIMITS } from './limits.js';

/** What a field of an execution record may hold. Numbers are finite and never negative. */
export type FieldRule =
  | { kind: 'text'; maxLength: number; required?: true }
  | { kind: 'uuid' }
  | { kind: 'number'; max: number }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'instant' }
  | { kind: 'choice'; values: readonly string[]; required: true }
  | { kind: 'object'; maxBytes: number };

const id = { kind: 'text', maxLength: LIMITS.idLength } as const;
const count = { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER } as const;

/** The one list of an execution record's fields; validation, docs and encoding follow it. */
export const RECORD_FIELDS: Readonly<Record<keyof ExecutionRecord, FieldRule>> = {
  executionId: { kind: 'uuid' },
  agentId: { ...id, required: true },
  agentName: { kind: 'text', maxLength: LIMITS.nameLength },
  agentType: { ...id, required: true },
  agentVersion: id,
  taskId: { ...id, required: true },
  taskName: { kind: 'text', maxLength: LIMITS.nameLength },
  taskType: id,
  complexity: { kind: 'integer', min: 1, max: 5 },
  attempt: { kind: 'integer', min: 1, max: 1000 },
  status: { kind: 'choice', values: REPORTED_STATUSES, required: true },
  startedAt: { kind: 'instant' },
  endedAt: { kind: 'instant' },
  durationMs: { kind: 'number', max: LIMITS.durationMs },
  progress: { kind: 'number', max: 100 },
  errorType: id,
  errorMessage: { kind: 'text', maxLength: LIMITS.errorLength },
  cpuPercent: { kind: 'number', max: 100_000 },
  cpuMs: { kind: 'number', max: LIMITS.durationMs * 1000 },
  memoryMb: { kind: 'number', max: 1e9 },
  networkBytes: count,
  diskBytes: count,
  inputTokens: count,
  outputTokens: count,
  costUsd: { kind: 'number', max: 1e9 },
  model: id,
  parentExecutionId: { kind: 'uuid' },
  traceId: id,
  metadata: { kind: 'object', maxBytes: LIMITS.metadataBytes },
};

/** Names of the fields of a stored execution, as answers and events show it. */
export const EXECUTION_FIELDS = [
  'project',
  ...Object.keys(RECORD_FIELDS).filter((name) => name !== 'progress'),
] as (keyof Execution)[];
