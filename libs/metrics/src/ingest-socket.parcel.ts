import type { IngestAcknowledgement } from '@app/contracts';

import type { Verdict } from './group.transaction.js';
import type { PreparedRecord } from './prepared-record.js';
import type { RecordProblem } from './record-validator.js';

export type RejectedInMessage = NonNullable<IngestAcknowledgement['rejected']>[number];

/** The messages of one connection that came within one turn of the event loop, on their way. */
export class IngestParcel {
  readonly records: PreparedRecord[] = [];
  readonly rejected: RejectedInMessage[] = [];
  accepted = 0;
  duplicates = 0;
  lastMessage = 0;
  /** What is held for it: records, those included that were rejected at once, and bytes. */
  size = 0;
  bytes = 0;
  /** Whether it still takes messages. */
  isOpen = true;
  isSettled = false;
  /** Why its records were not stored. */
  failure: unknown;
  /** Where each record stood: number of the message, index within it. */
  private readonly places: number[] = [];

  add(record: PreparedRecord, message: number, index: number): void {
    this.records.push(record);
    this.places.push(message, index);
  }

  reject(problem: RecordProblem, message: number, index: number): void {
    this.rejected.push({ message, index, ...problem });
  }

  /** @param offset of its first record's verdict */
  settle(verdicts: readonly Verdict[], offset: number): void {
    const rejectedBefore = this.rejected.length;
    for (let at = 0; at < this.records.length; at += 1) {
      const verdict = verdicts[offset + at];
      if (verdict?.kind === 'accepted') this.accepted += 1;
      else if (verdict?.kind === 'duplicate') this.duplicates += 1;
      else if (verdict) {
        const [message = 0, index = 0] = this.places.slice(2 * at, 2 * at + 2);
        this.reject(verdict.problem, message, index);
      }
    }
    if (rejectedBefore > 0 && this.rejected.length > rejectedBefore) this.rejected.sort(byPlace);
    this.isSettled = true;
  }
}

function byPlace(a: RejectedInMessage, b: RejectedInMessage): number {
  return a.message - b.message || a.index - b.index;
}
