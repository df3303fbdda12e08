import type { Outcome } from '@app/contracts';

/** A valid record in the form in which it goes on: defaults filled in, instants in epoch ms. */
export interface PreparedRecord {
  /** 0 until the registry has found it. */
  agentKey: number;
  projectId: number;
  project: string;
  agentId: string;
  agentName: string | null;
  agentType: string;
  agentVersion: string | null;
  /** Null only where the start is still to be found among the running executions. */
  executionId: string | null;
  taskId: string;
  taskName: string;
  taskType: string;
  complexity: number;
  /**
   * Where the record does not say when it began: what else it said itself, the rest being taken
   * over from its running execution.
   */
  given: { taskName: boolean; taskType: boolean; complexity: boolean; attempt: boolean } | null;
  attempt: number;
  status: Outcome | 'running';
  startedAtMs: number | null;
  endedAtMs: number | null;
  durationMs: number | null;
  /** Percent; of running records only. */
  progress: number | null;
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
  metadataJson: string | null;
  /** Of the marks that were stored with the row; null before. */
  markId: string | null;
}

/** A finished execution with everything known that its row needs. */
export interface FinishedRecord extends PreparedRecord {
  agentName: string;
  executionId: string;
  status: Outcome;
  startedAtMs: number;
  endedAtMs: number;
  durationMs: number;
}
