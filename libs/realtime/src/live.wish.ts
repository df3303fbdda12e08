import type { LiveMode, LiveSubscription } from '@app/contracts';

import { LiveFilter } from './live.filter.js';
import { LIVE_LIMITS } from './live.limits.js';

/** What a client wants to hear, how often, and in which form. */
export class LiveWish {
  static readonly everything = new LiveWish({});
  /** For those who only send, or have not said yet what they want. */
  static readonly nothing = new LiveWish({ events: [] });

  /** Equal for clients that get the very same messages. */
  readonly key: string;
  readonly filter: LiveFilter;
  readonly mode: LiveMode;
  readonly isBatched: boolean;
  /** Least time between two sendings, ms. */
  readonly pauseMs: number;
  /** Most events of one sending. */
  readonly mostEvents: number;

  constructor(readonly subscription: Omit<LiveSubscription, 'since' | 'snapshot'>) {
    const { rate = LIVE_LIMITS.rate, mode = 'events', batch = false } = subscription;
    this.filter = new LiveFilter(subscription);
    this.mode = mode;
    this.isBatched = batch;
    this.pauseMs = 1000 / rate;
    const ticks = Math.max(1, LIVE_LIMITS.rate / rate);
    const { burstEvents, batchEvents } = LIVE_LIMITS;
    this.mostEvents = batch ? batchEvents : Math.min(batchEvents, Math.round(burstEvents * ticks));
    this.key = JSON.stringify([this.filter.key, rate, mode, batch]);
  }
}
