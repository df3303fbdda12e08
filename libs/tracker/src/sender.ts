import type { ExecutionRecord, IngestResult } from '@app/contracts';
import { bodyOf, deliver, retryDelayMs } from './delivery.js';
import type { DeliveryResult } from './delivery.js';
import type { TrackerEvents } from './events.js';
import type { Settings } from './options.js';
import { RecordBuffer } from './record-buffer.js';
import type { Batch } from './record-buffer.js';
import type { TrackerStats } from './stats.js';

/** Long enough for a few to go together, too short to matter in a duration. */
const URGENT_MS = 20;

export type Tell = <K extends keyof TrackerEvents>(event: K, ...args: TrackerEvents[K]) => void;

/**
 * Holds records and sends them in order, one request at a time. Its timers exist only while there
 * is something to send and never keep the process alive; so there is nothing to start, and it
 * works again after `close()`.
 */
export class Sender {
  private readonly buffer: RecordBuffer;
  private timer: NodeJS.Timeout | null = null;
  /** The delay that the timer was armed with. */
  private armedMs = Infinity;
  private pass: Promise<void> | null = null;
  private failures = 0;
  private batchLimit: number;
  private readonly onBeforeExit = (): void => {
    // Once per outage: a failed pass would otherwise keep an exiting process busy for ever.
    if (this.failures === 0) void this.flush();
  };

  constructor(
    private readonly settings: Settings,
    private readonly stats: TrackerStats,
    private readonly tell: Tell,
  ) {
    this.buffer = new RecordBuffer(settings.maxBuffer);
    this.batchLimit = settings.maxBatch;
  }

  get size(): number {
    return this.buffer.size;
  }

  /** @param urgent not to wait for the interval: the server will take its arrival for its time */
  push(record: ExecutionRecord, urgent = false): void {
    if (this.buffer.size === 0) process.once('beforeExit', this.onBeforeExit);
    const dropped = this.buffer.push(record);
    if (dropped > 0) this.drop(dropped, 'overflow');
    if (this.pass !== null) return;
    if (this.failures === 0 && this.buffer.waiting >= this.settings.maxBatch) void this.flush();
    else if (urgent && this.failures === 0) this.armSooner(URGENT_MS);
    else this.arm(this.settings.flushIntervalMs);
  }

  /** Sends what is there; ends when the buffer is empty or the server cannot take it now. */
  flush(): Promise<void> {
    this.pass ??= this.sendAll().finally(() => {
      this.pass = null;
      if (this.buffer.size > 0) this.arm(this.settings.flushIntervalMs);
      else process.removeListener('beforeExit', this.onBeforeExit);
    });
    return this.pass;
  }

  /** Flushes, trying again until `closeTimeoutMs` is over. What is left stays in the buffer. */
  async close(): Promise<void> {
    const { clock, closeTimeoutMs } = this.settings;
    const deadline = clock.monotonicMs() + closeTimeoutMs;
    for (;;) {
      const leftMs = deadline - clock.monotonicMs();
      await within(leftMs, this.flush());
      const waitMs = Math.min(250, deadline - clock.monotonicMs());
      if (this.buffer.size === 0 || waitMs <= 0) break;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    this.disarm();
    process.removeListener('beforeExit', this.onBeforeExit);
  }

  private async sendAll(): Promise<void> {
    this.disarm();
    while (this.buffer.waiting > 0) {
      const batch = this.buffer.take(this.batchLimit);
      const records = batch.map(({ record }) => record);
      const body = bodyOf(records);
      this.stats.requests += 1;
      this.stats.sentBytes += Buffer.byteLength(body);
      const result = await deliver(this.settings, body, records.length);
      if (!this.conclude(batch, result)) return;
    }
  }

  /** @returns whether to go on with the next batch now */
  private conclude(batch: Batch, result: DeliveryResult): boolean {
    switch (result.kind) {
      case 'stored':
        this.buffer.settle(batch);
        this.succeeded(batch, result.result);
        return true;
      case 'refused':
        this.buffer.settle(batch);
        this.drop(batch.length, 'refused', result.status);
        return true;
      case 'too-large':
        return this.shrink(batch);
      case 'retry':
        this.buffer.putBack(batch);
        this.retryLater(result);
        return false;
    }
  }

  private succeeded(batch: Batch, result: IngestResult): void {
    this.failures = 0;
    this.batchLimit = Math.min(this.settings.maxBatch, this.batchLimit * 2);
    this.stats.accepted += result.accepted;
    this.stats.duplicates += result.duplicates;
    this.stats.rejected += result.rejected.length;
    const { accepted, duplicates, rejected } = result;
    this.tell('flushed', { accepted, duplicates, rejected: rejected.length });
    const problems = new Map(rejected.map((problem) => [problem.index, problem]));
    for (const [index, { record }] of batch.entries()) {
      const problem = problems.get(index);
      if (problem !== undefined) this.tell('rejected', { record, problem });
      else if (record.status !== 'running') this.tell('metricRecorded', record);
    }
  }

  /** Half as many at a time, until it fits; a single record that does not fit is lost. */
  private shrink(batch: Batch): true {
    if (batch.length === 1) {
      this.buffer.settle(batch);
      this.drop(1, 'refused', 413);
    } else {
      this.batchLimit = Math.ceil(batch.length / 2);
      this.buffer.putBack(batch);
    }
    return true;
  }

  private retryLater({ cause, retryAfterMs }: { cause: string; retryAfterMs: number }): void {
    this.failures += 1;
    this.stats.retries += 1;
    const delayMs = retryDelayMs(this.failures, retryAfterMs, this.settings.random);
    this.arm(delayMs);
    this.tell('retrying', { failures: this.failures, delayMs, cause });
  }

  private drop(count: number, reason: 'overflow' | 'refused', status?: number): void {
    this.stats.dropped += count;
    this.tell('dropped', status === undefined ? { count, reason } : { count, reason, status });
  }

  private arm(delayMs: number): void {
    if (this.timer !== null) return;
    this.armedMs = delayMs;
    this.timer = setTimeout(() => {
      this.disarm();
      void this.flush();
    }, delayMs);
    this.timer.unref();
  }

  /** Once: a stream of urgent records must not put off the timer again and again. */
  private armSooner(delayMs: number): void {
    if (this.armedMs <= delayMs) return;
    this.disarm();
    this.arm(Math.min(delayMs, this.settings.flushIntervalMs));
  }

  private disarm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.armedMs = Infinity;
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs));
  });
  await Promise.race([work, timeUp]);
  clearTimeout(timer);
}
