import type { IngestResult, RejectedRecord } from '@app/contracts';

/** Adds up what became of the records of one request, in whatever order that is known. */
export class IngestTally {
  accepted = 0;
  duplicates = 0;
  private rejectedTotal = 0;
  private readonly rejected: RejectedRecord[] = [];

  /** @param listed how many rejected records are kept to be named; further ones are counted */
  constructor(private readonly listed = Infinity) {}

  reject(record: RejectedRecord): void {
    this.rejectedTotal += 1;
    if (this.rejected.length < this.listed) this.rejected.push(record);
  }

  result(): IngestResult {
    const { accepted, duplicates, rejectedTotal } = this;
    const rejected = this.rejected.sort((a, b) => a.index - b.index);
    const unlisted = rejectedTotal > rejected.length;
    return { accepted, duplicates, rejected, ...(unlisted && { rejectedTotal }) };
  }
}
