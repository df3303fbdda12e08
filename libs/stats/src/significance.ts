import { wilsonInterval } from './intervals.js';
import { meanOf, sampleStdDev, type Moments } from './moments.js';
import { Z_95, twoSidedPValue } from './normal.js';

/** Above this many pairs the normal approximation is as good, and cheaper. */
const EXACT_PAIRS = 400;

/**
 * Difference between two success rates, and whether it is more than chance.
 * Interval: Newcombe's hybrid score interval ("Interval Estimation for the Difference between
 * Independent Proportions", Statistics in Medicine 17 (1998), method 10). p: z test with pooled
 * variance. The two methods differ, so close to the border one may exclude zero and the other not.
 * @param s1 successes of `n1` trials
 * @param s2 successes of `n2` trials
 * @returns `difference` = rate 1 − rate 2 and its 95 % `interval`, both in percentage points
 *   (−100 to 100); two-sided `pValue`, 1 when all trials or none succeeded; null when a side has
 *   no trials
 * @throws RangeError unless 0 ≤ successes ≤ trials on both sides
 */
export function twoProportionTest(
  s1: number,
  n1: number,
  s2: number,
  n2: number,
): { difference: number; interval: [number, number]; pValue: number } | null {
  const wilson1 = wilsonInterval(s1, n1);
  const wilson2 = wilsonInterval(s2, n2);
  if (wilson1 === null || wilson2 === null) return null;
  const rate1 = (100 * s1) / n1;
  const rate2 = (100 * s2) / n2;
  const difference = rate1 - rate2;
  const interval: [number, number] = [
    difference - Math.hypot(rate1 - wilson1[0], wilson2[1] - rate2),
    difference + Math.hypot(wilson1[1] - rate1, rate2 - wilson2[0]),
  ];
  const pooled = (s1 + s2) / (n1 + n2);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return {
    difference,
    interval,
    pValue: error === 0 ? 1 : twoSidedPValue(difference / 100 / error),
  };
}

/**
 * Whether values of one sample tend to be larger than those of another, whatever their
 * distribution. Exact where no values are tied and there are at most 400 pairs, else a normal
 * approximation with tie and continuity correction: fair from about 8 values a side.
 * Formula: Mann & Whitney, "On a Test of Whether one of Two Random Variables is Stochastically
 * Larger than the Other", Annals of Mathematical Statistics 18 (1947).
 * @returns `u`: pairs (a, b) with a > b, a tie counting one half, so 0 to |a|·|b|; two-sided
 *   `pValue`, 1 when all values are equal; null when a sample is empty
 * @throws RangeError if a value is NaN
 */
export function mannWhitney(
  a: readonly number[],
  b: readonly number[],
): { u: number; pValue: number } | null {
  if (a.length === 0 || b.length === 0) return null;
  const { rankSum, tieTerm } = rankSumOfFirst(a, b);
  const n = a.length + b.length;
  const pairs = a.length * b.length;
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const variance = (pairs / 12) * (n + 1 - tieTerm / (n * (n - 1)));
  if (tieTerm === 0 && pairs <= EXACT_PAIRS) {
    return { u, pValue: exactPValue(u, a.length, b.length) };
  }
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
  return { u, pValue: variance <= 0 ? 1 : twoSidedPValue(distance / Math.sqrt(variance)) };
}

/**
 * Two-sided p of U without ties: the ways to get it are the coefficients of the Gaussian binomial
 * (n1 + n2 over n1), the product of (1 − q^(n2+i))/(1 − q^i) for i = 1…n1.
 */
function exactPValue(u: number, n1: number, n2: number): number {
  const degree = n1 * n2;
  const ways = new Float64Array(degree + 1);
  ways[0] = 1;
  for (let i = 1; i <= n1; i++) {
    for (let k = degree; k >= n2 + i; k--) ways[k]! -= ways[k - n2 - i]!;
    for (let k = i; k <= degree; k++) ways[k]! += ways[k - i]!;
  }
  const tail = ways.subarray(0, Math.min(u, degree - u) + 1).reduce((a, b) => a + b, 0);
  return Math.min(1, (2 * tail) / ways.reduce((a, b) => a + b, 0));
}

/**
 * Ratio of mean durations (a to b) for the same mix of work: the difference of log means in each
 * stratum, averaged by weight. Each log mean has variance s²/(n·mean²) (delta method), so the
 * interval is right for large samples and too narrow for a handful: ask for enough data first.
 * Strata without two values and a positive mean on both sides are left out and the weights of the
 * others normalised.
 * @param strata one per kind of work (complexity); `weight` is its share in the common mix, in any
 *   unit
 * @returns `ratio` (1 = equal, 2 = a takes twice as long) with its 95 % `interval`, and the
 *   two-sided `pValue` of "equal"; null when no stratum with a positive weight qualifies
 * @throws RangeError if a weight is negative, NaN or infinite
 */
export function logRatioOfMeans(
  strata: readonly { weight: number; a: Moments; b: Moments }[],
): { ratio: number; interval: [number, number]; pValue: number } | null {
  let totalWeight = 0;
  let weightedLog = 0;
  let weightedVariance = 0;
  for (const { weight, a, b } of strata) {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`Not a weight: ${weight}`);
    const logA = logMean(a);
    const logB = logMean(b);
    if (logA === null || logB === null) continue;
    totalWeight += weight;
    weightedLog += weight * (logA.value - logB.value);
    weightedVariance += weight * weight * (logA.variance + logB.variance);
  }
  if (totalWeight === 0) return null;
  const log = weightedLog / totalWeight;
  const error = Math.sqrt(weightedVariance) / totalWeight;
  return {
    ratio: Math.exp(log),
    interval: [Math.exp(log - Z_95 * error), Math.exp(log + Z_95 * error)],
    pValue: twoSidedPValueOf(log, error),
  };
}

function logMean(m: Moments): { value: number; variance: number } | null {
  const mean = meanOf(m);
  const deviation = sampleStdDev(m);
  if (mean === null || deviation === null || !(mean > 0)) return null;
  return { value: Math.log(mean), variance: (deviation / mean) ** 2 / m.count };
}

/** Without any spread the only question left is whether the means are the same up to rounding. */
function twoSidedPValueOf(estimate: number, error: number): number {
  if (error > 0) return twoSidedPValue(estimate / error);
  return Math.abs(estimate) < 1e-12 ? 1 : 0;
}

/** Sum of the mid-ranks of `a` in the pooled sample, and Σ(t³ − t) over its groups of t ties. */
function rankSumOfFirst(
  a: readonly number[],
  b: readonly number[],
): { rankSum: number; tieTerm: number } {
  const first = sorted(a);
  const pooled = sorted([...a, ...b]);
  let rankSum = 0;
  let tieTerm = 0;
  let used = 0;
  for (let start = 0; start < pooled.length;) {
    const value = pooled[start]!;
    let end = start + 1;
    while (end < pooled.length && pooled[end] === value) end++;
    const ties = end - start;
    const midRank = (start + 1 + end) / 2;
    for (; used < first.length && first[used] === value; used++) rankSum += midRank;
    tieTerm += ties ** 3 - ties;
    start = end;
  }
  return { rankSum, tieTerm };
}

function sorted(values: readonly number[]): Float64Array {
  const copy = Float64Array.from(values);
  if (copy.some(Number.isNaN)) throw new RangeError('A sample holds NaN');
  return copy.sort();
}
