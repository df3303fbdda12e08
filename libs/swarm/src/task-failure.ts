import type { ResourceUsage } from '@app/tracker';

export interface TaskFailureDetails {
  /** Short stable name of the kind of failure. */
  errorType?: string;
  /** False when another attempt would fail in the same way. Default true. */
  retryable?: boolean;
  /** What the failed attempt used. */
  resourceUsage?: ResourceUsage | undefined;
  model?: string | undefined;
  cause?: unknown;
}

/** A failed attempt that tells more than a bare error. */
export class TaskFailure extends Error {
  override readonly name: string;
  readonly retryable: boolean;
  readonly resourceUsage: ResourceUsage | undefined;
  readonly model: string | undefined;

  constructor(message: string, details: TaskFailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = details.errorType ?? 'TaskFailure';
    this.retryable = details.retryable ?? true;
    this.resourceUsage = details.resourceUsage;
    this.model = details.model;
  }
}
