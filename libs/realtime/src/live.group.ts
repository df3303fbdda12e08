import type { LiveClient } from './live.client.js';
import type { LiveFrame } from './live.frame.js';
import { LIVE_LIMITS } from './live.limits.js';
import { LiveParcel } from './live.parcel.js';
import type { NumberedEvent } from './live.ring.js';
import type { LiveWish } from './live.wish.js';

/** A tick may come a little early. */
const SLACK_MS = 5;

/** Clients with the same wish: what they get is chosen and encoded once for all of them. */
export class LiveGroup {
  readonly clients = new Set<LiveClient>();
  private pending: NumberedEvent[] = [];
  private missed = 0;
  private sentAtMs = -Infinity;

  constructor(readonly wish: LiveWish) {}

  get isWaiting(): boolean {
    return this.pending.length > 0 || this.missed > 0;
  }

  gather(events: readonly NumberedEvent[], missed: number): void {
    const { filter, mostEvents, mode } = this.wish;
    this.missed += missed;
    const wanted = events.filter(({ event }) => filter.wants(event));
    if (wanted.length === 0) return;
    this.pending = this.pending.length === 0 ? wanted : [...this.pending, ...wanted];
    if (mode === 'latest') this.pending = newestOfEach(this.pending);
    if (this.pending.length > 2 * mostEvents) this.thin();
  }

  isDue(nowMs: number): boolean {
    const sinceMs = nowMs - this.sentAtMs;
    // A wall clock may jump back: never wait for longer than the pause.
    return sinceMs >= this.wish.pauseMs - SLACK_MS || sinceMs < 0;
  }

  /** @param onFailure hears of a client whose connection threw; the others are served all the same */
  send(nowMs: number, onFailure: (client: LiveClient, error: unknown) => void): void {
    if (this.isWaiting) this.sentAtMs = nowMs;
    this.thin();
    const { pending, missed } = this;
    this.pending = [];
    this.missed = 0;
    const parcels = parcelsOf(pending, this.wish);
    for (const client of this.clients) {
      try {
        client.deliver(parcels, missed, nowMs);
      } catch (error) {
        onFailure(client, error);
      }
    }
  }

  /**
   * In a burst only the newest events stay. Recorded metrics give way first, since a completed task
   * says the same more briefly.
   */
  private thin(): void {
    const { mostEvents } = this.wish;
    if (this.pending.length <= mostEvents) return;
    const isBrief = ({ event }: NumberedEvent): boolean =>
      event.kind !== 'performance:metricRecorded';
    const brief = this.pending.filter(isBrief);
    const kept = (brief.length > 0 ? brief : this.pending).slice(-mostEvents);
    this.missed += this.pending.length - kept.length;
    this.pending = kept;
  }
}

/** Events in pieces that a client may be sent in one go. */
export function parcelsOf(events: readonly NumberedEvent[], wish: LiveWish): LiveParcel[] {
  const parcels: LiveParcel[] = [];
  let frames: LiveFrame[] = [];
  let bytes = 0;
  for (const { event, seq } of events) {
    const isFull = bytes + event.bytes > LIVE_LIMITS.parcelBytes;
    if (frames.length > 0 && (isFull || frames.length === wish.mostEvents)) {
      parcels.push(new LiveParcel(frames, wish.isBatched));
      frames = [];
      bytes = 0;
    }
    frames.push(event.frame(seq));
    bytes += event.bytes;
  }
  if (frames.length > 0) parcels.push(new LiveParcel(frames, wish.isBatched));
  return parcels;
}

/** In the order of their numbers. */
function newestOfEach(events: readonly NumberedEvent[]): NumberedEvent[] {
  const newest = new Map<string, NumberedEvent>();
  for (const numbered of events) {
    const key = `${numbered.event.kind} ${numbered.event.subject}`;
    newest.delete(key);
    newest.set(key, numbered);
  }
  return [...newest.values()];
}
