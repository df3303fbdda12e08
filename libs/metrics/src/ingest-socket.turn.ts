import { INGEST_SOCKET_LIMITS } from './ingest-socket.limits.js';
import { IngestParcel } from './ingest-socket.parcel.js';
import type { IngestPipe } from './ingest.pipe.js';

/** A connection, as far as the end of a turn concerns it. */
export interface TurnMember {
  /** Its parcel that was first in the queue, or a later one, is settled or has failed. */
  advance(): void;
  /** Says how far it is settled. */
  acknowledge(): void;
  /** Reads on. False: it still has too much under way. */
  readOn(): boolean;
}

/**
 * What all connections do within one turn of the event loop, done together at its end: their
 * records go to the pipe as one submission, each is told once how far it is settled, and those that
 * had to wait are read again. It also counts what is held for all of them.
 */
export class IngestTurn {
  private gathered: { parcel: IngestParcel; member: TurnMember }[] = [];
  private readonly due = new Set<TurnMember>();
  private readonly waiting = new Set<TurnMember>();
  private records = 0;
  private bytes = 0;
  private endsSoon = false;

  constructor(private readonly pipe: IngestPipe) {}

  /** Whether nobody should be read until something is settled. */
  get isFull(): boolean {
    return this.records >= INGEST_SOCKET_LIMITS.records || this.bytes >= INGEST_SOCKET_LIMITS.bytes;
  }

  /** A parcel that takes messages until the turn ends. */
  open(member: TurnMember): IngestParcel {
    const parcel = new IngestParcel();
    this.gathered.push({ parcel, member });
    this.endSoon();
    return parcel;
  }

  acknowledgeLater(member: TurnMember): void {
    this.due.add(member);
    this.endSoon();
  }

  /** Has it read on when there is room again. */
  wait(member: TurnMember): void {
    this.waiting.add(member);
    this.endSoon();
  }

  hold(records: number, bytes: number): void {
    this.records += records;
    this.bytes += bytes;
  }

  release(records: number, bytes: number): void {
    this.records -= records;
    this.bytes -= bytes;
    if (this.waiting.size > 0) this.endSoon();
  }

  private endSoon(): void {
    if (this.endsSoon) return;
    this.endsSoon = true;
    setImmediate(() => {
      this.endsSoon = false;
      this.end();
    });
  }

  private end(): void {
    this.submitGathered();
    const due = [...this.due];
    this.due.clear();
    for (const member of due) member.acknowledge();
    for (const member of this.waiting) {
      if (this.isFull) break;
      if (member.readOn()) this.waiting.delete(member);
    }
  }

  private submitGathered(): void {
    const gathered = this.gathered;
    this.gathered = [];
    let from = 0;
    let size = 0;
    for (const [at, { parcel }] of gathered.entries()) {
      parcel.isOpen = false;
      size += parcel.records.length;
      if (size < INGEST_SOCKET_LIMITS.turnRecords && at < gathered.length - 1) continue;
      this.submit(gathered.slice(from, at + 1));
      from = at + 1;
      size = 0;
    }
  }

  private submit(sent: { parcel: IngestParcel; member: TurnMember }[]): void {
    for (const { parcel } of sent) {
      for (const { code } of parcel.rejected) this.pipe.noteRejected(code);
    }
    const bytes = sent.reduce((sum, { parcel }) => sum + parcel.bytes, 0);
    const records = sent.flatMap(({ parcel }) => parcel.records);
    this.pipe.submit(records, bytes).then(
      (verdicts) => {
        let offset = 0;
        for (const { parcel, member } of sent) {
          parcel.settle(verdicts, offset);
          offset += parcel.records.length;
          member.advance();
        }
      },
      (error: unknown) => {
        for (const { parcel, member } of sent) {
          parcel.failure = error;
          member.advance();
        }
      },
    );
  }
}
