import type { ExecutionRecord } from '@app/contracts';
import type { Batch } from './batch.js';
import { RecordBuffer } from './record-buffer.js';
import type { Spool } from './spool.js';

/** What waits to be sent: in memory, and behind it, older, what was written to disk. */
export class Outbox {
  private readonly memory: RecordBuffer;
  private readonly taken = new Set<Batch>();

  constructor(
    capacity: number,
    private readonly spool: Spool | null,
  ) {
    this.memory = new RecordBuffer(capacity);
  }

  /** Records in memory, those being sent included. */
  get buffered(): number {
    return this.memory.size;
  }

  get isEmpty(): boolean {
    return this.memory.size === 0 && (this.spool?.isEmpty ?? true);
  }

  /** Records that could be taken now; those on disk are not counted one by one. */
  get waiting(): number {
    return this.memory.waiting;
  }

  /** @returns how many records had to go to make room */
  push(record: ExecutionRecord): number {
    if (this.memory.isFull) this.spill();
    return this.memory.push(record);
  }

  take(limit: number): Batch | null {
    const batch = this.spool?.take(limit) ?? this.fromMemory(limit);
    if (batch === null) return null;
    const held: Batch = {
      records: batch.records,
      settle: () => {
        if (this.taken.delete(held)) batch.settle();
      },
      putBack: () => {
        if (this.taken.delete(held)) batch.putBack();
      },
    };
    this.taken.add(held);
    return held;
  }

  /** Moves what waits in memory to disk, if there is a spool and it takes it. */
  spill(): void {
    if (this.spool === null || this.memory.waiting === 0) return;
    const slots = this.memory.take(Infinity);
    const written = this.spool.append(slots.map(({ record }) => record));
    this.memory.settle(slots.slice(0, written));
    this.memory.putBack(slots.slice(written));
  }

  /** The process ends: what is under way may not be stored, so it goes to disk as well. */
  spillAll(): void {
    for (const batch of [...this.taken].reverse()) batch.putBack();
    this.spill();
  }

  private fromMemory(limit: number): Batch | null {
    const slots = this.memory.take(limit);
    if (slots.length === 0) return null;
    return {
      records: slots.map(({ record }) => record),
      settle: () => this.memory.settle(slots),
      putBack: () => this.memory.putBack(slots),
    };
  }
}
