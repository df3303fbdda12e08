/** Calendar unit of a bucket, in UTC. Weeks begin on Monday. */
export type BucketPeriod = 'minute' | 'hour' | 'day' | 'week' | 'month';
/** The same, and the quarters of a day, which begin at 0, 6, 12 and 18 o'clock. */
export type BucketWidth = BucketPeriod | 'sixHours';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SIX_HOURS_MS = 6 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05, the first Monday of the epoch. */
const A_MONDAY_MS = 4 * DAY_MS;

/**
 * Start of the bucket [start, end) that holds an instant.
 * @param atMs milliseconds since the epoch, also before it
 * @returns milliseconds since the epoch
 * @throws RangeError if `atMs` is no instant that a Date can hold
 */
export function floorToBucket(atMs: number, period: BucketWidth): number {
  requireInstant(atMs);
  switch (period) {
    case 'minute':
      return floorTo(atMs, MINUTE_MS);
    case 'hour':
      return floorTo(atMs, HOUR_MS);
    case 'sixHours':
      return floorTo(atMs, SIX_HOURS_MS);
    case 'day':
      return floorTo(atMs, DAY_MS);
    case 'week':
      return A_MONDAY_MS + floorTo(atMs - A_MONDAY_MS, WEEK_MS);
    case 'month':
      return monthStart(atMs, 0);
  }
}

/**
 * Start of the bucket that lies `n` buckets after (before, if negative) the one that holds
 * `startMs`; with n = 1 the end of that bucket.
 * @param startMs milliseconds since the epoch
 * @returns milliseconds since the epoch
 * @throws RangeError if `n` is not an integer, or an instant is none that a Date can hold
 */
export function addBuckets(startMs: number, period: BucketWidth, n: number): number {
  if (!Number.isInteger(n)) throw new RangeError(`Not a number of buckets: ${n}`);
  const start = floorToBucket(startMs, period);
  const moved = period === 'month' ? monthStart(start, n) : start + n * WIDTH_MS[period];
  requireInstant(moved);
  return moved;
}

/**
 * Starts of all buckets that overlap [fromMs, toMs), in order; the first may begin before `fromMs`.
 * The caller bounds the range: a year of minutes is half a million numbers.
 * @returns milliseconds since the epoch; empty when the range is
 * @throws RangeError if an end is no instant that a Date can hold
 */
export function bucketStarts(fromMs: number, toMs: number, period: BucketWidth): number[] {
  requireInstant(toMs);
  const starts: number[] = [];
  let start = floorToBucket(fromMs, period);
  if (fromMs >= toMs) return starts;
  while (start < toMs) {
    starts.push(start);
    start = addBuckets(start, period, 1);
  }
  return starts;
}

const WIDTH_MS = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  sixHours: SIX_HOURS_MS,
  day: DAY_MS,
  week: WEEK_MS,
} as const;

function floorTo(atMs: number, widthMs: number): number {
  return Math.floor(atMs / widthMs) * widthMs;
}

function monthStart(atMs: number, months: number): number {
  const date = new Date(atMs);
  // Day first: the 31st moved by a month would spill over. Not Date.UTC: it reads year 99 as 1999.
  date.setUTCDate(1);
  date.setUTCHours(0, 0, 0, 0);
  return date.setUTCMonth(date.getUTCMonth() + months);
}

/** @throws RangeError if `atMs` is no instant that a Date can hold */
export function requireInstant(atMs: number): void {
  if (!(Math.abs(atMs) <= 8.64e15)) throw new RangeError(`Not an instant: ${atMs}`);
}
