import type { ExecutionRecord } from '@app/contracts';

/** Records on their way; one of the two ends it. */
export interface Batch {
  records: readonly ExecutionRecord[];
  settle(): void;
  putBack(): void;
}
