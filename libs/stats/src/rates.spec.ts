import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addToMoments, emptyMoments, type Moments } from './moments.js';
import { consistencyPct, reliabilityScore, successRatePct } from './rates.js';

function momentsOf(...values: number[]): Moments {
  const moments = emptyMoments();
  for (const value of values) addToMoments(moments, value);
  return moments;
}

describe(successRatePct.name, () => {
  it('leaves cancelled executions out of both sides', () => {
    expect(successRatePct({ total: 10, cancelled: 2, successful: 6 })).toBe(75);
  });

  it('is unknown, not 0 or 100, when nothing was judged', () => {
    expect(successRatePct({ total: 0, cancelled: 0, successful: 0 })).toBeNull();
    expect(successRatePct({ total: 3, cancelled: 3, successful: 0 })).toBeNull();
  });

  it('reaches exactly 0 and 100', () => {
    expect(successRatePct({ total: 7, cancelled: 0, successful: 0 })).toBe(0);
    expect(successRatePct({ total: 7, cancelled: 4, successful: 3 })).toBe(100);
  });

  it.each([
    { total: 5, cancelled: 0, successful: 6 },
    { total: 5, cancelled: 3, successful: 3 },
    { total: 5, cancelled: 6, successful: 0 },
    { total: 5, cancelled: 0, successful: -1 },
    { total: NaN, cancelled: 0, successful: 0 },
  ])('refuses $successful successful and $cancelled cancelled of $total', (counts) => {
    expect(() => successRatePct(counts)).toThrow(RangeError);
  });
});

describe(consistencyPct.name, () => {
  it('is 100 minus the coefficient of variation', () => {
    // Mean 100, sample deviation 10.
    expect(consistencyPct([momentsOf(90, 100, 110)])).toBeCloseTo(90, 12);
  });

  it('does not take varied work for inconsistency', () => {
    expect(consistencyPct([momentsOf(10, 10), momentsOf(5000, 5000, 5000)])).toBe(100);
  });

  it('weights strata by their number of values and leaves single values out', () => {
    const steady = momentsOf(50, 50, 50, 50, 50, 50);
    const varied = momentsOf(90, 100, 110);
    expect(consistencyPct([steady, varied, momentsOf(7)])).toBeCloseTo((6 * 100 + 3 * 90) / 9, 12);
  });

  it('bottoms out at 0 in each stratum, before averaging', () => {
    // Mean 25.75, deviation 49.5: below zero on its own, but the steady half still counts half.
    const wild = momentsOf(1, 1, 1, 100);
    expect(consistencyPct([wild])).toBe(0);
    expect(consistencyPct([wild, momentsOf(5, 5, 5, 5)])).toBe(50);
  });

  it('takes a stratum of zeros as consistent', () => {
    expect(consistencyPct([momentsOf(0, 0)])).toBe(100);
  });

  it('is unknown when no stratum has two values', () => {
    expect(consistencyPct([])).toBeNull();
    expect(consistencyPct([momentsOf(1), momentsOf(2), emptyMoments()])).toBeNull();
  });

  it('reads any iterable once and always fits a reliability score', () => {
    const stratum = fc
      .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 8 })
      .map((values) => momentsOf(...values));
    fc.assert(
      fc.property(fc.array(stratum, { maxLength: 6 }), (strata) => {
        const consistency = consistencyPct(new Set(strata).values());
        expect(() => reliabilityScore(100, consistency)).not.toThrow();
      }),
    );
  });
});

describe(reliabilityScore.name, () => {
  it('is 70 % success and 30 % consistency', () => {
    expect(reliabilityScore(90, 60)).toBeCloseTo(81, 12);
    expect(reliabilityScore(100, 0)).toBe(70);
    expect(reliabilityScore(0, 100)).toBe(30);
    expect(reliabilityScore(100, 100)).toBe(100);
  });

  it('is unknown when either side is', () => {
    expect(reliabilityScore(null, 100)).toBeNull();
    expect(reliabilityScore(100, null)).toBeNull();
  });

  it.each([NaN, -0.001, 100.001, Infinity])('refuses %p on either side', (value) => {
    expect(() => reliabilityScore(value, 50)).toThrow(RangeError);
    expect(() => reliabilityScore(50, value)).toThrow(RangeError);
    expect(() => reliabilityScore(null, value)).toThrow(RangeError);
  });
});
