import { Injectable } from '@nestjs/common';
import { DomainError, EventBus } from '@app/platform';

import type { GroupResult, Verdict } from './group.transaction.js';
import { GroupWriter } from './group.writer.js';
import type { PreparedRecord } from './prepared-record.js';
import { toExecutions } from './stored-execution.js';

/** What may wait for the database before more is refused, in records and in bytes as received. */
const MAX_QUEUED = 100_000;
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
const GROUP_SIZE = 5000;
const WRITERS = 2;

interface Waiting {
  records: readonly PreparedRecord[];
  bytes: number;
  settle: (verdicts: Verdict[]) => void;
  fail: (error: unknown) => void;
}

/**
 * Group commit: requests that arrive while a group is being written form the next one, so latency
 * is one round trip when idle and groups grow under load, without any timer.
 */
@Injectable()
export class IngestPipe {
  /** Rejected records by problem code. */
  readonly rejections = new Map<string, number>();
  readonly counts = { accepted: 0, duplicates: 0, rejected: 0, refused: 0, refusedUnread: 0 };
  private queue: Waiting[] = [];
  private queued = 0;
  private queuedBytes = 0;
  private writing = 0;
  private pumping = false;
  private closed = false;
  private idle: (() => void) | null = null;

  constructor(
    private readonly writer: GroupWriter,
    private readonly bus: EventBus,
  ) {}

  /** Whether nothing more would be taken now, however little. */
  get isFull(): boolean {
    return this.wouldOverflow(1, 1);
  }

  get queuedRecords(): number {
    return this.queued;
  }

  /** About what the waiting records take, in bytes as received. */
  get queuedSize(): number {
    return this.queuedBytes;
  }

  /** How often groups went the slow way round, and how often they were tried again. */
  get detours(): { merged: number; retried: number } {
    return this.writer.detours;
  }

  /** Counts a record that was not taken. */
  noteRejected(code: string): void {
    this.counts.rejected += 1;
    this.rejections.set(code, (this.rejections.get(code) ?? 0) + 1);
  }

  /**
   * Stores records; resolves when they are committed.
   * @param bytes about what they take, such as the length of their JSON
   * @throws DomainError `overloaded`, `shutting-down` or `storage-unavailable`
   */
  submit(records: readonly PreparedRecord[], bytes = 0): Promise<Verdict[]> {
    if (records.length === 0) return Promise.resolve([]);
    if (this.closed)
      return Promise.reject(new DomainError('shutting-down', 503, undefined, undefined, 5));
    if (this.queued > 0 && this.wouldOverflow(records.length, bytes)) {
      this.counts.refused += records.length;
      return Promise.reject(new DomainError('overloaded', 503, undefined, undefined, 1));
    }
    return new Promise((settle, fail) => {
      this.queue.push({ records, bytes, settle, fail });
      this.queued += records.length;
      this.queuedBytes += bytes;
      this.pumpSoon();
    });
  }

  /** Takes no more, and waits until what was accepted is written. */
  async drain(): Promise<void> {
    this.closed = true;
    if (this.queued === 0 && this.writing === 0) return;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
    });
  }

  private wouldOverflow(records: number, bytes: number): boolean {
    return this.queued + records > MAX_QUEUED || this.queuedBytes + bytes > MAX_QUEUED_BYTES;
  }

  /** At the end of this turn of the event loop, so that what arrived together goes together. */
  private pumpSoon(): void {
    if (this.pumping || this.writing === WRITERS) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      this.pump();
    });
  }

  private pump(): void {
    while (this.writing < WRITERS && this.queue.length > 0) {
      this.writing += 1;
      const group = this.nextGroup();
      void this.writeGroup(group).finally(() => {
        this.writing -= 1;
        this.pumpSoon();
        if (this.writing === 0 && this.queue.length === 0) this.idle?.();
      });
    }
  }

  private nextGroup(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const waiting of this.queue) {
      if (count > 0 && size + waiting.records.length > GROUP_SIZE) break;
      size += waiting.records.length;
      count += 1;
      this.queuedBytes -= waiting.bytes;
    }
    this.queued -= size;
    return this.queue.splice(0, count);
  }

  private async writeGroup(group: Waiting[]): Promise<void> {
    const [first] = group;
    const records = first && group.length === 1 ? first.records : group.flatMap((w) => w.records);
    const startedMs = performance.now();
    let result: GroupResult;
    try {
      result = await this.writer.write(records);
    } catch (error) {
      // Each request hears of the failure; sending again is safe because identity is the record's.
      for (const waiting of group) waiting.fail(error);
      return;
    }
    const { verdicts } = result;
    const milliseconds = performance.now() - startedMs;
    this.bus.publish('groupCommitted', { records: records.length, milliseconds });
    let offset = 0;
    for (const waiting of group) {
      waiting.settle(verdicts.slice(offset, offset + waiting.records.length));
      offset += waiting.records.length;
    }
    for (const verdict of verdicts) this.count(verdict);
    this.announce(result);
  }

  private count(verdict: Verdict): void {
    if (verdict.kind === 'accepted') this.counts.accepted += 1;
    else if (verdict.kind === 'duplicate') this.counts.duplicates += 1;
    else this.noteRejected(verdict.problem.code);
  }

  private announce({ started, stored }: GroupResult): void {
    if (started.length > 0) this.bus.publish('executionsStarted', started);
    if (stored.length > 0) this.bus.publish('executionsStored', toExecutions(stored));
  }
}
