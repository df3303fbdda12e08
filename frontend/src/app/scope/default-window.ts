import type { TrendPoint, WindowName } from '@app/contracts';

const HOUR_MS = 3_600_000;

/**
 * The range to show where none was chosen: a day, but less where everything that happened in it
 * is younger, so that a fresh installation does not show one lonely hour.
 * @param day the last 24 hours by the hour
 */
export function defaultWindow(day: readonly TrendPoint[], nowMs: number): WindowName {
  const oldest = day.find((point) => point.total > 0);
  if (oldest === undefined) return '24h';
  const ageMs = nowMs - Date.parse(oldest.bucketStart);
  if (ageMs <= HOUR_MS) return '1h';
  return ageMs <= 6 * HOUR_MS ? '6h' : '24h';
}
