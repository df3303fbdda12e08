interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** What is left of an allowance. */
export interface Allowance {
  isGranted: boolean;
  remaining: number;
  /** Until one more is granted; 0 when one is. */
  retryInMs: number;
}

/** A token bucket: so many a second in the long run, and a burst of so many at once. */
export class TokenBucket {
  private bucket: Bucket | undefined;

  constructor(
    private readonly perSecond: number,
    readonly burst: number,
  ) {}

  take(nowMs: number): Allowance {
    this.bucket ??= { tokens: this.burst, filledAtMs: nowMs };
    const { bucket } = this;
    // A wall clock may jump back.
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    bucket.tokens = Math.min(this.burst, bucket.tokens + (elapsedMs * this.perSecond) / 1000);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return { isGranted: true, remaining: Math.floor(bucket.tokens), retryInMs: 0 };
    }
    const retryInMs = Math.ceil(((1 - bucket.tokens) * 1000) / this.perSecond);
    return { isGranted: false, remaining: 0, retryInMs };
  }
}

/** Counts what failed, by whom, within a while that slides. */
export class FailureCounter {
  private readonly failures = new Map<string, number[]>();

  constructor(
    private readonly withinMs: number,
    private readonly mostKept = 10_000,
  ) {}

  count(who: string, nowMs: number): number {
    return this.recent(who, nowMs).length;
  }

  /** How long until the oldest that counts does not count any more. */
  fadesInMs(who: string, nowMs: number): number {
    const [oldest = nowMs] = this.recent(who, nowMs);
    return Math.max(0, oldest + this.withinMs - nowMs);
  }

  add(who: string, nowMs: number): void {
    const recent = this.recent(who, nowMs);
    recent.push(nowMs);
    // Enough to refuse; more would only be held in memory.
    if (recent.length > 100) recent.shift();
    if (!this.failures.has(who) && this.failures.size >= this.mostKept) {
      const [eldest = ''] = this.failures.keys();
      this.failures.delete(eldest);
    }
    this.failures.delete(who);
    this.failures.set(who, recent);
  }

  /** Takes back the latest. */
  takeBack(who: string): void {
    this.failures.get(who)?.pop();
  }

  clear(who: string): void {
    this.failures.delete(who);
  }

  private recent(who: string, nowMs: number): number[] {
    return (this.failures.get(who) ?? []).filter((at) => nowMs - at < this.withinMs);
  }
}
