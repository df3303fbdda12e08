import type { ExecutionRecord } from '@app/contracts';

interface Slot {
  seq: number;
  record: ExecutionRecord;
}

/** Records taken for sending; they keep their places until they are settled or put back. */
export type Batch = readonly Slot[];

/**
 * A bounded queue. When it is full, the oldest `running` record goes first (its end will tell the
 * same and more), then the oldest of all. Both kinds lie in lanes of their own, so that dropping
 * takes constant time; the sequence number restores the order.
 */
export class RecordBuffer {
  private readonly running = new Lane();
  private readonly finished = new Lane();
  private nextSeq = 0;
  private taken = 0;

  constructor(private readonly capacity: number) {}

  /** Records waiting, those being sent included. */
  get size(): number {
    return this.running.size + this.finished.size + this.taken;
  }

  get isFull(): boolean {
    return this.size >= this.capacity;
  }

  get waiting(): number {
    return this.running.size + this.finished.size;
  }

  /** @returns how many records had to go to make room */
  push(record: ExecutionRecord): number {
    this.laneOf(record).push({ seq: this.nextSeq++, record });
    let dropped = 0;
    while (this.size > this.capacity && this.waiting > 0) {
      if (this.running.shift() === undefined) this.finished.shift();
      dropped += 1;
    }
    return dropped;
  }

  /** The oldest records, in the order in which they came. */
  take(limit: number): Batch {
    const batch: Slot[] = [];
    while (batch.length < limit) {
      const lane = this.olderLane();
      const slot = lane.shift();
      if (slot === undefined) break;
      batch.push(slot);
    }
    this.taken += batch.length;
    return batch;
  }

  /** The batch has been dealt with. */
  settle(batch: Batch): void {
    this.taken -= batch.length;
  }

  /** The batch could not be sent: back to where it was. */
  putBack(batch: Batch): void {
    this.taken -= batch.length;
    this.running.prepend(batch.filter(({ record }) => record.status === 'running'));
    this.finished.prepend(batch.filter(({ record }) => record.status !== 'running'));
  }

  private laneOf(record: ExecutionRecord): Lane {
    return record.status === 'running' ? this.running : this.finished;
  }

  private olderLane(): Lane {
    const running = this.running.peek()?.seq ?? Infinity;
    const finished = this.finished.peek()?.seq ?? Infinity;
    return running < finished ? this.running : this.finished;
  }
}

/** First in, first out; `shift` does not move the rest. */
class Lane {
  private slots: Slot[] = [];
  private head = 0;

  get size(): number {
    return this.slots.length - this.head;
  }

  peek(): Slot | undefined {
    return this.slots[this.head];
  }

  push(slot: Slot): void {
    this.slots.push(slot);
  }

  shift(): Slot | undefined {
    const slot = this.slots[this.head];
    if (slot === undefined) return undefined;
    this.head += 1;
    if (this.head > 1024 && this.head * 2 > this.slots.length) {
      this.slots = this.slots.slice(this.head);
      this.head = 0;
    }
    return slot;
  }

  /** In their order, also among others that came back before them. */
  prepend(slots: Slot[]): void {
    const first = this.slots[this.head];
    const last = slots.at(-1);
    this.slots = slots.concat(this.slots.slice(this.head));
    this.head = 0;
    if (first !== undefined && last !== undefined && last.seq > first.seq) {
      this.slots.sort((a, b) => a.seq - b.seq);
    }
  }
}
