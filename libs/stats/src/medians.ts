import { betaValue } from './random.js';

/** A sample as its distinct values, ascending, and how often each occurs. */
export interface Counted {
  values: readonly number[];
  counts: readonly number[];
}

/** Values below take part as this: the ratio to zero is not defined. */
const SMALLEST = 1e-3;

/** How many values stand behind a counted sample. */
export function sizeOf({ counts }: Counted): number {
  return counts.reduce((a, b) => a + b, 0);
}

/** The nearest-rank median (rank ⌈n/2⌉); null of an empty sample. */
export function medianOf(sample: Counted): number | null {
  const n = sizeOf(sample);
  return n === 0 ? null : atRank(sample, Math.ceil(n / 2));
}

/**
 * Ratio of medians (a to b) for the same mix of work, with a bootstrap interval: the geometric mean
 * of the strata's ratios, weighted by the common mix.
 * The median of a resample of n values is the value at quantile X of the sample, X of the beta
 * distribution (k, n + 1 − k) with k = ⌈n/2⌉ (Maritz & Jarrett, "A Note on Estimating the Variance
 * of the Sample Median", JASA 73 (1978)), so no resample needs to be drawn value by value. Interval:
 * percentiles of the resampled ratios (Efron, "Bootstrap Methods", Annals of Statistics 7 (1979)).
 * @param strata one per kind of work; those empty on a side, or without weight, are left out.
 *   `weight` is the share in the common mix, in any unit
 * @param random [0, 1), seeded for an answer that is always the same
 * @returns `ratio` (2 = a takes twice as long) with its 95 % `interval`; null without a stratum
 * @throws RangeError if a weight is negative, NaN or infinite
 */
export function ratioOfMedians(
  strata: readonly { weight: number; a: Counted; b: Counted }[],
  random: () => number,
  resamples = 2000,
): { ratio: number; interval: [number, number] } | null {
  for (const { weight } of strata) {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`Not a weight: ${weight}`);
  }
  const used = strata.filter(({ weight, a, b }) => weight > 0 && sizeOf(a) > 0 && sizeOf(b) > 0);
  if (used.length === 0) return null;
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  const logs = new Float64Array(resamples);
  let log = 0;
  for (const { weight, a, b } of used) {
    const share = weight / total;
    log += share * (logOf(medianOf(a)) - logOf(medianOf(b)));
    const [drawA, drawB] = [logMedianDrawer(a, random), logMedianDrawer(b, random)];
    for (let i = 0; i < resamples; i++) logs[i]! += share * (drawA() - drawB());
  }
  logs.sort();
  const percentile = (q: number): number =>
    Math.exp(logs[Math.min(resamples - 1, Math.floor(q * resamples))]!);
  return { ratio: Math.exp(log), interval: [percentile(0.025), percentile(0.975)] };
}

function logOf(value: number | null): number {
  return Math.log(Math.max(value ?? 0, SMALLEST));
}

/** Draws logarithms of the medians of resamples as large as the sample. */
function logMedianDrawer(sample: Counted, random: () => number): () => number {
  const n = sizeOf(sample);
  const k = Math.ceil(n / 2);
  const ends: number[] = [];
  for (const count of sample.counts) ends.push((ends.at(-1) ?? 0) + count);
  const logs = sample.values.map(logOf);
  return () => {
    const rank = betaValue(k, n + 1 - k, random) * n;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! >= rank) high = middle;
      else low = middle + 1;
    }
    return logs[low]!;
  };
}

function atRank({ values, counts }: Counted, rank: number): number {
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (seen >= rank) return values[index]!;
  }
  return values.at(-1)!;
}
