import type { ExecutionRecord, IngestResult, RejectedRecord } from '@app/contracts';
import { Delivery } from './delivery.js';
import type { DeliveryResult } from './delivery-result.js';
import { isErrorLike } from './error-like.js';
import type { Dropped, TrackerEvents } from './events.js';
import type { Settings } from './options.js';
import { Outbox } from './outbox.js';
import type { Batch } from './batch.js';
import { retryDelayMs } from './retry.js';
import { unref, unwatchExit, watchExit } from './runtime.js';
import type { Timer } from './runtime.js';
import { Spool } from './spool.js';
import type { TrackerStats } from './stats.js';

/** Long enough for a few to go together, too short to matter in a duration. */
const URGENT_MS = 20;
/** How long records stay in memory only while the server is away. */
const SPILL_MS = 50;
/** Single records refused in a row, after which the fault is not looked for in the records. */
const REFUSALS_IN_ROW = 20;

export type Tell = <K extends keyof TrackerEvents>(event: K, ...args: TrackerEvents[K]) => void;
type Refusal = Extract<DeliveryResult, { kind: 'refused' }>;

/**
 * Holds records and sends them in order. Its timers exist only while there is something to send
 * and never keep the process alive; so there is nothing to start, and it works again after
 * `close()`.
 */
export class Sender {
  private readonly spool: Spool | null;
  private readonly outbox: Outbox;
  private readonly delivery: Delivery;
  private timer: Timer | null = null;
  /** The delay that the timer was armed with. */
  private armedMs = Infinity;
  private spillTimer: Timer | null = null;
  private pass: Promise<void> | null = null;
  /** Whether a flush was asked for, so that not only full batches are sent. */
  private wantsAll = false;
  private wake: () => void = () => undefined;
  private failures = 0;
  /** The server asked for quiet until then; monotonic. */
  private quietUntilMs = -Infinity;
  private batchLimit: number;
  private refusalsInRow = 0;
  private readonly leaver = {
    // Once per outage: a failed pass would otherwise keep an exiting process busy for ever.
    beforeExit: () => void (this.failures === 0 && this.flush()),
    exit: () => this.outbox.spillAll(),
  };

  constructor(
    private readonly settings: Settings,
    private readonly stats: TrackerStats,
    private readonly tell: Tell,
  ) {
    this.spool = spoolOf(settings, {
      dropped: (count, reason) => this.drop({ count, reason }),
      failed: (error) =>
        this.tell('spoolFailed', { cause: isErrorLike(error) ? error.message : String(error) }),
      found: () => queueMicrotask(() => this.expect(URGENT_MS)),
    });
    this.outbox = new Outbox(settings.maxBuffer, this.spool);
    this.delivery = new Delivery(settings, stats);
    this.batchLimit = settings.maxBatch;
  }

  /** Whether the server did not take the last batch. */
  get isAway(): boolean {
    return this.failures > 0;
  }

  sizes(): Pick<TrackerStats, 'buffered' | 'spooled' | 'spoolBytes'> {
    const { spool } = this;
    const onDisk = { spooled: spool?.size ?? 0, spoolBytes: spool?.bytes ?? 0 };
    return { buffered: this.outbox.buffered, ...onDisk };
  }

  /** @param urgent not to wait for the interval: the server will take its arrival for its time */
  push(record: ExecutionRecord, urgent = false): void {
    const dropped = this.outbox.push(record);
    if (dropped > 0) this.drop({ count: dropped, reason: 'overflow' });
    watchExit(this.leaver);
    if (this.isAway) this.spillSoon();
    if (this.pass !== null) {
      if (this.outbox.waiting >= this.settings.maxBatch) this.wake();
      return;
    }
    if (!this.isAway && this.outbox.waiting >= this.settings.maxBatch) void this.flush();
    else this.expect(urgent && !this.isAway ? URGENT_MS : this.settings.flushIntervalMs);
  }

  /** Sends what is there; ends when nothing is left or the server cannot take it now. */
  flush(): Promise<void> {
    const quietMs = this.quietUntilMs - this.settings.clock.monotonicMs();
    if (quietMs > 0) {
      // Also where the timer for it came a trifle early.
      this.arm(Math.ceil(quietMs));
      return this.pass ?? Promise.resolve();
    }
    this.wantsAll = true;
    this.wake();
    this.pass ??= this.sendAll().finally(() => {
      this.pass = null;
      if (this.isAway) this.outbox.spill();
      if (this.outbox.isEmpty) unwatchExit(this.leaver);
      else this.expect(this.settings.flushIntervalMs);
    });
    return this.pass;
  }

  /**
   * Flushes, trying again until `closeTimeoutMs` is over. What is left goes to the spool, or stays
   * in memory.
   */
  async close(): Promise<void> {
    const { clock, closeTimeoutMs } = this.settings;
    const deadline = clock.monotonicMs() + closeTimeoutMs;
    for (;;) {
      await within(deadline - clock.monotonicMs(), this.flush());
      const nowMs = clock.monotonicMs();
      const waitMs = Math.min(Math.max(250, this.quietUntilMs - nowMs), deadline - nowMs);
      if (this.outbox.isEmpty || waitMs <= 0) break;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    if (this.pass !== null) {
      const { pass } = this;
      this.delivery.abort();
      await within(closeTimeoutMs, pass);
    }
    this.outbox.spill();
    this.disarm();
    if (this.spillTimer !== null) clearTimeout(this.spillTimer);
    this.spillTimer = null;
    unwatchExit(this.leaver);
    await this.delivery.close();
  }

  private async sendAll(): Promise<void> {
    this.disarm();
    const underWay = new Set<Promise<void>>();
    let goesOn = true;
    while (goesOn) {
      const batch = this.isRipe(underWay.size) ? this.outbox.take(this.batchLimit) : null;
      if (batch === null) this.wantsAll = false;
      if (batch !== null) {
        const sending = this.send(batch).then((isTaken) => {
          goesOn &&= isTaken;
          underWay.delete(sending);
        });
        underWay.add(sending);
      } else if (underWay.size === 0) {
        break;
      }
      if (underWay.size >= this.delivery.window) await Promise.race(underWay);
      else if (batch === null) await Promise.race([...underWay, this.moreToSend()]);
    }
    await Promise.all(underWay);
  }

  /** A batch that is not full waits for the answers that are under way, unless a flush was asked for. */
  private isRipe(underWay: number): boolean {
    if (underWay === 0 || this.wantsAll || this.spool?.isEmpty === false) return true;
    return this.outbox.waiting >= this.batchLimit;
  }

  /** While all is under way and only answers are awaited, there may come another batch. */
  private moreToSend(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** @returns whether to go on with the next batch now */
  private async send(batch: Batch): Promise<boolean> {
    const result = await this.delivery.send(batch.records);
    switch (result.kind) {
      case 'stored':
        batch.settle();
        this.succeeded(batch, result.result);
        return true;
      case 'refused':
        this.refused(batch, result);
        return true;
      case 'too-large':
        if (batch.records.length > 1) this.shrink(batch);
        else this.discard(batch, 413);
        return true;
      case 'again':
        batch.putBack();
        return true;
      case 'retry':
        batch.putBack();
        this.retryLater(result);
        return false;
    }
  }

  private succeeded({ records }: Batch, result: IngestResult): void {
    this.failures = 0;
    this.refusalsInRow = 0;
    this.quietUntilMs = -Infinity;
    this.batchLimit = Math.min(this.settings.maxBatch, this.batchLimit * 2);
    this.stats.accepted += result.accepted;
    this.stats.duplicates += result.duplicates;
    this.stats.rejected += result.rejected.length;
    const { accepted, duplicates, rejected } = result;
    this.tell('flushed', { accepted, duplicates, rejected: rejected.length });
    const problems = new Map(rejected.map((problem) => [problem.index, problem]));
    for (const [index, record] of records.entries()) {
      const problem = problems.get(index);
      if (problem !== undefined) this.tell('rejected', { record, problem });
      else if (record.status !== 'running') this.tell('metricRecorded', record);
    }
  }

  /**
   * 400 and 422 are about a record, so the one at fault is looked for by halving; other refusals
   * (no such project, not allowed) are about all of them.
   */
  private refused(batch: Batch, { status, problem }: Refusal): void {
    const isAboutRecords = status === 400 || status === 422;
    if (!isAboutRecords || this.refusalsInRow >= REFUSALS_IN_ROW) this.discard(batch, status);
    else if (batch.records.length > 1) this.shrink(batch);
    else this.reject(batch, { index: 0, ...problem });
  }

  private reject(batch: Batch, problem: RejectedRecord): void {
    batch.settle();
    this.refusalsInRow += 1;
    if (this.refusalsInRow === REFUSALS_IN_ROW) this.batchLimit = this.settings.maxBatch;
    this.stats.rejected += 1;
    for (const record of batch.records) this.tell('rejected', { record, problem });
  }

  /** Half as many at a time from now on, until they are taken. */
  private shrink(batch: Batch): void {
    this.batchLimit = Math.ceil(batch.records.length / 2);
    batch.putBack();
  }

  private discard(batch: Batch, status: number): void {
    batch.settle();
    this.drop({ count: batch.records.length, reason: 'refused', status });
  }

  private retryLater({ cause, retryAfterMs }: Extract<DeliveryResult, { kind: 'retry' }>): void {
    this.failures += 1;
    this.stats.retries += 1;
    const delayMs = retryDelayMs(this.failures, retryAfterMs, this.settings.random);
    if (retryAfterMs > 0) this.quietUntilMs = this.settings.clock.monotonicMs() + delayMs;
    this.arm(delayMs);
    this.tell('retrying', { failures: this.failures, delayMs, cause });
  }

  private drop(dropped: Dropped): void {
    this.stats.dropped += dropped.count;
    this.tell('dropped', dropped);
  }

  /** Something is there to be sent within that time. */
  private expect(withinMs: number): void {
    watchExit(this.leaver);
    // Once: a stream of urgent records must not put off the timer again and again.
    if (this.timer !== null && (this.isAway || this.armedMs <= withinMs)) return;
    this.disarm();
    this.arm(Math.min(withinMs, this.settings.flushIntervalMs));
  }

  private arm(delayMs: number): void {
    if (this.timer !== null) return;
    this.armedMs = delayMs;
    this.timer = unref(
      setTimeout(() => {
        this.disarm();
        void this.flush();
      }, delayMs),
    );
  }

  private disarm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.armedMs = Infinity;
  }

  private spillSoon(): void {
    if (this.spool === null || this.spillTimer !== null) return;
    this.spillTimer = unref(
      setTimeout(() => {
        this.spillTimer = null;
        if (this.isAway) this.outbox.spill();
      }, SPILL_MS),
    );
  }
}

function spoolOf(settings: Settings, events: ConstructorParameters<typeof Spool>[1]): Spool | null {
  const { spoolDir, spoolMaxBytes, endpoint, clock } = settings;
  if (spoolDir === undefined) return null;
  return new Spool(
    {
      folder: spoolDir,
      maxBytes: spoolMaxBytes,
      endpoint,
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
    },
    events,
  );
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: Timer | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs));
  });
  await Promise.race([work, timeUp]);
  clearTimeout(timer);
}
