import { addBuckets, floorToBucket, requireInstant } from './buckets.js';
import type { BucketPeriod } from './buckets.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** No bucket of the period is longer. A day has 25 hours when a clock is put back. */
const LONGEST_MS = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: 25 * HOUR_MS,
  week: 7 * DAY_MS + HOUR_MS,
  month: 31 * DAY_MS + HOUR_MS,
} as const;

/** Whether the platform knows the zone: an IANA name such as `Europe/Berlin`, or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Bounds of the buckets that overlap [fromMs, toMs), by the calendar and clock of a zone: the start
 * of each in order, and the end of the last. Days begin at the first instant of their date, so they
 * have 23 or 25 hours when the clock changes; hours begin on the local hour, and one that the clock
 * repeats is two buckets. Minutes are the same in every zone.
 * @param timeZone IANA name; UTC unless given
 * @returns milliseconds since the epoch, one more than there are buckets; at least two
 * @throws RangeError if the zone is not known or the range is empty or outside what a Date holds
 */
export function bucketBounds(
  fromMs: number,
  toMs: number,
  period: BucketPeriod,
  timeZone = 'UTC',
): number[] {
  requireInstant(fromMs);
  requireInstant(toMs);
  if (fromMs >= toMs) throw new RangeError('An empty range has no buckets');
  const { floor, next } = calendarOf(period, timeZone);
  const bounds = [floor(fromMs)];
  for (let end = bounds[0]!; end < toMs;) bounds.push((end = next(end)));
  return bounds;
}

/**
 * Bounds of the last `count` buckets, the one that holds `atMs` being the last of them.
 * @returns as {@link bucketBounds}: `count` + 1 numbers
 * @throws RangeError if the zone is not known, `count` is no positive integer, or an instant is
 *   none that a Date can hold
 */
export function lastBucketBounds(
  atMs: number,
  count: number,
  period: BucketPeriod,
  timeZone = 'UTC',
): number[] {
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`Not a count: ${count}`);
  // Far enough back for that many of the longest, then as many as were asked for.
  const bounds = bucketBounds(atMs - count * LONGEST_MS[period], atMs + 1, period, timeZone);
  return bounds.slice(-count - 1);
}

interface Calendar {
  floor: (atMs: number) => number;
  /** The end of the bucket that begins at `startMs`. */
  next: (startMs: number) => number;
}

function calendarOf(period: BucketPeriod, timeZone: string): Calendar {
  const plain: Calendar = {
    floor: (atMs) => floorToBucket(atMs, period),
    next: (startMs) => addBuckets(startMs, period, 1),
  };
  if (timeZone === 'UTC') return plain;
  const offsetAt = offsetsOf(timeZone);
  if (period === 'minute') return plain;
  if (period === 'hour') return hoursOf(offsetAt);
  const dateOf = (atMs: number): number => floorToBucket(atMs + offsetAt(atMs), period);
  return {
    floor: (atMs) => startOfDate(dateOf(atMs), offsetAt),
    next: (startMs) => {
      let date = dateOf(startMs);
      for (;;) {
        date = addBuckets(date, period, 1);
        const start = startOfDate(date, offsetAt);
        // A date that a zone left out when it crossed the date line is no bucket.
        if (start > startMs) return start;
      }
    },
  };
}

/** Local hours; where the offset changes within one, a bucket ends. */
function hoursOf(offsetAt: (atMs: number) => number): Calendar {
  return {
    floor: (atMs) => {
      const offset = offsetAt(atMs);
      const start = floorToBucket(atMs + offset, 'hour') - offset;
      return offsetAt(start) === offset ? start : changeBetween(start, atMs, offsetAt);
    },
    next: (startMs) => {
      const offset = offsetAt(startMs);
      const end = floorToBucket(startMs + offset, 'hour') + HOUR_MS - offset;
      // Whether it changes before the end, not at it.
      if (offsetAt(end - 1) === offset) return end;
      return changeBetween(startMs, end - 1, offsetAt);
    },
  };
}

/**
 * First instant of a local date, given as its midnight in UTC.
 * Midnight may come twice (the first counts) or not at all (then the date begins where the clock
 * lands).
 */
function startOfDate(midnightMs: number, offsetAt: (atMs: number) => number): number {
  const before = offsetAt(midnightMs - DAY_MS);
  const after = offsetAt(midnightMs + DAY_MS);
  const starts = [midnightMs - before, midnightMs - after].filter(
    (atMs) => atMs + offsetAt(atMs) === midnightMs,
  );
  if (starts.length > 0) return Math.min(...starts);
  return changeBetween(midnightMs - DAY_MS, midnightMs + DAY_MS, offsetAt);
}

/** The instant at which the offset of `toMs` begins, given that `fromMs` has another. */
function changeBetween(fromMs: number, toMs: number, offsetAt: (atMs: number) => number): number {
  const wanted = offsetAt(toMs);
  let [low, high] = [fromMs, toMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === wanted) high = middle;
    else low = middle;
  }
  return high;
}

/** Local time minus UTC, ms. */
function offsetsOf(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (atMs) => parseOffset(format.format(atMs));
}

/** From `1/31/2026, GMT+05:30`; before standard time offsets have seconds. */
function parseOffset(text: string): number {
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!match) return 0;
  const [, sign, hours, minutes, seconds = 0] = match;
  const offset = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000;
  return sign === '-' ? -offset : offset;
}
