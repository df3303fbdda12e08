/** How a task execution stands. `abandoned` is given by the server only. */
export const OUTCOMES = ['success', 'failure', 'timeout', 'cancelled', 'abandoned'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type ReportedStatus = 'running' | Exclude<Outcome, 'abandoned'>;
export const REPORTED_STATUSES: readonly ReportedStatus[] = [
  'running',
  'success',
  'failure',
  'timeout',
  'cancelled',
];

/** Task complexity: 1 single-step … 5 maximum. */
export const COMPLEXITIES = [1, 2, 3, 4, 5] as const;
export type Complexity = (typeof COMPLEXITIES)[number];

/**
 * One task execution as a client reports it.
 *
 * Required: `agentId`, `agentType`, `taskId`, `status`, and, unless `status` is `running`, two of
 * `startedAt`, `endedAt`, `durationMs` (or none of the first two when the execution was reported
 * as running before). Instants are ISO 8601 with an offset.
 */
export interface ExecutionRecord {
  /** UUID made by the client, the same over retries; absent: derived from agent, task, start and attempt. */
  executionId?: string;
  agentId: string;
  agentName?: string;
  agentType: string;
  agentVersion?: string;
  taskId: string;
  taskName?: string;
  /** Default `default`. */
  taskType?: string;
  /** 1–5, default 1. */
  complexity?: number;
  /** 1 for the first try; default 1. */
  attempt?: number;
  status: ReportedStatus;
  startedAt?: string;
  endedAt?: string;
  /** Milliseconds from start to end. */
  durationMs?: number;
  /** How far it has come, percent; only while `status` is `running`. */
  progress?: number;
  errorType?: string;
  errorMessage?: string;
  /** Mean CPU use while it ran, percent of one core (may exceed 100 with several threads). */
  cpuPercent?: number;
  /** CPU time used, milliseconds. */
  cpuMs?: number;
  /** Peak memory, MiB. */
  memoryMb?: number;
  networkBytes?: number;
  diskBytes?: number;
  inputTokens?: number;
  outputTokens?: number;
  costUsd?: number;
  model?: string;
  parentExecutionId?: string;
  traceId?: string;
  /** Anything else, at most 8 KiB as JSON. */
  metadata?: Record<string, unknown>;
}

/** One finished task execution as it is stored and returned. Absent figures are null. */
export interface Execution {
  executionId: string;
  project: string;
  agentId: string;
  agentName: string;
  agentType: string;
  agentVersion: string | null;
  taskId: string;
  taskName: string;
  taskType: string;
  complexity: number;
  attempt: number;
  status: Outcome;
  startedAt: string;
  endedAt: string;
  durationMs: number;
  errorType: string | null;
  errorMessage: string | null;
  cpuPercent: number | null;
  cpuMs: number | null;
  memoryMb: number | null;
  networkBytes: number | null;
  diskBytes: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  model: string | null;
  parentExecutionId: string | null;
  traceId: string | null;
  metadata: Record<string, unknown> | null;
}

/** A task execution that has begun and not ended. */
export interface RunningExecution {
  executionId: string;
  project: string;
  agentId: string;
  agentName: string;
  agentType: string;
  taskId: string;
  taskName: string;
  taskType: string;
  complexity: number;
  attempt: number;
  startedAt: string;
  heartbeatAt: string;
  /** Percent, as last reported; null when it never was. */
  progress: number | null;
}

/** Why one record of a batch was not stored. */
export interface RejectedRecord {
  /** Position among the records of the request, from 0; blank lines of NDJSON are not counted. */
  index: number;
  /** NDJSON only: number of the line, from 1, every line counted. */
  line?: number;
  code: RecordProblemCode;
  /** Name of the field at fault, where there is one. */
  path?: string;
  detail: string;
}

export type RecordProblemCode =
  | 'invalid-record'
  | 'missing-field'
  | 'unknown-field'
  | 'invalid-value'
  | 'too-old'
  | 'in-future'
  | 'no-running-execution'
  | 'refused-by-database';

/** The answer to `POST /metrics`: the accepted ones are committed. */
export interface IngestResult {
  accepted: number;
  duplicates: number;
  rejected: RejectedRecord[];
  /** How many were rejected, where that is more than `rejected` lists. */
  rejectedTotal?: number;
}
