import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Counted } from './medians.js';
import { normalCdf } from './normal.js';
import { twoProportionTest } from './significance.js';
import { stratifiedRankTest, stratifiedRateTest } from './stratified.js';

const counted = (sample: readonly number[]): Counted => {
  const values = [...new Set(sample)].sort((a, b) => a - b);
  return { values, counts: values.map((value) => sample.filter((one) => one === value).length) };
};

describe(stratifiedRateTest.name, () => {
  // Admissions to six departments of Berkeley in 1973, men and women: admitted of applicants.
  // Bickel, Hammel & O'Connell, Science 187 (1975).
  const berkeley: [number, number, number, number][] = [
    [512, 825, 89, 108],
    [353, 560, 17, 25],
    [120, 325, 202, 593],
    [138, 417, 131, 375],
    [53, 191, 94, 393],
    [22, 373, 24, 341],
  ];

  it('gives the published Mantel–Haenszel statistic of the Berkeley admissions', () => {
    const strata = berkeley.map(([s1, n1, s2, n2]) => ({ weight: n1 + n2, s1, n1, s2, n2 }));
    // X² = 1.5246 without continuity correction, p = 0.2169 (R, mantelhaen.test on UCBAdmissions).
    const { pValue } = stratifiedRateTest(strata)!;
    expect(pValue).toBeCloseTo(0.2169, 4);
    expect(pValue).toBeCloseTo(2 * normalCdf(-Math.sqrt(1.5246)), 4);
  });

  it('is not fooled by one side having the harder work, as the plain test is', () => {
    const sums = [0, 1, 2, 3].map((i) => berkeley.reduce((sum, row) => sum + row[i]!, 0));
    const plain = twoProportionTest(sums[0]!, sums[1]!, sums[2]!, sums[3]!)!;
    expect([plain.difference > 10, plain.pValue < 1e-10]).toEqual([true, true]);
    const strata = berkeley.map(([s1, n1, s2, n2]) => ({ weight: n1 + n2, s1, n1, s2, n2 }));
    expect(stratifiedRateTest(strata)!.difference).toBeLessThan(0);
  });

  // Table II, method 10, of Newcombe, Statistics in Medicine 17 (1998), 873–890, in points.
  it.each([
    [56, 70, 48, 80, 20, 5.24, 33.39],
    [9, 10, 3, 10, 60, 17.05, 80.9],
    [5, 56, 0, 29, 8.93, -3.81, 19.26],
  ])('has Newcombe’s interval of %i/%i − %i/%i in one stratum', (s1, n1, s2, n2, d, low, high) => {
    const { difference, interval } = stratifiedRateTest([{ weight: 7, s1, n1, s2, n2 }])!;
    expect(difference).toBeCloseTo(d, 2);
    expect(interval[0]).toBeCloseTo(low, 2);
    expect(interval[1]).toBeCloseTo(high, 2);
  });

  it('is the weighted mean of the strata’s differences, whatever the unit of the weights', () => {
    const a = { weight: 3, s1: 40, n1: 50, s2: 30, n2: 50 };
    const b = { weight: 1, s1: 5, n1: 50, s2: 25, n2: 50 };
    const empty = { weight: 9, s1: 5, n1: 5, s2: 0, n2: 0 };
    const result = stratifiedRateTest([a, b, empty])!;
    expect(result.difference).toBeCloseTo(0.75 * 20 - 0.25 * 40, 9);
    const scaled = [a, b].map((one) => ({ ...one, weight: one.weight / 1000 }));
    expect(stratifiedRateTest(scaled)!.interval[0]).toBeCloseTo(result.interval[0], 9);
  });

  it('covers the true difference about 95 times in 100', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const successes = (n: number, p: number): number =>
      Array.from({ length: n }, () => random()).filter((u) => u < p).length;
    let covered = 0;
    for (let run = 0; run < 1000; run++) {
      const { interval } = stratifiedRateTest([
        { weight: 2, s1: successes(40, 0.95), n1: 40, s2: successes(60, 0.85), n2: 60 },
        { weight: 1, s1: successes(30, 0.6), n1: 30, s2: successes(20, 0.5), n2: 20 },
      ])!;
      if (interval[0] <= 10 && 10 <= interval[1]) covered++;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(985);
  });

  it('is unknown without a stratum, 1 where nothing varies, and refuses nonsense', () => {
    expect(stratifiedRateTest([])).toBeNull();
    expect(stratifiedRateTest([{ weight: 0, s1: 1, n1: 1, s2: 1, n2: 1 }])).toBeNull();
    expect(stratifiedRateTest([{ weight: 1, s1: 3, n1: 3, s2: 9, n2: 9 }])!.pValue).toBe(1);
    for (const weight of [-1, NaN, Infinity]) {
      expect(() => stratifiedRateTest([{ weight, s1: 1, n1: 1, s2: 1, n2: 1 }])).toThrow(
        RangeError,
      );
    }
    expect(() => stratifiedRateTest([{ weight: 1, s1: 3, n1: 2, s2: 0, n2: 1 }])).toThrow(
      RangeError,
    );
  });
});

/** Rank sums of `a` with mid-ranks, by counting what lies below each value. */
function rankSum(a: readonly number[], b: readonly number[]): number {
  const pool = [...a, ...b];
  return a.reduce((sum, x) => {
    const below = pool.filter((y) => y < x).length;
    const same = pool.filter((y) => y === x).length;
    return sum + below + (same + 1) / 2;
  }, 0);
}

/** All ways to deal the pool to sides of these sizes. */
function dealsOf(pool: readonly number[], size: number): [number[], number[]][] {
  const deals: [number[], number[]][] = [];
  for (let mask = 0; mask < 2 ** pool.length; mask++) {
    const a = pool.filter((_, i) => (mask >> i) & 1);
    if (a.length === size) deals.push([a, pool.filter((_, i) => !((mask >> i) & 1))]);
  }
  return deals;
}

describe(stratifiedRankTest.name, () => {
  const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });

  it('standardises the weighted rank sums as dealing the values out at random does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sample, sample), { minLength: 1, maxLength: 3 }), (rows) => {
        let [observed, mean, variance] = [0, 0, 0];
        for (const [a, b] of rows) {
          const weight = 1 / (a.length + b.length + 1);
          const dealt = dealsOf([...a, ...b], a.length).map(([x, y]) => weight * rankSum(x, y));
          const centre = dealt.reduce((x, y) => x + y, 0) / dealt.length;
          observed += weight * rankSum(a, b);
          mean += centre;
          variance += dealt.reduce((x, y) => x + (y - centre) ** 2, 0) / dealt.length;
        }
        fc.pre(variance > 1e-9);
        const { z, pValue } = stratifiedRankTest(
          rows.map(([a, b]) => ({ a: counted(a), b: counted(b) })),
        )!;
        expect(z).toBeCloseTo((observed - mean) / Math.sqrt(variance), 9);
        expect(pValue).toBeCloseTo(2 * normalCdf(-Math.abs(z)), 9);
      }),
    );
  });

  it('is not fooled by one side having the harder work', () => {
    const short = { a: counted([10, 12]), b: counted([9, 10, 11, 12, 13, 10]) };
    const long = { a: counted([90, 100, 110, 120, 100]), b: counted([95, 115]) };
    expect(stratifiedRankTest([short, long])!.pValue).toBeGreaterThan(0.5);
  });

  it('is 1 where all values are equal, and unknown without values on both sides', () => {
    const flat = counted([3, 3, 3]);
    expect(stratifiedRankTest([{ a: flat, b: flat }])).toEqual({ z: 0, pValue: 1 });
    expect(stratifiedRankTest([{ a: flat, b: counted([]) }])).toBeNull();
  });
});
