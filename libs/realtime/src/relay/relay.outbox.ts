import { packItem } from './relay.message.js';
import type { RelayedNews } from './relay.message.js';
import { RELAY_LIMITS } from './relay.limits.js';

/** One message to be: items packed as JSON. */
export interface Parcel {
  items: string[];
  /** Events left out, by project. */
  missed: Map<string, number>;
}

/** News that waits for the next flush, bounded: the oldest goes first, and is counted. */
export class RelayOutbox {
  private pending: { project: string; news: RelayedNews }[] = [];
  private missed = new Map<string, number>();

  get isEmpty(): boolean {
    return this.pending.length === 0 && this.missed.size === 0;
  }

  push(project: string, news: RelayedNews): void {
    if (this.pending.length >= RELAY_LIMITS.pendingItems) {
      for (const old of this.pending.splice(0, RELAY_LIMITS.pendingItems / 2)) this.leaveOut(old);
    }
    this.pending.push({ project, news });
  }

  /** Takes what waits: the newest that the bounds of a flush allow, in order. */
  drain(): Parcel[] {
    const waiting = this.pending;
    this.pending = [];
    const texts: string[] = [];
    let bytes = 0;
    let index = waiting.length;
    while (index > 0) {
      const text = packItem((waiting[index - 1] as (typeof waiting)[number]).news);
      // Counted in characters; texts are ASCII for the most part.
      bytes += text.length;
      if (bytes > RELAY_LIMITS.flushBytes && texts.length > 0) break;
      texts.push(text);
      index -= 1;
    }
    for (const old of waiting.slice(0, index)) this.leaveOut(old);
    const missed = this.missed;
    this.missed = new Map();
    return parcels(texts.reverse(), missed);
  }

  private leaveOut({ project, news }: { project: string; news: RelayedNews }): void {
    // Clients hear two events of each stored execution.
    const events = news.kind === 'stored' ? 2 : 1;
    this.missed.set(project, (this.missed.get(project) ?? 0) + events);
  }
}

function parcels(texts: readonly string[], missed: Map<string, number>): Parcel[] {
  // What was left out is older than what follows: clients hear of it first.
  const list: Parcel[] = [{ items: [], missed }];
  let bytes = 0;
  for (const text of texts) {
    if (bytes > 0 && bytes + text.length > RELAY_LIMITS.messageBytes) {
      list.push({ items: [], missed: new Map() });
      bytes = 0;
    }
    list.at(-1)?.items.push(text);
    bytes += text.length;
  }
  return list.filter(({ items, missed: left }) => items.length > 0 || left.size > 0);
}
