import type { ExecutionRecord, RejectedRecord } from '@app/contracts';

/** An execution as it was recorded, and the specification's two words for how it went. */
export type TaskEnded = ExecutionRecord & {
  success: boolean;
  /** Milliseconds; null when the start was not seen here. */
  executionTime: number | null;
};

export interface Flushed {
  accepted: number;
  duplicates: number;
  rejected: number;
}

export interface Dropped {
  count: number;
  /**
   * `overflow`: the buffer was full. `refused`: the server refused the whole request.
   * `spool-full`: the spool was full, the oldest went. `unreadable`: a line of the spool that a
   * killed process had not finished.
   */
  reason: 'overflow' | 'refused' | 'spool-full' | 'unreadable';
  /** HTTP status, where the server refused. */
  status?: number;
}

export interface Rejected {
  record: ExecutionRecord;
  problem: RejectedRecord;
}

export interface Retrying {
  /** Failures in a row. */
  failures: number;
  delayMs: number;
  cause: string;
}

export interface SpoolFailed {
  /** Why nothing can be written to `spoolDir`; records stay in memory meanwhile. */
  cause: string;
}

/** A listener that throws is ignored: measuring must not break the measured work. */
export interface TrackerEvents {
  taskStarted: [ExecutionRecord];
  taskCompleted: [TaskEnded];
  /** The server has committed this finished execution. */
  metricRecorded: [ExecutionRecord];
  flushed: [Flushed];
  rejected: [Rejected];
  dropped: [Dropped];
  retrying: [Retrying];
  spoolFailed: [SpoolFailed];
}
