import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addToMoments,
  emptyMoments,
  meanOf,
  mergeMoments,
  sampleStdDev,
  type Moments,
} from './moments.js';

const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 60 });

function momentsOf(list: readonly number[]): Moments {
  const moments = emptyMoments();
  for (const value of list) addToMoments(moments, value);
  return moments;
}

/** Two passes with the mean known beforehand: slow, but nothing to get wrong. */
function twoPass(list: readonly number[]): Moments {
  const sum = list.reduce((a, b) => a + b, 0);
  const mean = sum / list.length;
  return {
    count: list.length,
    sum,
    m2: list.reduce((a, b) => a + (b - mean) ** 2, 0),
    min: Math.min(...list),
    max: Math.max(...list),
  };
}

function expectSame(actual: Moments, expected: Moments): void {
  // Not below 1e-100, or the bound itself would underflow to 0.
  const scale = Math.max(Math.abs(expected.min ?? 0), Math.abs(expected.max ?? 0), 1e-100);
  expect(actual).toMatchObject({ count: expected.count, min: expected.min, max: expected.max });
  expect(Math.abs(actual.sum - expected.sum)).toBeLessThanOrEqual(1e-12 * scale * actual.count);
  const m2Error = Math.abs(actual.m2 - expected.m2);
  expect(m2Error).toBeLessThanOrEqual(1e-12 * scale * scale * actual.count);
}

describe('moments', () => {
  it('give mean and sample deviation of a known set', () => {
    const moments = momentsOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(moments).toMatchObject({ count: 8, sum: 40, min: 2, max: 9 });
    expect(moments.m2).toBeCloseTo(32, 12);
    expect(meanOf(moments)).toBe(5);
    expect(sampleStdDev(moments)).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it('know no mean without values and no deviation below two', () => {
    expect(meanOf(emptyMoments())).toBeNull();
    expect(sampleStdDev(emptyMoments())).toBeNull();
    expect(sampleStdDev(momentsOf([5]))).toBeNull();
    expect(sampleStdDev(momentsOf([5, 5]))).toBe(0);
  });

  it('equal a two-pass computation', () => {
    fc.assert(
      fc.property(values, (list) => {
        fc.pre(list.length > 0);
        expectSame(momentsOf(list), twoPass(list));
      }),
    );
  });

  it('merge to what one pass over everything gives, in any split', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 6 }), (parts) => {
        const merged = emptyMoments();
        for (const part of parts) mergeMoments(merged, momentsOf(part));
        expectSame(merged, momentsOf(parts.flat()));
      }),
    );
  });

  it('merge the same whatever the order and the grouping', () => {
    const merged = (a: Moments, b: Moments): Moments => {
      const into = { ...a };
      mergeMoments(into, b);
      return into;
    };
    fc.assert(
      fc.property(values, values, values, (x, y, z) => {
        const [a, b, c] = [momentsOf(x), momentsOf(y), momentsOf(z)];
        expectSame(merged(a, b), merged(b, a));
        expectSame(merged(merged(a, b), c), merged(a, merged(b, c)));
      }),
    );
  });

  it('keep count, sum and extremes exact for whole milliseconds', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 1e9 }));
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const merged = momentsOf(a);
        mergeMoments(merged, momentsOf(b));
        const { count, sum, min, max } = momentsOf([...b, ...a]);
        expect(merged).toMatchObject({ count, sum, min, max });
      }),
    );
  });

  it('keep a small spread around a large mean', () => {
    const base = 1e9;
    const moments = momentsOf([base + 4, base + 7, base + 13, base + 16]);
    expect(sampleStdDev(moments)).toBeCloseTo(Math.sqrt(30), 9);
  });

  it('leave the merged-in side alone and may be merged with themselves', () => {
    const other = momentsOf([1, 2, 3]);
    const into = emptyMoments();
    mergeMoments(into, other);
    addToMoments(into, 9);
    expect(other).toEqual(momentsOf([1, 2, 3]));
    mergeMoments(other, other);
    expectSame(other, momentsOf([1, 2, 3, 1, 2, 3]));
  });

  it('read a negative m2 of rounding as no spread', () => {
    expect(sampleStdDev({ count: 3, sum: 9, m2: -1e-12, min: 3, max: 3 })).toBe(0);
  });

  it.each([NaN, Infinity, -Infinity])('refuse %p and stay as they were', (value) => {
    const moments = momentsOf([1]);
    expect(() => addToMoments(moments, value)).toThrow(RangeError);
    expect(moments).toEqual(momentsOf([1]));
  });
});
