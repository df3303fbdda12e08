import { wilsonInterval } from './intervals.js';
import { sizeOf, type Counted } from './medians.js';
import { twoSidedPValue } from './normal.js';

/** Successes of trials on two sides, of one kind of work. */
export interface RateStratum {
  /** Share in the common mix, in any unit. */
  weight: number;
  s1: number;
  n1: number;
  s2: number;
  n2: number;
}

/**
 * Difference between two success rates at the same mix of work, and whether it is more than chance.
 * Rates: direct standardisation, Σ w·s/n with the weights made to sum to 1. Interval: the square
 * roots of Newcombe's hybrid score interval with the distances Σ w²·(distance to the Wilson limit)²
 * (Zou & Donner, "Construction of Confidence Limits about Effect Measures", Statistics in Medicine
 * 27 (2008)); with one stratum it is Newcombe's. p: Cochran–Mantel–Haenszel test without continuity
 * correction (Mantel & Haenszel, JNCI 22 (1959)). Strata without trials on a side are left out.
 * @returns `difference` = rate 1 − rate 2 and its 95 % `interval` in percentage points; two-sided
 *   `pValue`, 1 where nothing varies; null when no stratum with weight qualifies
 * @throws RangeError unless 0 ≤ successes ≤ trials, or if a weight is negative, NaN or infinite
 */
export function stratifiedRateTest(
  strata: readonly RateStratum[],
): { difference: number; interval: [number, number]; pValue: number } | null {
  const used = strata.filter(({ weight, n1, n2 }) => {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`Not a weight: ${weight}`);
    return weight > 0 && n1 > 0 && n2 > 0;
  });
  if (used.length === 0) return null;
  const one = standardised(used.map(({ weight, s1, n1 }) => [weight, s1, n1]));
  const two = standardised(used.map(({ weight, s2, n2 }) => [weight, s2, n2]));
  const difference = one.rate - two.rate;
  return {
    difference,
    interval: [
      difference - Math.hypot(one.below, two.above),
      difference + Math.hypot(one.above, two.below),
    ],
    pValue: mantelHaenszel(used),
  };
}

/** Percent, and the distances to the ends of its interval. */
function standardised(strata: [weight: number, successes: number, n: number][]): {
  rate: number;
  below: number;
  above: number;
} {
  const total = strata.reduce((sum, [weight]) => sum + weight, 0);
  let [rate, below, above] = [0, 0, 0];
  for (const [weight, successes, n] of strata) {
    const share = weight / total;
    const own = (100 * successes) / n;
    const [lower, upper] = wilsonInterval(successes, n) ?? [own, own];
    rate += share * own;
    below = Math.hypot(below, share * (own - lower));
    above = Math.hypot(above, share * (upper - own));
  }
  return { rate, below, above };
}

function mantelHaenszel(strata: readonly RateStratum[]): number {
  let excess = 0;
  let variance = 0;
  for (const { s1, n1, s2, n2 } of strata) {
    const [n, s] = [n1 + n2, s1 + s2];
    if (n < 2) continue;
    excess += s1 - (n1 * s) / n;
    variance += (n1 * n2 * s * (n - s)) / (n * n * (n - 1));
  }
  return variance === 0 ? 1 : twoSidedPValue(excess / Math.sqrt(variance));
}

/**
 * Whether values of one side tend to be larger than those of the other within the same kind of
 * work: Mann & Whitney's test in each stratum, the rank sums added up with weights 1/(n + 1).
 * Normal approximation with tie correction, without continuity correction; with one stratum it is
 * the Mann–Whitney test.
 * Source: van Elteren, "On the Combination of Independent Two-Sample Tests of Wilcoxon", Bulletin of
 * the International Statistical Institute 37 (1960).
 * @returns `z`, above 0 when `a` tends to be larger, and its two-sided `pValue`, 1 when all values
 *   of each stratum are equal; null when no stratum has values on both sides
 */
export function stratifiedRankTest(
  strata: readonly { a: Counted; b: Counted }[],
): { z: number; pValue: number } | null {
  let excess = 0;
  let variance = 0;
  let used = false;
  for (const { a, b } of strata) {
    const [n1, n2] = [sizeOf(a), sizeOf(b)];
    if (n1 === 0 || n2 === 0) continue;
    used = true;
    const n = n1 + n2;
    const { rankSum, tieTerm } = rankSumOf(a, b);
    excess += (rankSum - (n1 * (n + 1)) / 2) / (n + 1);
    variance += ((n1 * n2) / 12) * ((n + 1 - tieTerm / (n * (n - 1))) / (n + 1) ** 2);
  }
  if (!used) return null;
  const z = variance <= 1e-15 ? 0 : excess / Math.sqrt(variance);
  return { z, pValue: twoSidedPValue(z) };
}

/** Sum of the mid-ranks of `a` in the pooled sample, and Σ(t³ − t) over its groups of t ties. */
function rankSumOf(a: Counted, b: Counted): { rankSum: number; tieTerm: number } {
  let [i, j, seen, rankSum, tieTerm] = [0, 0, 0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const value = Math.min(a.values[i] ?? Infinity, b.values[j] ?? Infinity);
    const own = a.values[i] === value ? a.counts[i++]! : 0;
    const other = b.values[j] === value ? b.counts[j++]! : 0;
    const ties = own + other;
    rankSum += own * (seen + (ties + 1) / 2);
    tieTerm += ties ** 3 - ties;
    seen += ties;
  }
  return { rankSum, tieTerm };
}
