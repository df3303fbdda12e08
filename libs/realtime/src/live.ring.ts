import type { LiveEvent } from './live.event.js';
import { LIVE_LIMITS } from './live.limits.js';

/** An event with its number. */
export interface NumberedEvent {
  readonly event: LiveEvent;
  readonly seq: number;
}

/** The newest events of a stream, for clients that come back; numbers are without gaps. */
export class LiveRing {
  private events: LiveEvent[] = [];
  private bytes = 0;

  /** @param lastSeq number of the newest event, whether it is kept or not */
  constructor(private lastSeq: number) {}

  /** The next event, with the number after the last one. */
  push(event: LiveEvent): void {
    this.lastSeq += 1;
    this.events.push(event);
    this.bytes += event.bytes;
    const { ringEvents, ringBytes } = LIVE_LIMITS;
    if (this.events.length < 2 * ringEvents && this.bytes <= ringBytes) return;
    // Half at a time, because taking from the front moves all that stays.
    const gone = this.events.splice(0, Math.ceil(this.events.length / 2));
    for (const { bytes } of gone) this.bytes -= bytes;
  }

  /** Nothing before or up to this number can be had again. */
  breakOff(seq: number): void {
    this.lastSeq = seq;
    this.bytes = 0;
    this.events = [];
  }

  /** @returns what came after a number, or null when not all of it is kept */
  after(seq: number): NumberedEvent[] | null {
    const firstSeq = this.lastSeq - this.events.length + 1;
    if (seq > this.lastSeq || seq < firstSeq - 1) return null;
    return this.events
      .slice(seq - firstSeq + 1)
      .map((event, index) => ({ event, seq: seq + 1 + index }));
  }
}
