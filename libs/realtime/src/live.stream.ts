import type { LiveClient, LiveSelection } from './live.client.js';
import type { LiveEvent } from './live.event.js';
import type { LiveFilter } from './live.filter.js';
import { LIVE_LIMITS } from './live.limits.js';

/** The events of one project, numbered, and the clients that hear them. */
export class LiveStream {
  readonly clients = new Set<LiveClient>();
  private pending: LiveEvent[] = [];
  private overflowed = 0;

  /** @param seq number of the newest event that was sent, or passed while nobody listened */
  constructor(private seq: number) {}

  get lastSeq(): number {
    return this.seq;
  }

  /** Whether a flush has something to do: events to send, or slow clients to look after. */
  get isWaiting(): boolean {
    if (this.clients.size === 0) return false;
    return this.pending.length > 0 || [...this.clients].some((client) => client.isSlow);
  }

  /** Numbers events that nobody hears, without making them. */
  pass(events: number): void {
    this.seq += events;
  }

  push(event: LiveEvent): void {
    if (this.clients.size === 0) {
      this.pass(1);
      return;
    }
    if (this.pending.length >= LIVE_LIMITS.pendingEvents) {
      // Half at a time, because taking from the front moves all that stays.
      this.overflowed += this.pending.splice(0, LIVE_LIMITS.pendingEvents / 2).length;
    }
    this.pending.push(event);
  }

  /**
   * Hands what is pending to each client. Numbers are given here and not on arrival, so that a
   * client that joins in between gets exactly the events after the number it was welcomed with.
   *
   * @param onFailure hears of a client whose connection threw; the others are served all the same
   */
  flush(nowMs: number, onFailure: (client: LiveClient, error: unknown) => void): void {
    const events = this.pending;
    const overflowed = this.overflowed;
    const firstSeq = this.seq + overflowed + 1;
    this.pending = [];
    this.overflowed = 0;
    this.seq += overflowed + events.length;
    const selections = new Map<string, LiveSelection>();
    for (const client of this.clients) {
      let selection = selections.get(client.filter.key);
      if (!selection) {
        selection = select(events, client.filter, firstSeq);
        selection.missed += overflowed;
        selections.set(client.filter.key, selection);
      }
      try {
        client.deliver(selection, nowMs);
      } catch (error) {
        onFailure(client, error);
      }
    }
  }
}

/**
 * The frames for clients with this filter: all that it wants, or in a burst the newest ones.
 * Recorded metrics give way first, since a completed task says the same more briefly.
 */
function select(events: readonly LiveEvent[], filter: LiveFilter, firstSeq: number): LiveSelection {
  let wanted = events.map((event, index) => ({ event, seq: firstSeq + index }));
  wanted = wanted.filter(({ event }) => filter.wants(event));
  const total = wanted.length;
  if (total > LIVE_LIMITS.burstEvents) {
    const essential = wanted.filter(({ event }) => event.kind !== 'performance:metricRecorded');
    wanted = (essential.length > 0 ? essential : wanted).slice(-LIVE_LIMITS.burstEvents);
  }
  return {
    frames: wanted.map(({ event, seq }) => event.frame(seq)),
    missed: total - wanted.length,
  };
}
