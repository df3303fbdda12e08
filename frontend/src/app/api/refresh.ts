import { DestroyRef, Service, inject, signal } from '@angular/core';
import { DOCUMENT } from '@angular/common';

/** While news arrives the figures are read again at most this often, milliseconds. */
export const NEWS_GAP_MS = 2000;
/** Without news they are read again this often, milliseconds. */
export const QUIET_GAP_MS = 30_000;

/** When figures are read again by themselves: as news arrives, by the clock, or never. */
export const REFRESH_RATES = ['live', '5s', '10s', '30s', '1m', '5m', 'off'] as const;
export type RefreshRate = (typeof REFRESH_RATES)[number];

const GAP_MS: Readonly<Record<RefreshRate, number>> = {
  live: QUIET_GAP_MS,
  '5s': 5000,
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
  '5m': 300_000,
  off: Number.POSITIVE_INFINITY,
};

/**
 * The beat of the page: one clock decides when figures are read again, so that a burst of events
 * is one refresh, and a hidden or paused page does nothing.
 */
@Service()
export class Refresh {
  private readonly document = inject(DOCUMENT);
  private readonly beats = signal(0);
  private readonly clock = signal(Date.now());
  private readonly answered = signal<number | null>(null);
  private lastBeatAt = Date.now();
  private newsTimer: ReturnType<typeof setTimeout> | undefined;

  /** Counts up whenever figures shall be read again. */
  readonly beat = this.beats.asReadonly();
  /** The newest beat that a person asked for: all is read again, also what is read seldom. */
  wanted = 0;
  /** Milliseconds since the epoch, moving once a second while the page is visible. */
  readonly now = this.clock.asReadonly();
  /** When the tracker last answered, milliseconds since the epoch; null: not yet. */
  readonly answeredAt = this.answered.asReadonly();
  /** Whether the link to the tracker is known to be lost, so that the page says it once for all. */
  readonly interrupted = signal(false);
  /** Whether the reader has stopped all movement. */
  readonly paused = signal(false);
  readonly rate = signal<RefreshRate>('live');

  constructor() {
    const seconds = setInterval(() => this.everySecond(), 1000);
    const onVisible = (): void => this.everySecond();
    this.document.addEventListener('visibilitychange', onVisible);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(seconds);
      clearTimeout(this.newsTimer);
      this.document.removeEventListener('visibilitychange', onVisible);
    });
  }

  /** Something happened: refresh as soon as the gap allows. */
  soon(): void {
    if (this.newsTimer !== undefined || this.paused() || this.rate() !== 'live') return;
    const wait = Math.max(0, this.lastBeatAt + NEWS_GAP_MS - Date.now());
    this.newsTimer = setTimeout(() => {
      this.newsTimer = undefined;
      if (!this.document.hidden && !this.paused() && this.rate() === 'live') this.beatNow(false);
    }, wait);
  }

  /** Reads everything again, also what is paused or read seldom. */
  byHand(): void {
    this.beatNow(true);
  }

  pause(): void {
    this.paused.set(true);
  }

  resume(): void {
    this.paused.set(false);
    this.beatNow(true);
  }

  /** Notes that an answer came in. */
  noteAnswer(): void {
    this.answered.set(Date.now());
  }

  private everySecond(): void {
    if (this.document.hidden) return;
    this.clock.set(Date.now());
    // A tenth of a second of slack: the timer fires early and late.
    const due = Date.now() - this.lastBeatAt + 100 >= GAP_MS[this.rate()];
    if (!this.paused() && due) this.beatNow(false);
  }

  private beatNow(asked: boolean): void {
    this.lastBeatAt = Date.now();
    if (asked) this.wanted = this.beats() + 1;
    this.beats.update((count) => count + 1);
  }
}
