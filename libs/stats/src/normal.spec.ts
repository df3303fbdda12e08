import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Z_95, normalCdf, twoSidedPValue } from './normal.js';

describe(normalCdf.name, () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1, 0.15865525393145707],
    [2, 0.9772498680518208],
    [-2.5, 0.006209665325776132],
    [-2.999, 0.0013543365337271066],
    [-3, 0.0013498980316300933],
    [3, 0.9986501019683699],
    [-6, 9.865876450376946e-10],
    [-10, 7.61985302416047e-24],
  ])('of %p is %p', (z, expected) => {
    expect(normalCdf(z) / expected).toBeCloseTo(1, 9);
  });

  it('is symmetric, bounded and rising', () => {
    const z = fc.double({ min: -45, max: 45, noNaN: true });
    fc.assert(
      fc.property(z, z, (a, b) => {
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 14);
        const [low, high] = [normalCdf(Math.min(a, b)), normalCdf(Math.max(a, b))];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high + 1e-15);
      }),
    );
  });

  it('has its limits at infinity and passes NaN on', () => {
    expect(normalCdf(-Infinity)).toBe(0);
    expect(normalCdf(Infinity)).toBe(1);
    expect(normalCdf(NaN)).toBeNaN();
  });
});

describe(twoSidedPValue.name, () => {
  it('is 5 % at the 95 % quantile and 1 at zero', () => {
    expect(twoSidedPValue(Z_95)).toBeCloseTo(0.05, 14);
    expect(twoSidedPValue(-Z_95)).toBeCloseTo(0.05, 14);
    expect(twoSidedPValue(0)).toBe(1);
  });
});
