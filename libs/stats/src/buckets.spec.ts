import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addBuckets, bucketStarts, floorToBucket, type BucketWidth } from './buckets.js';

const PERIODS: BucketWidth[] = ['minute', 'hour', 'sixHours', 'day', 'week', 'month'];
const period = fc.constantFrom(...PERIODS);
const instant = fc.integer({
  min: Date.UTC(1890, 0, 1),
  max: Date.UTC(2400, 0, 1),
});

const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number): string => new Date(ms).toISOString().replace(':00.000Z', 'Z');

describe(floorToBucket.name, () => {
  it.each<[BucketWidth, string, string]>([
    ['minute', '2026-03-05T10:42:59.999Z', '2026-03-05T10:42Z'],
    ['hour', '2026-03-05T10:42:59.999Z', '2026-03-05T10:00Z'],
    ['sixHours', '2026-03-05T17:59:59.999Z', '2026-03-05T12:00Z'],
    ['sixHours', '1969-12-31T23:59:59.999Z', '1969-12-31T18:00Z'],
    ['day', '2026-03-05T23:59:59.999Z', '2026-03-05T00:00Z'],
    ['week', '2026-03-05T10:42:00Z', '2026-03-02T00:00Z'],
    ['week', '2026-03-02T00:00:00Z', '2026-03-02T00:00Z'],
    ['week', '2026-03-01T23:59:59.999Z', '2026-02-23T00:00Z'],
    ['week', '1970-01-01T00:00:00Z', '1969-12-29T00:00Z'],
    ['month', '2026-03-31T23:59:59.999Z', '2026-03-01T00:00Z'],
    ['month', '2024-02-29T12:00:00Z', '2024-02-01T00:00Z'],
    ['month', '1969-12-31T23:59:59.999Z', '1969-12-01T00:00Z'],
    ['day', '1969-12-31T23:59:59.999Z', '1969-12-31T00:00Z'],
    ['month', '0099-05-17T01:00:00Z', '0099-05-01T00:00Z'],
  ])('puts a %s at %s into the one from %s', (unit, instantIso, start) => {
    expect(iso(floorToBucket(at(instantIso), unit))).toBe(start);
  });

  it('agrees with the calendar', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const week = new Date(floorToBucket(ms, 'week'));
        expect(week.getUTCDay()).toBe(1);
        const month = new Date(floorToBucket(ms, 'month'));
        expect(month.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
        expect(month.toISOString().slice(0, 7)).toBe(new Date(ms).toISOString().slice(0, 7));
        const day = new Date(floorToBucket(ms, 'day')).toISOString();
        expect(day).toBe(`${new Date(ms).toISOString().slice(0, 10)}T00:00:00.000Z`);
      }),
    );
  });

  it('holds the instant between its start and the next, and is its own start', () => {
    fc.assert(
      fc.property(instant, period, (ms, unit) => {
        const start = floorToBucket(ms, unit);
        expect(start).toBeLessThanOrEqual(ms);
        expect(addBuckets(start, unit, 1)).toBeGreaterThan(ms);
        expect(floorToBucket(start, unit)).toBe(start);
      }),
    );
  });

  it.each([NaN, Infinity, 8.64e15 + 1])('refuses %p', (ms) => {
    for (const unit of PERIODS) expect(() => floorToBucket(ms, unit)).toThrow(RangeError);
  });
});

describe(addBuckets.name, () => {
  it.each<[BucketWidth, string, number, string]>([
    ['month', '2023-12-01T00:00Z', 2, '2024-02-01T00:00Z'],
    ['month', '2024-02-01T00:00Z', 1, '2024-03-01T00:00Z'],
    ['month', '2024-01-31T18:00Z', 1, '2024-02-01T00:00Z'],
    ['month', '2026-03-01T00:00Z', -13, '2025-02-01T00:00Z'],
    ['week', '2024-02-26T00:00Z', 1, '2024-03-04T00:00Z'],
    ['day', '2024-02-28T00:00Z', 2, '2024-03-01T00:00Z'],
    ['day', '2100-02-28T00:00Z', 1, '2100-03-01T00:00Z'],
    ['hour', '2025-12-31T23:00Z', 1, '2026-01-01T00:00Z'],
    ['minute', '2026-01-01T00:00Z', -1, '2025-12-31T23:59Z'],
  ])('moves a %s from %s by %i to %s', (unit, start, n, expected) => {
    expect(iso(addBuckets(at(start), unit, n))).toBe(expected);
  });

  it('can be undone and added up', () => {
    const steps = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(instant, period, steps, steps, (ms, unit, n, m) => {
        const start = floorToBucket(ms, unit);
        expect(addBuckets(addBuckets(start, unit, n), unit, -n)).toBe(start);
        expect(addBuckets(addBuckets(start, unit, n), unit, m)).toBe(
          addBuckets(start, unit, n + m),
        );
        expect(addBuckets(ms, unit, 0)).toBe(start);
      }),
    );
  });

  it.each([0.5, NaN, Infinity])('refuses %p buckets', (n) => {
    expect(() => addBuckets(0, 'hour', n)).toThrow(RangeError);
  });

  it('refuses to leave the time that a Date can hold', () => {
    expect(() => addBuckets(0, 'month', 4e6)).toThrow(RangeError);
    expect(() => addBuckets(0, 'week', 2e7)).toThrow(RangeError);
  });
});

describe(bucketStarts.name, () => {
  it('tiles the range: first holds its begin, last its end, none between missing', () => {
    fc.assert(
      fc.property(
        instant,
        period,
        fc.integer({ min: 1, max: 200 * 60_000 }),
        (from, unit, length) => {
          const to = from + length;
          const starts = bucketStarts(from, to, unit);
          expect(starts[0]).toBe(floorToBucket(from, unit));
          expect(starts.at(-1)).toBe(floorToBucket(to - 1, unit));
          for (let i = 1; i < starts.length; i++) {
            expect(starts[i]).toBe(addBuckets(starts[i - 1]!, unit, 1));
          }
        },
      ),
    );
  });

  it('knows the months of a leap year', () => {
    const starts = bucketStarts(at('2024-01-01T00:00Z'), at('2025-01-01T00:00Z'), 'month');
    const days = starts.map((s) => (addBuckets(s, 'month', 1) - s) / 86_400_000);
    expect(days).toEqual([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  });

  it('leaves out the bucket that begins where the range ends', () => {
    const starts = bucketStarts(at('2026-01-01T00:30Z'), at('2026-01-01T02:00Z'), 'hour');
    expect(starts.map(iso)).toEqual(['2026-01-01T00:00Z', '2026-01-01T01:00Z']);
  });

  it('is empty for an empty range', () => {
    expect(bucketStarts(1000, 1000, 'minute')).toEqual([]);
    expect(bucketStarts(2000, 1000, 'minute')).toEqual([]);
  });

  it.each([
    [0, Infinity],
    [-Infinity, 0],
    [NaN, 0],
    [0, NaN],
  ])('refuses [%p, %p) instead of running for ever', (from, to) => {
    expect(() => bucketStarts(from, to, 'day')).toThrow(RangeError);
  });
});
