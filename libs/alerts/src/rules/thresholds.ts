/** When the rules fire. Factors are of what the benchmark says. */
export const THRESHOLDS = {
  slow: { warningFactor: 1.5, criticalFactor: 2 },
  resource: {
    criticalFactor: 1.5,
    /** A shorter run is a burst: whatever computes at all uses a whole core for that long. */
    minCpuDurationMs: 1000,
  },
  failure: {
    minSample: 10,
    /** Percentage points below the minimum at which it becomes critical. */
    criticalPoints: 20,
    /** Percent; for strata without a benchmark: who never succeeds is never learned from either. */
    usualMinimum: 90,
  },
  degraded: { minSample: 20, warningFactor: 1.2, criticalFactor: 2 },
  /** How far back the window rules look. */
  windowMs: 60 * 60_000,
  /** How long a stratum must have been without a breach before its alert may resolve by itself. */
  keepFiringMs: 10 * 60_000,
} as const;
