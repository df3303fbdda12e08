import type { Partial } from '@app/aggregation';
import type { Comparison, Verdict } from '@app/contracts';
import {
  LOW_SAMPLE,
  emptyMoments,
  meanOf,
  medianOf,
  mergeMoments,
  ratioOfMedians,
  seededRandom,
  stratifiedRankTest,
  stratifiedRateTest,
} from '@app/stats';
import type { Moments } from '@app/stats';

import type { WorkByLevel } from './work.reader.js';

/** Below this a difference is called real. */
const SIGNIFICANT = 0.05;
/** The same question gets the same answer. */
const SEED = 20_261_122;

const UNKNOWN: Comparison = {
  verdict: 'not-enough-data',
  effect: null,
  interval: null,
  pValue: null,
};

/** Whether the success rate differs at the same mix of complexities, in percentage points. */
export function compareRates(own: WorkByLevel, reference: WorkByLevel | undefined): Comparison {
  const common = inCommon(own, reference, (work) => work.judged);
  const test = stratifiedRateTest(
    common.map(({ weight, a, b }) => {
      return { weight, s1: a.successful, n1: a.judged, s2: b.successful, n2: b.judged };
    }),
  );
  if (!test) return UNKNOWN;
  const n = countOf(common, (work) => work.judged);
  return {
    verdict: verdict(n, test.pValue, test.interval, 0, test.difference > 0),
    effect: test.difference,
    interval: test.interval,
    pValue: test.pValue,
    n,
  };
}

/** Whether it is faster at the same mix of complexities, as a ratio of median durations. */
export function compareDurations(own: WorkByLevel, reference: WorkByLevel | undefined): Comparison {
  const common = inCommon(own, reference, (work) => work.successful);
  const strata = common.map(({ weight, a, b }) => {
    return { weight, a: a.durations, b: b.durations };
  });
  const ranks = stratifiedRankTest(strata);
  const medians = ratioOfMedians(strata, seededRandom(SEED));
  if (!ranks || !medians) return UNKNOWN;
  const n = countOf(common, (work) => work.successful);
  return {
    verdict: verdict(n, ranks.pValue, medians.interval, 1, medians.ratio < 1),
    effect: medians.ratio,
    interval: medians.interval,
    pValue: ranks.pValue,
    n,
  };
}

/**
 * A difference is called real when the test says so and the interval leaves out "none": the two
 * rest on different questions, and a verdict must not contradict what stands beside it.
 */
function verdict(
  n: [number, number],
  pValue: number,
  [low, high]: [number, number],
  none: number,
  better: boolean,
): Verdict {
  if (Math.min(...n) < LOW_SAMPLE) return 'not-enough-data';
  if (pValue >= SIGNIFICANT || (low <= none && none <= high)) return 'no-difference';
  return better ? 'better' : 'worse';
}

type Work = WorkByLevel extends Map<number, infer W> ? W : never;

interface CommonLevel {
  /** What both together have done at this level. */
  weight: number;
  a: Work;
  b: Work;
}

/** The levels that both have done. */
function inCommon(
  own: WorkByLevel,
  reference: WorkByLevel | undefined,
  count: (work: Work) => number,
): CommonLevel[] {
  return [...own].flatMap(([level, a]) => {
    const b = reference?.get(level);
    return b && count(a) > 0 && count(b) > 0 ? [{ weight: count(a) + count(b), a, b }] : [];
  });
}

function countOf(levels: CommonLevel[], count: (work: Work) => number): [number, number] {
  const sum = (side: 'a' | 'b'): number =>
    levels.reduce((total, level) => total + count(level[side]), 0);
  return [sum('a'), sum('b')];
}

/** Median durations as if all had done the same mix of complexities; see {@link adjustedMeans}. */
export function adjustedMedians(works: readonly WorkByLevel[]): (number | null)[] {
  return standardised(
    works,
    (work) => work.successful,
    (work) => medianOf(work.durations) ?? 0,
  );
}

/** Success rates, percent, as if all had done the same mix of complexities. */
export function adjustedRates(works: readonly WorkByLevel[]): (number | null)[] {
  return standardised(
    works,
    (work) => work.judged,
    (work) => (100 * work.successful) / work.judged,
  );
}

/**
 * Mean durations as if all had done the same mix of complexities: that of all of them together,
 * over the levels that each of them has done (direct standardisation). Null without a common level.
 */
export function adjustedMeans(partials: readonly Partial[]): (number | null)[] {
  return standardised(
    partials.map(byComplexity),
    (moments) => moments.count,
    (moments) => meanOf(moments) ?? 0,
  );
}

function standardised<T>(
  sides: readonly ReadonlyMap<number, T>[],
  count: (level: T) => number,
  figure: (level: T) => number,
): (number | null)[] {
  const has = (side: ReadonlyMap<number, T>, level: number): boolean => {
    const own = side.get(level);
    return own !== undefined && count(own) > 0;
  };
  const common = [...(sides[0]?.keys() ?? [])].filter((level) =>
    sides.every((side) => has(side, level)),
  );
  const at = (side: ReadonlyMap<number, T>, level: number): T[] => {
    const own = side.get(level);
    return own === undefined ? [] : [own];
  };
  const weights = common.map((level) =>
    sides.flatMap((side) => at(side, level)).reduce((sum, own) => sum + count(own), 0),
  );
  const total = weights.reduce((a, b) => a + b, 0);
  if (total === 0) return sides.map(() => null);
  return sides.map((side) =>
    common
      .flatMap((level, index) => at(side, level).map((own) => figure(own) * (weights[index] ?? 0)))
      .reduce((sum, weighted) => sum + weighted / total, 0),
  );
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
