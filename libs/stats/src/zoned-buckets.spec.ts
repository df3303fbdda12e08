import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addBuckets, bucketStarts, floorToBucket, type BucketPeriod } from './buckets.js';
import { bucketBounds, isTimeZone, lastBucketBounds } from './zoned-buckets.js';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();

/** What a wall clock shows, by another way into Intl than the offset. */
function wallClock(atMs: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return {
    month: `${part('year')}-${part('month')}`,
    day: `${part('year')}-${part('month')}-${part('day')}`,
    hour: part('hour'),
    weekday: part('weekday'),
  };
}

/** Every quarter of an hour at which the clock shows another date, Monday, month or hour. */
function watchedBounds(fromMs: number, toMs: number, period: BucketPeriod, zone: string): number[] {
  const label = (atMs: number): string => {
    const { month, day, hour } = wallClock(atMs, zone);
    if (period === 'month') return month;
    return period === 'hour' ? `${day} ${hour}` : day;
  };
  const bounds: number[] = [];
  for (let ms = fromMs; ms <= toMs; ms += HOUR_MS / 4) {
    if (label(ms) === label(ms - HOUR_MS / 4)) continue;
    if (period !== 'week' || wallClock(ms, zone).weekday === 'Mon') bounds.push(ms);
  }
  return bounds;
}

describe(bucketBounds.name, () => {
  it.each([
    ['Europe/Berlin', '2026-03-25T00:00:00Z'],
    ['Europe/Berlin', '2026-10-21T00:00:00Z'],
    ['America/New_York', '2026-10-28T00:00:00Z'],
    ['Asia/Kolkata', '2026-02-25T00:00:00Z'],
    ['Asia/Kathmandu', '2026-02-25T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-03-30T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-09-28T00:00:00Z'],
    // Clocks that are put forward at midnight: the day begins at 01:00.
    ['America/Santiago', '2026-09-01T00:00:00Z'],
    ['Africa/Cairo', '2026-04-20T00:00:00Z'],
    // Put back at midnight: 23:00 comes twice, and the day before has 25 hours.
    ['America/Santiago', '2026-04-01T00:00:00Z'],
    ['Africa/Cairo', '2026-10-26T00:00:00Z'],
    ['America/Havana', '2026-10-28T00:00:00Z'],
    // There was no 30 December 2011 in Samoa.
    ['Pacific/Apia', '2011-12-27T00:00:00Z'],
    ['Pacific/Kiritimati', '2026-01-28T00:00:00Z'],
  ])('of %s around %s are where the wall clock turns', (zone, from) => {
    for (const period of ['day', 'week', 'month'] as const) {
      const [fromMs, toMs] = [at(from), at(from) + 12 * 24 * HOUR_MS];
      const within = bucketBounds(fromMs, toMs, period, zone).filter(
        (ms) => ms > fromMs && ms <= toMs,
      );
      const watched = watchedBounds(fromMs + HOUR_MS / 4, toMs, period, zone);
      expect([period, within.map(iso)]).toEqual([period, watched.map(iso)]);
    }
  });

  it.each(['Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
    'give every local hour of %s, also when the clock is put forward',
    (zone) => {
      for (const from of ['2026-03-27T00:00:00Z', '2026-09-30T00:00:00Z']) {
        const [fromMs, toMs] = [at(from), at(from) + 5 * 24 * HOUR_MS];
        const within = bucketBounds(fromMs, toMs, 'hour', zone).filter(
          (ms) => ms > fromMs && ms <= toMs,
        );
        const watched = watchedBounds(fromMs + HOUR_MS / 4, toMs, 'hour', zone);
        expect(within.map(iso)).toEqual(watched.map(iso));
      }
    },
  );

  it('make two buckets of an hour that the clock repeats', () => {
    const bounds = bucketBounds(
      at('2026-10-25T00:00:00Z'),
      at('2026-10-25T02:00:00Z'),
      'hour',
      'Europe/Berlin',
    );
    expect(bounds.map(iso)).toEqual([0, 1, 2].map((h) => `2026-10-25T0${h}:00:00.000Z`));
  });

  it('have days of 23 and 25 hours where the clock changes', () => {
    const hoursOf = (day: string): number => {
      const noon = at(`${day}T12:00:00Z`);
      const [start = 0, end = 0] = bucketBounds(noon, noon + 1, 'day', 'Europe/Berlin');
      return (end - start) / HOUR_MS;
    };
    expect(['2026-03-29', '2026-10-25', '2026-10-26'].map(hoursOf)).toEqual([23, 25, 24]);
  });

  it('are those of the calendar in UTC, and without a zone', () => {
    const instant = fc.integer({ min: 0, max: 4e12 });
    const period = fc.constantFrom<BucketPeriod>('minute', 'hour', 'day', 'week', 'month');
    fc.assert(
      fc.property(instant, period, fc.integer({ min: 1, max: 50 }), (fromMs, unit, buckets) => {
        const toMs = addBuckets(fromMs, unit, buckets);
        const starts = bucketStarts(fromMs, toMs, unit);
        expect(bucketBounds(fromMs, toMs, unit)).toEqual([...starts, toMs]);
        expect(bucketBounds(fromMs, toMs, unit, 'Etc/UTC')).toEqual([...starts, toMs]);
      }),
    );
  });

  it('tile the range in any zone', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const instant = fc.integer({ min: at('1971-01-01'), max: at('2037-12-01') });
    const period = fc.constantFrom<BucketPeriod>('minute', 'hour', 'day', 'week', 'month');
    fc.assert(
      fc.property(zone, instant, period, fc.integer({ min: 1, max: 60 }), (tz, fromMs, unit, n) => {
        const toMs = fromMs + n * 6 * 60_000;
        const bounds = bucketBounds(fromMs, toMs, unit, tz);
        expect(bounds[0]).toBeLessThanOrEqual(fromMs);
        expect(bounds[1]).toBeGreaterThan(fromMs);
        expect(bounds.at(-1)).toBeGreaterThanOrEqual(toMs);
        expect(bounds.at(-2)).toBeLessThan(toMs);
        for (const [index, start] of bounds.slice(0, -1).entries()) {
          const end = bounds[index + 1]!;
          expect(end).toBeGreaterThan(start);
          expect(bucketBounds(end - 1, end, unit, tz)).toEqual([start, end]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuse an empty range and a zone that is none', () => {
    expect(() => bucketBounds(5, 5, 'day')).toThrow(RangeError);
    expect(() => bucketBounds(5, 6, 'day', 'Europe/Atlantis')).toThrow(RangeError);
    expect(() => bucketBounds(5, 9e15, 'day')).toThrow(RangeError);
  });
});

describe(lastBucketBounds.name, () => {
  it('end with the bucket that holds the instant', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const period = fc.constantFrom<BucketPeriod>('minute', 'hour', 'day', 'week', 'month');
    const instant = fc.integer({ min: at('2000-01-01'), max: at('2037-12-01') });
    fc.assert(
      fc.property(zone, period, instant, fc.integer({ min: 1, max: 30 }), (tz, unit, atMs, n) => {
        const bounds = lastBucketBounds(atMs, n, unit, tz);
        expect(bounds.length).toBe(n + 1);
        expect(bounds.slice(-2)).toEqual(bucketBounds(atMs, atMs + 1, unit, tz));
        expect(bounds).toEqual(bucketBounds(bounds[0]!, atMs + 1, unit, tz));
        if (tz === 'UTC')
          expect(bounds[0]).toBe(addBuckets(floorToBucket(atMs, unit), unit, 1 - n));
      }),
    );
  });

  it.each([0, -1, 1.5, NaN])('refuses %p buckets', (count) => {
    expect(() => lastBucketBounds(0, count, 'day')).toThrow(RangeError);
  });
});

describe(isTimeZone.name, () => {
  it('knows names, and no others', () => {
    for (const name of ['UTC', 'Europe/Berlin', 'Asia/Kolkata'])
      expect(isTimeZone(name)).toBe(true);
    for (const name of ['', 'Europe', 'Mars/Base', 'Europe/Berlin;', 'x'.repeat(99)]) {
      expect(isTimeZone(name)).toBe(false);
    }
  });
});
