import type { Scope } from '@app/contracts';

import type { LiveConnection } from './live.connection.js';
import { LiveFrame } from './live.frame.js';
import { CLOSINGS, LIVE_LIMITS } from './live.limits.js';
import type { Closing } from './live.limits.js';
import { LiveParcel } from './live.parcel.js';
import { LiveWish } from './live.wish.js';

/** What clients did not get, over all of them. */
export interface LiveTally {
  /** Events held back from clients that did not keep up, or dropped in a burst. */
  missed: number;
  /** Clients that were closed because they stayed too slow. */
  slowClosed: number;
}

/** One connected client: what it wants, how fast it reads, how much it asks. */
export class LiveClient {
  /** Changed by the stream that it hears. */
  wish: LiveWish;
  /**
   * Number of the last event before those that it was offered; null: it hears nothing until it says
   * what it wants.
   */
  heardFrom: number | null = null;
  queriesInFlight = 0;

  private open = true;
  private missed = 0;
  private slowSinceMs?: number;
  /** What is sent again, and what came after it. */
  private readonly backlog: LiveParcel[] = [];
  private isReplaying = false;
  private behindSinceMs = 0;
  private progressAtMs = 0;
  private secondStartedMs = 0;
  private messagesThisSecond = 0;

  /** @param onClosed called once, when the client is gone for whatever reason */
  constructor(
    private readonly connection: LiveConnection,
    private readonly onClosed: () => void,
    private readonly tally: LiveTally = { missed: 0, slowClosed: 0 },
  ) {
    this.wish =
      connection.may('read') && !connection.isHeld ? LiveWish.everything : LiveWish.nothing;
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Whether events are held back until the client has read what it was sent. */
  get isSlow(): boolean {
    return this.slowSinceMs !== undefined;
  }

  /** Whether there is something to do for it even without news. */
  get isBehind(): boolean {
    return this.isSlow || this.backlog.length > 0;
  }

  may(scope: Scope): boolean {
    return this.connection.may(scope);
  }

  get project(): string {
    return this.connection.project;
  }

  /**
   * Sends what a flush has, or counts it as missed while the client does not keep up. Behind what
   * is sent again it waits its turn.
   * @param left events that the client wanted and that are not in the parcels
   */
  deliver(parcels: readonly LiveParcel[], left: number, nowMs: number): void {
    if (this.backlog.length > 0) {
      this.backlog.push(...parcels);
      this.count(left);
      this.catchUp(nowMs);
      return;
    }
    const hasRoom = this.hasRoom(nowMs);
    if (hasRoom) this.tellMissed();
    else for (const { frames } of parcels) this.count(frames.length);
    this.count(left);
    if (!hasRoom) return;
    this.backlog.push(...parcels);
    this.behindSinceMs = nowMs;
    this.catchUp(nowMs);
  }

  /** Sends what the client missed while it was away, no faster than it reads. */
  replay(parcels: readonly LiveParcel[], nowMs: number): void {
    this.backlog.push(...parcels);
    this.isReplaying = this.backlog.length > 0;
    this.progressAtMs = nowMs;
    this.catchUp(nowMs);
  }

  /**
   * Tells that events did not come here from another server process.
   * @param events how many; 0: not known
   */
  lose(events: number): void {
    this.tally.missed += events;
    if (this.isBehind) this.missed += Math.max(1, events);
    else this.say(new LiveFrame('resync', { reason: 'gap', missed: events }));
  }

  /**
   * Says something to this client alone. One that asks on without reading is closed.
   * @param say how, where it is not simply sent
   */
  tell(frame: LiveFrame, say = (said: LiveFrame) => this.say(said)): void {
    if (!this.open) return;
    if (this.connection.bufferedBytes() > LIVE_LIMITS.highWaterBytes) {
      this.close(CLOSINGS.slowConsumer);
      return;
    }
    say(frame);
    frame.follow?.();
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

  private catchUp(nowMs: number): void {
    const { lowWaterBytes, highWaterBytes } = LIVE_LIMITS;
    const upToBytes = this.isReplaying ? lowWaterBytes : highWaterBytes;
    while (this.open && this.connection.bufferedBytes() < upToBytes) {
      const parcel = this.backlog.shift();
      if (!parcel) break;
      this.connection.send(parcel);
      this.progressAtMs = nowMs;
    }
    if (this.backlog.length === 0) {
      this.isReplaying = false;
      return this.tellMissed();
    }
    if (nowMs - this.progressAtMs > LIVE_LIMITS.stallMs) return this.close(CLOSINGS.slowConsumer);
    // What it once missed it may take its time for. Of what is new, only the newest is of use.
    const isHopeless = this.isReplaying
      ? this.backlog.length > LIVE_LIMITS.backlogParcels
      : nowMs - this.behindSinceMs > LIVE_LIMITS.patienceMs;
    if (!isHopeless) return;
    for (const { frames } of this.backlog.splice(0)) this.count(frames.length);
    this.isReplaying = false;
    this.slowSinceMs = nowMs;
  }

  /** Looks after a client that does not keep up: whether it may be sent something now. */
  private hasRoom(nowMs: number): boolean {
    if (!this.open) return false;
    const buffered = this.connection.bufferedBytes();
    if (this.slowSinceMs === undefined && buffered <= LIVE_LIMITS.highWaterBytes) return true;
    this.slowSinceMs ??= nowMs;
    if (buffered >= LIVE_LIMITS.lowWaterBytes) {
      if (nowMs - this.slowSinceMs > LIVE_LIMITS.stallMs) this.close(CLOSINGS.slowConsumer);
      return false;
    }
    this.slowSinceMs = undefined;
    return true;
  }

  private count(missed: number): void {
    this.missed += missed;
    this.tally.missed += missed;
  }

  private tellMissed(): void {
    if (this.missed === 0) return;
    const resync = new LiveFrame('resync', { reason: 'slow_consumer', missed: this.missed });
    this.missed = 0;
    this.say(resync);
  }

  private say(frame: LiveFrame): void {
    this.connection.send(new LiveParcel([frame]));
  }
}
