import type { Scope } from '@app/contracts';

import type { LiveConnection } from './live.connection.js';
import { LiveFilter } from './live.filter.js';
import { LiveFrame } from './live.frame.js';
import { CLOSINGS, LIVE_LIMITS } from './live.limits.js';
import type { Closing } from './live.limits.js';

/** What one flush has for a client. */
export interface LiveSelection {
  frames: readonly LiveFrame[];
  /** Events that the client wanted and that are not among the frames. */
  missed: number;
}

/** What clients did not get, over all of them. */
export interface LiveTally {
  /** Events held back from clients that did not keep up, or dropped in a burst. */
  missed: number;
  /** Clients that were closed because they stayed too slow. */
  slowClosed: number;
}

/** One connected client: what it wants, how fast it reads, how much it asks. */
export class LiveClient {
  filter: LiveFilter;
  queriesInFlight = 0;

  private open = true;
  private missed = 0;
  private slowSinceMs?: number;
  private secondStartedMs = 0;
  private messagesThisSecond = 0;

  /** @param onClosed called once, when the client is gone for whatever reason */
  constructor(
    private readonly connection: LiveConnection,
    private readonly onClosed: () => void,
    private readonly tally: LiveTally = { missed: 0, slowClosed: 0 },
  ) {
    this.filter = connection.may('read') ? LiveFilter.everything : LiveFilter.nothing;
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Whether events are held back until the client has read what it was sent. */
  get isSlow(): boolean {
    return this.slowSinceMs !== undefined;
  }

  may(scope: Scope): boolean {
    return this.connection.may(scope);
  }

  get project(): string {
    return this.connection.project;
  }

  /** Sends what a flush has, or counts it as missed while the client does not keep up. */
  deliver(selection: LiveSelection, nowMs: number): void {
    const buffered = this.connection.bufferedBytes();
    if (this.slowSinceMs === undefined && buffered > LIVE_LIMITS.highWaterBytes) {
      this.slowSinceMs = nowMs;
    }
    if (this.slowSinceMs !== undefined && buffered >= LIVE_LIMITS.lowWaterBytes) {
      const missed = selection.frames.length + selection.missed;
      this.missed += missed;
      this.tally.missed += missed;
      if (nowMs - this.slowSinceMs > LIVE_LIMITS.stallMs) this.close(CLOSINGS.slowConsumer);
      return;
    }
    this.slowSinceMs = undefined;
    this.tellMissed();
    if (selection.frames.length > 0) this.connection.send(selection.frames);
    this.missed = selection.missed;
    this.tally.missed += selection.missed;
    this.tellMissed();
  }

  /**
   * Tells that events did not come here from another server process.
   * @param events how many; 0: not known
   */
  lose(events: number): void {
    this.tally.missed += events;
    if (this.isSlow) this.missed += Math.max(1, events);
    else this.connection.send([new LiveFrame('resync', { reason: 'gap', missed: events })]);
  }

  /**
   * Says something to this client alone. One that asks on without reading is closed.
   * @param say how, where it is not simply sent
   */
  tell(frame: LiveFrame, say = (said: LiveFrame) => this.connection.send([said])): void {
    if (!this.open) return;
    if (this.connection.bufferedBytes() > LIVE_LIMITS.highWaterBytes) {
      this.close(CLOSINGS.slowConsumer);
      return;
    }
    say(frame);
  }

  /** Counts a message from the client. False: one too many (the client has been closed). */
  admit(nowMs: number): boolean {
    if (!this.open) return false;
    const elapsedMs = nowMs - this.secondStartedMs;
    if (elapsedMs >= 1000 || elapsedMs < 0) {
      this.secondStartedMs = nowMs;
      this.messagesThisSecond = 0;
    }
    this.messagesThisSecond += 1;
    if (this.messagesThisSecond <= LIVE_LIMITS.messagesPerSecond) return true;
    const detail = `At most ${LIVE_LIMITS.messagesPerSecond} messages per second`;
    this.tell(new LiveFrame('error', { code: 'rate_limited', detail }));
    this.close(CLOSINGS.rateLimited);
    return false;
  }

  close(closing: Closing): void {
    if (!this.open) return;
    if (closing === CLOSINGS.slowConsumer) this.tally.slowClosed += 1;
    this.disconnected();
    this.connection.close(closing);
  }

  /** To be called when the socket has closed by itself. */
  disconnected(): void {
    if (!this.open) return;
    this.open = false;
    this.onClosed();
  }

  private tellMissed(): void {
    if (this.missed === 0) return;
    const resync = new LiveFrame('resync', { reason: 'slow_consumer', missed: this.missed });
    this.missed = 0;
    this.connection.send([resync]);
  }
}
