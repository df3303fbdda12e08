import type { TrendPoint, WindowName } from '@app/contracts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * When the first of the last day's executions began, as exactly as the given points tell.
 * @param day the last 24 hours by the hour
 * @param hour the last hour by the minute; undefined where it was not read
 * @returns milliseconds since the epoch; null where nothing ran
 */
export function oldestStart(
  day: readonly TrendPoint[],
  hour: readonly TrendPoint[] | undefined,
): number | null {
  const first = (points: readonly TrendPoint[]): number | null => {
    const point = points.find(({ total }) => total > 0);
    return point === undefined ? null : Date.parse(point.bucketStart);
  };
  const sum = (points: readonly TrendPoint[]): number =>
    points.reduce((total, point) => total + point.total, 0);
  // The hour tells more, but only if it holds all that there is; it may have been read later.
  return hour !== undefined && sum(hour) >= sum(day) ? first(hour) : first(day);
}

/** Whether all that happened may lie within the last hour, so that its minutes are worth reading. */
export function isYoung(day: readonly TrendPoint[], nowMs: number): boolean {
  const oldest = oldestStart(day, undefined);
  return oldest !== null && nowMs - oldest <= 2 * HOUR_MS;
}

/**
 * The range to show where none was chosen: a day, but less while a fleet is younger than that, so
 * that a fresh installation does not show one lonely point. It grows with the fleet.
 * @param oldestMs start of the oldest execution of the day; null where nothing ran
 */
export function defaultWindow(oldestMs: number | null, nowMs: number): WindowName {
  if (oldestMs === null) return '24h';
  const ageMs = nowMs - oldestMs;
  if (ageMs <= 14 * MINUTE_MS) return '15m';
  if (ageMs <= 58 * MINUTE_MS) return '1h';
  return ageMs <= 6 * HOUR_MS ? '6h' : '24h';
}
