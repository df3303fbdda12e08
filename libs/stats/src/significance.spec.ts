import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addToMoments, emptyMoments, type Moments } from './moments.js';
import { normalCdf } from './normal.js';
import { logRatioOfMeans, mannWhitney, twoProportionTest } from './significance.js';

function momentsOf(values: readonly number[]): Moments {
  const moments = emptyMoments();
  for (const value of values) addToMoments(moments, value);
  return moments;
}

const trials = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => [Math.round(n * share), n] as const);

describe(twoProportionTest.name, () => {
  // Table II, method 10, of Newcombe, Statistics in Medicine 17 (1998), 873–890, in points.
  it.each([
    [56, 70, 48, 80, 20, 5.24, 33.39],
    [9, 10, 3, 10, 60, 17.05, 80.9],
    [6, 7, 2, 7, 57.14, 5.82, 80.62],
    [5, 56, 0, 29, 8.93, -3.81, 19.26],
    [0, 10, 0, 20, 0, -16.11, 27.75],
    [0, 10, 0, 10, 0, -27.75, 27.75],
    [10, 10, 0, 20, 100, 67.91, 100],
  ])('gives the published interval of %i/%i − %i/%i', (s1, n1, s2, n2, d, lower, upper) => {
    const { difference, interval } = twoProportionTest(s1, n1, s2, n2)!;
    expect(difference).toBeCloseTo(d, 2);
    expect(interval[0]).toBeCloseTo(lower, 2);
    expect(interval[1]).toBeCloseTo(upper, 2);
  });

  it('has the p-value of the chi-squared test of the 2 × 2 table', () => {
    // z² is Pearson's χ² without correction: n(ad − bc)²/(row and column totals).
    fc.assert(
      fc.property(trials, trials, ([s1, n1], [s2, n2]) => {
        const [f1, f2, n, s] = [n1 - s1, n2 - s2, n1 + n2, s1 + s2];
        fc.pre(s > 0 && s < n);
        const chiSquared = (n * (s1 * f2 - f1 * s2) ** 2) / (n1 * n2 * s * (n - s));
        const expected = 2 * normalCdf(-Math.sqrt(chiSquared));
        expect(twoProportionTest(s1, n1, s2, n2)!.pValue).toBeCloseTo(expected, 10);
      }),
    );
  });

  it('only changes sign when the sides change places', () => {
    fc.assert(
      fc.property(trials, trials, ([s1, n1], [s2, n2]) => {
        const there = twoProportionTest(s1, n1, s2, n2)!;
        const back = twoProportionTest(s2, n2, s1, n1)!;
        expect(back.difference).toBeCloseTo(-there.difference, 12);
        expect(back.interval[0]).toBeCloseTo(-there.interval[1], 12);
        expect(back.pValue).toBeCloseTo(there.pValue, 12);
        expect(there.interval[0]).toBeGreaterThanOrEqual(-100);
        expect(there.interval[1]).toBeLessThanOrEqual(100);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds no difference where all or none succeeded', () => {
    expect(twoProportionTest(3, 3, 9, 9)).toMatchObject({ difference: 0, pValue: 1 });
    expect(twoProportionTest(0, 3, 0, 9)).toMatchObject({ difference: 0, pValue: 1 });
  });

  it('is unknown when a side has no trials, and refuses more successes than trials', () => {
    expect(twoProportionTest(0, 0, 1, 2)).toBeNull();
    expect(twoProportionTest(1, 2, 0, 0)).toBeNull();
    expect(() => twoProportionTest(3, 2, 0, 0)).toThrow(RangeError);
  });
});

/** The null distribution by brute force: every way to deal the pooled values to the two sides. */
function permutationMomentsOfU(pool: readonly number[], size: number): [number, number] {
  const us = usOfDeals(pool, size);
  const mean = us.reduce((x, y) => x + y, 0) / us.length;
  return [mean, us.reduce((x, y) => x + (y - mean) ** 2, 0) / us.length];
}

function usOfDeals(pool: readonly number[], size: number): number[] {
  const us: number[] = [];
  for (let mask = 0; mask < 2 ** pool.length; mask++) {
    const a = pool.filter((_, i) => (mask >> i) & 1);
    if (a.length !== size) continue;
    us.push(
      countPairs(
        a,
        pool.filter((_, i) => !((mask >> i) & 1)),
      ),
    );
  }
  return us;
}

function countPairs(a: readonly number[], b: readonly number[]): number {
  let u = 0;
  for (const x of a) for (const y of b) u += x > y ? 1 : x === y ? 0.5 : 0;
  return u;
}

describe(mannWhitney.name, () => {
  it('gives the statistic and p of published examples', () => {
    // Age at diagnosis of diabetes, men and women; exact p from SciPy's manual.
    const diabetes = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12])!;
    expect(diabetes.u).toBe(17);
    expect(diabetes.pValue).toBeCloseTo(0.1111111111111111, 12);
    // Permeability of the human chorioamnion, Hollander & Wolfe (1973), p. 69 f.: W = 35, and p of
    // the one-sided test 0.1272.
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const chorioamnion = mannWhitney(term, [1.15, 0.88, 0.9, 0.74, 1.21])!;
    expect(chorioamnion.u).toBe(35);
    expect(chorioamnion.pValue / 2).toBeCloseTo(0.1272, 4);
  });

  it('is exact for few values without ties', () => {
    const size = fc.integer({ min: 1, max: 4 });
    const pool = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(pool, size, size, (values, n1, n2) => {
        const [a, b] = [values.slice(0, n1), values.slice(n1, n1 + n2)];
        const { u, pValue } = mannWhitney(a, b)!;
        const dealt = usOfDeals([...a, ...b], n1);
        const far = Math.abs(u - (n1 * n2) / 2);
        const extreme = dealt.filter((other) => Math.abs(other - (n1 * n2) / 2) >= far);
        expect(pValue).toBeCloseTo(extreme.length / dealt.length, 12);
      }),
    );
  });

  it('approximates what is exact where it stops being so', () => {
    // 20 × 20 pairs are counted out, 20 × 21 approximated: the same shift, nearly the same p.
    const a = Array.from({ length: 20 }, (_, i) => i * 1.0001 + 4.5);
    const few = mannWhitney(
      a,
      Array.from({ length: 20 }, (_, i) => i),
    )!;
    const more = mannWhitney(
      a,
      Array.from({ length: 21 }, (_, i) => i - 0.5),
    )!;
    expect(Math.abs(few.pValue - more.pValue)).toBeLessThan(0.02);
  });

  it('is exact at the tabled critical value of two samples of eight', () => {
    // U = 13 is the largest value significant at 5 % (two-sided) for 8 and 8.
    const a = [1, 2, 3, 4, 5, 9, 12, 13];
    const b = [6, 7, 8, 10, 11, 14, 15, 16];
    const { u, pValue } = mannWhitney(a, b)!;
    expect(u).toBe(13);
    expect(pValue).toBeCloseTo(0.0499, 4);
  });

  it('counts pairs, ties as one half', () => {
    const sample = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(mannWhitney(a, b)!.u).toBe(countPairs(a, b));
        expect(mannWhitney(b, a)!.u).toBe(a.length * b.length - countPairs(a, b));
        expect(mannWhitney(b, a)!.pValue).toBeCloseTo(mannWhitney(a, b)!.pValue, 12);
      }),
    );
  });

  it('corrects the variance for ties as dealing the values out at random does', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        fc.pre(new Set([...a, ...b]).size < a.length + b.length);
        const [mean, variance] = permutationMomentsOfU([...a, ...b], a.length);
        fc.pre(variance > 0);
        const { u, pValue } = mannWhitney(a, b)!;
        const z = Math.max(0, Math.abs(u - mean) - 0.5) / Math.sqrt(variance);
        expect(pValue).toBeCloseTo(2 * normalCdf(-z), 10);
      }),
    );
  });

  it('does not depend on order or on a monotone change of unit', () => {
    const sample = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const logs = mannWhitney(a.map(Math.log), [...b].reverse().map(Math.log));
        expect(logs).toEqual(mannWhitney(a, b));
      }),
    );
  });

  it('finds nothing in equal values, and is unknown for an empty side', () => {
    expect(mannWhitney([3, 3, 3], [3, 3])).toEqual({ u: 3, pValue: 1 });
    expect(mannWhitney([3], [3])).toEqual({ u: 0.5, pValue: 1 });
    expect(mannWhitney([], [1])).toBeNull();
    expect(mannWhitney([1], [])).toBeNull();
  });

  it('keeps small p-values apart and leaves its input as it was', () => {
    const a = Array.from({ length: 200 }, (_, i) => 1000 - i);
    const b = Array.from({ length: 200 }, (_, i) => i);
    const before = [...a];
    const { pValue } = mannWhitney(a, b)!;
    expect(pValue).toBeGreaterThan(0);
    expect(pValue).toBeLessThan(1e-60);
    expect(a).toEqual(before);
  });

  it('takes −0 and 0 as tied, infinities as extremes, and refuses NaN', () => {
    expect(mannWhitney([-0], [0])!.u).toBe(0.5);
    expect(mannWhitney([Infinity, 1], [2])!.u).toBe(1);
    expect(() => mannWhitney([1, NaN], [2])).toThrow(RangeError);
  });
});

describe(logRatioOfMeans.name, () => {
  const stratum = (weight: number, a: readonly number[], b: readonly number[]) => ({
    weight,
    a: momentsOf(a),
    b: momentsOf(b),
  });

  it('is the ratio of means with the delta-method interval in one stratum', () => {
    // Means 200 and 100, deviations 20 and 10, n = 3: se² = 2 · 0.01/3.
    const result = logRatioOfMeans([stratum(1, [180, 200, 220], [90, 100, 110])])!;
    const error = Math.sqrt(0.02 / 3);
    expect(result.ratio).toBeCloseTo(2, 12);
    expect(result.interval[0]).toBeCloseTo(2 * Math.exp(-1.959964 * error), 5);
    expect(result.interval[1]).toBeCloseTo(2 * Math.exp(1.959964 * error), 5);
    expect(result.pValue).toBeCloseTo(2 * normalCdf(-Math.log(2) / error), 12);
  });

  it('is not fooled by one side having the harder work', () => {
    // Equal within each stratum; a did mostly long work. The plain means differ threefold.
    const short = stratum(50, [90, 110], [90, 110, 90, 110, 90, 110]);
    const long = stratum(50, [900, 1100, 900, 1100, 900, 1100], [900, 1100]);
    const result = logRatioOfMeans([short, long])!;
    expect(result.ratio).toBeCloseTo(1, 12);
    expect(result.pValue).toBeCloseTo(1, 9);
  });

  it('weights by the common mix, in any unit, over the strata that qualify', () => {
    const same = stratum(3, [9, 11], [9, 11]);
    const twice = stratum(1, [18, 22], [9, 11]);
    const single = stratum(96, [1000], [1, 2]);
    const result = logRatioOfMeans([same, twice, single])!;
    expect(result.ratio).toBeCloseTo(2 ** 0.25, 12);
    const scaled = [same, twice].map((s) => ({ ...s, weight: s.weight / 400 }));
    expect(logRatioOfMeans(scaled)!.interval[0]).toBeCloseTo(result.interval[0], 12);
  });

  it('turns into its reciprocal when the sides change places', () => {
    const durations = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 2, maxLength: 9 });
    const weight = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(weight, durations, durations), { minLength: 1 }), (rows) => {
        const there = logRatioOfMeans(rows.map(([w, a, b]) => stratum(w, a, b)))!;
        const back = logRatioOfMeans(rows.map(([w, a, b]) => stratum(w, b, a)))!;
        expect(back.ratio * there.ratio).toBeCloseTo(1, 9);
        expect(back.interval[1] * there.interval[0]).toBeCloseTo(1, 9);
        expect(back.pValue).toBeCloseTo(there.pValue, 9);
        expect(there.interval[0]).toBeLessThanOrEqual(there.ratio);
        expect(there.interval[1]).toBeGreaterThanOrEqual(there.ratio);
      }),
    );
  });

  it('covers the true ratio about 95 times in 100', () => {
    // Park–Miller with a fixed seed: the same 1,000 experiments in every run.
    let seed = 42;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const sample = (mean: number): number[] =>
      Array.from({ length: 60 }, () => mean * Math.exp(0.5 * normal()));
    let covered = 0;
    for (let run = 0; run < 1000; run++) {
      const { interval } = logRatioOfMeans([
        stratum(2, sample(130), sample(100)),
        stratum(1, sample(1300), sample(1000)),
      ])!;
      if (interval[0] <= 1.3 && 1.3 <= interval[1]) covered++;
    }
    expect(covered).toBeGreaterThan(925);
    expect(covered).toBeLessThan(970);
  });

  it('knows a difference without spread from none', () => {
    expect(logRatioOfMeans([stratum(1, [5, 5], [5, 5])])).toEqual({
      ratio: 1,
      interval: [1, 1],
      pValue: 1,
    });
    expect(logRatioOfMeans([stratum(1, [5, 5], [6, 6])])!.pValue).toBe(0);
  });

  it('is unknown when no stratum qualifies', () => {
    expect(logRatioOfMeans([])).toBeNull();
    expect(logRatioOfMeans([stratum(1, [5], [5, 6])])).toBeNull();
    expect(logRatioOfMeans([stratum(1, [0, 0], [5, 6])])).toBeNull();
    expect(logRatioOfMeans([stratum(0, [4, 5], [5, 6])])).toBeNull();
  });

  it.each([-1, NaN, Infinity])('refuses the weight %p', (weight) => {
    expect(() => logRatioOfMeans([stratum(weight, [1, 2], [1, 2])])).toThrow(RangeError);
  });
});
