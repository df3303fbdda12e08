import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wilsonInterval } from './intervals.js';

const rate = fc
  .tuple(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, successes: Math.round(n * share) }));

describe(wilsonInterval.name, () => {
  // Table I, method 3, of Newcombe, "Two-sided confidence intervals for the single proportion:
  // comparison of seven methods", Statistics in Medicine 17 (1998), in percent.
  it.each([
    [81, 263, 25.53, 36.62],
    [15, 148, 6.24, 16.05],
    [0, 20, 0, 16.11],
    [1, 29, 0.61, 17.18],
  ])('gives the published interval of %i of %i', (successes, n, lower, upper) => {
    const interval = wilsonInterval(successes, n)!;
    expect(interval[0]).toBeCloseTo(lower, 2);
    expect(interval[1]).toBeCloseTo(upper, 2);
  });

  it('has the ends where the score statistic is z, for any z', () => {
    fc.assert(
      fc.property(rate, fc.constantFrom(1, 1.645, 1.96, 2.576), ({ successes, n }, z) => {
        const p = successes / n;
        for (const end of wilsonInterval(successes, n, z)!) {
          const bound = end / 100;
          if (bound === 0 || bound === 1) continue;
          const score = Math.abs(p - bound) / Math.sqrt((bound * (1 - bound)) / n);
          expect(score).toBeCloseTo(z, 5);
        }
      }),
    );
  });

  it('holds the rate and stays inside 0 to 100', () => {
    fc.assert(
      fc.property(rate, ({ successes, n }) => {
        const [lower, upper] = wilsonInterval(successes, n)!;
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual((100 * successes) / n);
        expect(upper).toBeGreaterThanOrEqual((100 * successes) / n);
        expect(upper).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(rate, ({ successes, n }) => {
        const [lower, upper] = wilsonInterval(successes, n)!;
        const [mirrorLower, mirrorUpper] = wilsonInterval(n - successes, n)!;
        expect(lower).toBeCloseTo(100 - mirrorUpper, 9);
        expect(upper).toBeCloseTo(100 - mirrorLower, 9);
      }),
    );
  });

  it('does not let one lucky task lead the table', () => {
    expect(wilsonInterval(1, 1)![0]).toBeLessThan(wilsonInterval(95, 100)![0]);
  });

  it('ends exactly at 0 and 100 without successes or failures', () => {
    const z = fc.double({ min: 0.1, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), z, (n, quantile) => {
        expect(wilsonInterval(0, n, quantile)![0]).toBe(0);
        expect(wilsonInterval(n, n, quantile)![1]).toBe(100);
      }),
    );
  });

  it('is unknown without trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });

  it.each([
    [-1, 5, 1.96],
    [6, 5, 1.96],
    [NaN, 5, 1.96],
    [1, NaN, 1.96],
    [1, Infinity, 1.96],
    [1, 5, 0],
    [1, 5, NaN],
  ])('refuses %p of %p with z %p', (successes, n, z) => {
    expect(() => wilsonInterval(successes, n, z)).toThrow(RangeError);
  });
});
