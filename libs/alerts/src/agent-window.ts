import { emptyPartial, mergePartial } from '@app/aggregation';
import type { Partial } from '@app/aggregation';
import { mergeMoments } from '@app/stats';

const MOMENTS = ['duration', 'cpu', 'memory', 'network', 'disk'] as const;

type Stratum = Partial['strata'] extends Map<string, infer S> ? S : never;

interface Bucket {
  atMs: number;
  partial: Partial;
}

/**
 * What a subject did within a window, bucket by bucket. Buckets come with strata and sketches that
 * are dear to decode, so only what is asked for is put together.
 */
export class AgentWindow {
  private buckets: Bucket[] = [];
  private readonly own = new Map<number, Partial>();
  private sorted = false;
  private scalars: Partial | null = null;
  private merged: Partial | null = null;

  /** Adds the state of a bucket, or more of it; it becomes part of the window. */
  add(atMs: number, partial: Partial): void {
    this.buckets.push({ atMs, partial });
    this.changed();
  }

  /** The state of a bucket, to add rows to. */
  bucket(atMs: number): Partial {
    let partial = this.own.get(atMs);
    if (!partial) {
      partial = emptyPartial();
      this.own.set(atMs, partial);
      this.buckets.push({ atMs, partial });
    }
    this.changed();
    return partial;
  }

  /** Forgets buckets before an instant. */
  dropBefore(atMs: number): void {
    if (!this.buckets.some((bucket) => bucket.atMs < atMs)) return;
    this.buckets = this.buckets.filter((bucket) => bucket.atMs >= atMs);
    for (const key of this.own.keys()) if (key < atMs) this.own.delete(key);
    this.changed();
  }

  get isEmpty(): boolean {
    return this.buckets.length === 0;
  }

  /** The whole window without strata and sketch: counts, moments and sums. */
  get counts(): Partial {
    if (this.merged) return this.merged;
    this.scalars ??= this.buckets.reduce(addScalars, emptyPartial());
    return this.scalars;
  }

  /** The whole window by task type and complexity, without sketches. */
  strata(): Stratum[] {
    if (this.merged) return [...this.merged.strata.values()];
    const strata = new Map<string, Stratum>();
    for (const { partial } of this.buckets) {
      for (const [key, { duration, ...stratum }] of partial.strata) {
        const own = strata.get(key);
        if (own) {
          own.total += stratum.total;
          mergeMoments(own.duration, duration);
        } else strata.set(key, { ...stratum, duration: { ...duration } });
      }
    }
    return [...strata.values()];
  }

  /** The whole window. */
  get full(): Partial {
    if (this.merged) return this.merged;
    this.merged = emptyPartial();
    for (const { partial } of this.buckets) mergePartial(this.merged, partial);
    return this.merged;
  }

  /** The states of the buckets, newest first. */
  *newestFirst(): Iterable<Partial> {
    if (!this.sorted) this.buckets.sort((a, b) => b.atMs - a.atMs);
    this.sorted = true;
    for (const { partial } of this.buckets) yield partial;
  }

  private changed(): void {
    this.sorted = false;
    this.scalars = null;
    this.merged = null;
  }
}

function addScalars(into: Partial, { partial }: Bucket): Partial {
  into.total += partial.total;
  into.successful += partial.successful;
  into.failed += partial.failed;
  into.cancelled += partial.cancelled;
  for (const name of MOMENTS) mergeMoments(into[name], partial[name]);
  into.inputTokens += partial.inputTokens;
  into.outputTokens += partial.outputTokens;
  into.costUsd += partial.costUsd;
  into.lastEndedAtMs = Math.max(into.lastEndedAtMs, partial.lastEndedAtMs);
  return into;
}
