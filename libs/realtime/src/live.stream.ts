import type { LiveClient } from './live.client.js';
import type { LiveEvent } from './live.event.js';
import { LiveGroup } from './live.group.js';
import { LIVE_LIMITS } from './live.limits.js';
import { LiveRing } from './live.ring.js';
import type { NumberedEvent } from './live.ring.js';
import type { LiveWish } from './live.wish.js';

type OnFailure = (client: LiveClient, error: unknown) => void;

/** The events of one project, numbered, and the clients that hear them. */
export class LiveStream {
  private readonly groups = new Map<string, LiveGroup>();
  private readonly ring: LiveRing;
  private pending: LiveEvent[] = [];
  private overflowed = 0;
  private clientCount = 0;
  /** Events since the last client left, or Infinity where nobody can come back to them. */
  private unheard = Infinity;

  /** @param seq number of the newest event that was sent, or passed while nobody listened */
  constructor(private seq: number) {
    this.ring = new LiveRing(seq);
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Whether there are clients, or some that may come back to what they missed. */
  get isHeard(): boolean {
    return this.clientCount > 0 || this.unheard < LIVE_LIMITS.ringEvents;
  }

  get hasClients(): boolean {
    return this.clientCount > 0;
  }

  get clients(): LiveClient[] {
    return [...this.groups.values()].flatMap((group) => [...group.clients]);
  }

  /** Whether a flush has something to do: events to send, or slow clients to look after. */
  get isWaiting(): boolean {
    if (this.clientCount === 0) return false;
    if (this.pending.length > 0) return true;
    return [...this.groups.values()].some(
      (group) => group.isWaiting || [...group.clients].some((client) => client.isBehind),
    );
  }

  join(client: LiveClient): void {
    this.groupFor(client.wish).clients.add(client);
    this.clientCount += 1;
  }

  leave(client: LiveClient): void {
    if (!this.remove(client)) return;
    this.clientCount -= 1;
    if (this.clientCount > 0) return;
    this.unheard = 0;
    this.number();
  }

  /** From here on the client gets what it wishes now. */
  move(client: LiveClient, wish: LiveWish, nowMs: number, onFailure: OnFailure): void {
    this.remove(client);
    const group = this.groupFor(wish);
    // What waits there came before this client.
    if (group.isWaiting) group.send(nowMs, onFailure);
    client.wish = wish;
    group.clients.add(client);
  }

  /** Numbers events that nobody hears, without making them; nobody can come back to them. */
  pass(events: number): void {
    this.seq += events;
    this.ring.breakOff(this.seq);
    if (this.clientCount === 0) this.unheard = Infinity;
  }

  push(event: LiveEvent): void {
    if (this.clientCount === 0) {
      if (!this.isHeard) return this.pass(1);
      this.unheard += 1;
      this.seq += 1;
      this.ring.push(event);
      return;
    }
    if (this.pending.length >= LIVE_LIMITS.pendingEvents) {
      // Half at a time, because taking from the front moves all that stays.
      this.overflowed += this.pending.splice(0, LIVE_LIMITS.pendingEvents / 2).length;
    }
    this.pending.push(event);
  }

  /** Hands what is pending to the groups, and from those that are due to their clients. */
  flush(nowMs: number, onFailure: OnFailure): void {
    const { overflowed } = this;
    const events = this.number();
    for (const group of this.groups.values()) {
      group.gather(events, overflowed);
      if (group.isDue(nowMs)) group.send(nowMs, onFailure);
    }
  }

  /**
   * What came after a number and up to another.
   * @returns null when not all of it is kept
   */
  between(after: number, upTo: number): NumberedEvent[] | null {
    const events = this.ring.after(after);
    return events?.filter(({ seq }) => seq <= upTo) ?? null;
  }

  /**
   * Numbers what is pending. That is done here and not on arrival, so that a client that joins in
   * between gets exactly the events after the number it was welcomed with.
   */
  private number(): NumberedEvent[] {
    const events = this.pending;
    if (this.overflowed > 0) {
      this.seq += this.overflowed;
      this.ring.breakOff(this.seq);
    }
    this.pending = [];
    this.overflowed = 0;
    return events.map((event) => {
      this.seq += 1;
      this.ring.push(event);
      return { event, seq: this.seq };
    });
  }

  private remove(client: LiveClient): boolean {
    const group = this.groups.get(client.wish.key);
    if (!group?.clients.delete(client)) return false;
    if (group.clients.size === 0) this.groups.delete(client.wish.key);
    return true;
  }

  private groupFor(wish: LiveWish): LiveGroup {
    let group = this.groups.get(wish.key);
    if (!group) this.groups.set(wish.key, (group = new LiveGroup(wish)));
    return group;
  }
}
