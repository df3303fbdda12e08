import type { Partial } from '@app/aggregation';
import type { Comparison, Verdict } from '@app/contracts';
import {
  LOW_SAMPLE,
  emptyMoments,
  logRatioOfMeans,
  meanOf,
  mergeMoments,
  twoProportionTest,
} from '@app/stats';
import type { Moments } from '@app/stats';

/** Below this a difference is called real. */
const SIGNIFICANT = 0.05;

const UNKNOWN: Comparison = {
  verdict: 'not-enough-data',
  effect: null,
  interval: null,
  pValue: null,
};

/** Whether the success rate differs; the effect is in percentage points. */
export function compareRates(own: Partial, reference: Partial | undefined): Comparison {
  if (!reference) return UNKNOWN;
  const [n1, n2] = [own.total - own.cancelled, reference.total - reference.cancelled];
  const test = twoProportionTest(own.successful, n1, reference.successful, n2);
  if (!test) return UNKNOWN;
  return {
    verdict: verdict(Math.min(n1, n2), test.pValue, test.difference > 0),
    effect: test.difference,
    interval: test.interval,
    pValue: test.pValue,
  };
}

/** Whether it is faster at the same mix of complexities; the effect is a ratio of mean durations. */
export function compareDurations(own: Partial, reference: Partial | undefined): Comparison {
  if (!reference) return UNKNOWN;
  const mine = byComplexity(own);
  const theirs = byComplexity(reference);
  const strata = [...mine].flatMap(([complexity, a]) => {
    const b = theirs.get(complexity);
    return b ? [{ weight: a.count + b.count, a, b }] : [];
  });
  const test = logRatioOfMeans(strata);
  if (!test) return UNKNOWN;
  const n = Math.min(own.duration.count, reference.duration.count);
  return {
    verdict: verdict(n, test.pValue, test.ratio < 1),
    effect: test.ratio,
    interval: test.interval,
    pValue: test.pValue,
  };
}

function verdict(n: number, pValue: number, better: boolean): Verdict {
  if (n < LOW_SAMPLE) return 'not-enough-data';
  if (pValue >= SIGNIFICANT) return 'no-difference';
  return better ? 'better' : 'worse';
}

/**
 * Mean durations as if all had done the same mix of complexities: that of all of them together,
 * over the levels that each of them has done (direct standardisation). Null without a common level.
 */
export function adjustedMeans(partials: readonly Partial[]): (number | null)[] {
  const levels = partials.map(byComplexity);
  const common = [...(levels[0]?.keys() ?? [])].filter((complexity) =>
    levels.every((level) => level.has(complexity)),
  );
  const weights = common.map((complexity) =>
    levels.reduce((sum, level) => sum + (level.get(complexity)?.count ?? 0), 0),
  );
  const total = weights.reduce((a, b) => a + b, 0);
  return levels.map((level) => {
    if (total === 0) return null;
    return common.reduce((sum, complexity, index) => {
      const mean = meanOf(level.get(complexity) ?? emptyMoments()) ?? 0;
      return sum + (mean * (weights[index] ?? 0)) / total;
    }, 0);
  });
}

/** Durations of successes per complexity, over all task types; levels without any are left out. */
function byComplexity(partial: Partial): Map<number, Moments> {
  const levels = new Map<number, Moments>();
  for (const { complexity, duration } of partial.strata.values()) {
    if (duration.count === 0) continue;
    const level = levels.get(complexity) ?? emptyMoments();
    mergeMoments(level, duration);
    levels.set(complexity, level);
  }
  return levels;
}
