import type { IngestResult, RejectedRecord } from '@app/contracts';

/** What became of one batch. */
export type DeliveryResult =
  | { kind: 'stored'; result: IngestResult }
  | { kind: 'too-large' }
  /** As a whole; `problem` is the server's word, for the case that the batch is one record. */
  | { kind: 'refused'; status: number; problem: Omit<RejectedRecord, 'index'> }
  /** @property reached whether the server itself answered */
  | { kind: 'retry'; cause: string; retryAfterMs: number; reached: boolean }
  /** At once, and by itself: it was sent together with one that the server did not take. */
  | { kind: 'again' };
