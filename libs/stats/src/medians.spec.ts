import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { medianOf, ratioOfMedians, sizeOf, type Counted } from './medians.js';
import { seededRandom } from './random.js';

const counted = (sample: readonly number[]): Counted => {
  const values = [...new Set(sample)].sort((a, b) => a - b);
  return { values, counts: values.map((value) => sample.filter((one) => one === value).length) };
};
const nearestRank = (sample: readonly number[], q: number): number =>
  [...sample].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * sample.length) - 1)]!;
const logNormal = (n: number, median: number, random: () => number): number[] =>
  Array.from(
    { length: n },
    () =>
      median *
      Math.exp(0.6 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  );

describe(medianOf.name, () => {
  it('is the nearest rank of the sample', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sample, (values) => {
        expect(medianOf(counted(values))).toBe(nearestRank(values, 0.5));
        expect(sizeOf(counted(values))).toBe(values.length);
      }),
    );
    expect(medianOf({ values: [], counts: [] })).toBeNull();
  });
});

describe(ratioOfMedians.name, () => {
  it.each([
    [41, 60, 20_000],
    [301, 150, 8000],
  ])('has the interval of resampling value by value, %i and %i of them', (n1, n2, resamples) => {
    const random = seededRandom(11);
    const [a, b] = [logNormal(n1, 900, random), logNormal(n2, 700, random)];
    const resample = (sample: number[]): number[] =>
      sample.map(() => sample[Math.floor(random() * sample.length)]!);
    const ratios = Array.from(
      { length: resamples },
      () => nearestRank(resample(a), 0.5) / nearestRank(resample(b), 0.5),
    );
    const strata = [{ weight: 1, a: counted(a), b: counted(b) }];
    const { ratio, interval } = ratioOfMedians(strata, seededRandom(1), 20_000)!;
    expect(ratio).toBeCloseTo(nearestRank(a, 0.5) / nearestRank(b, 0.5), 12);
    expect(Math.abs(interval[0] / nearestRank(ratios, 0.025) - 1)).toBeLessThan(0.03);
    expect(Math.abs(interval[1] / nearestRank(ratios, 0.975) - 1)).toBeLessThan(0.03);
  });

  it('covers the true ratio about 95 times in 100', () => {
    const random = seededRandom(5);
    let covered = 0;
    for (let run = 0; run < 500; run++) {
      const sample = (median: number): Counted => counted(logNormal(60, median, random));
      const strata = [
        { weight: 2, a: sample(130), b: sample(100) },
        { weight: 1, a: sample(1300), b: sample(1000) },
      ];
      const { interval } = ratioOfMedians(strata, random, 500)!;
      if (interval[0] <= 1.3 && 1.3 <= interval[1]) covered++;
    }
    expect(covered).toBeGreaterThan(455);
    expect(covered).toBeLessThan(495);
  });

  it('is not fooled by one side having the harder work', () => {
    const strata = [
      { weight: 50, a: counted([100]), b: counted([100, 100, 100, 100]) },
      { weight: 50, a: counted([1000, 1000, 1000, 1000]), b: counted([1000]) },
    ];
    expect(ratioOfMedians(strata, seededRandom(1))).toEqual({ ratio: 1, interval: [1, 1] });
  });

  it('weights by the common mix, in any unit, over the strata with values on both sides', () => {
    const [ten, twenty] = [counted([10]), counted([20])];
    const strata = [
      { weight: 30, a: ten, b: ten },
      { weight: 10, a: twenty, b: ten },
      { weight: 99, a: twenty, b: counted([]) },
    ];
    expect(ratioOfMedians(strata, seededRandom(1))!.ratio).toBeCloseTo(2 ** 0.25, 12);
  });

  it('gives the same answer to the same seed', () => {
    const strata = [{ weight: 1, a: counted([1, 2, 3, 9]), b: counted([2, 4, 5, 6]) }];
    const once = ratioOfMedians(strata, seededRandom(3));
    expect(ratioOfMedians(strata, seededRandom(3))).toEqual(once);
  });

  it('stays finite for durations of zero, is unknown without values, and refuses nonsense', () => {
    const { ratio } = ratioOfMedians([{ weight: 1, a: counted([0]), b: counted([1]) }], () => 0.5)!;
    expect(ratio).toBeCloseTo(0.001, 12);
    expect(ratioOfMedians([], seededRandom(1))).toBeNull();
    for (const weight of [-1, NaN, Infinity]) {
      const strata = [{ weight, a: counted([1]), b: counted([1]) }];
      expect(() => ratioOfMedians(strata, seededRandom(1))).toThrow(RangeError);
    }
  });
});
