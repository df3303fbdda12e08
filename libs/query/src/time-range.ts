import { LIMITS, PERIODS, WINDOW_MS } from '@app/contracts';
import type { Period, WindowName } from '@app/contracts';
import type { Span } from '@app/aggregation';
import { addBuckets, bucketBounds, floorToBucket, lastBucketBounds } from '@app/stats';
import { invalidRequest, isEpochMs } from '@app/platform';

export interface RangeParameters {
  window?: WindowName | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Points that a chart can show without the reader losing sight. */
const COMFORTABLE_POINTS = 400;
const DAY_MS = 24 * 3_600_000;
/** Longest range of one question. */
const LONGEST_DAYS = 5 * 366;

/**
 * The span that a request asks for: `from`/`to`, else the window that ends now.
 * @throws DomainError `invalid-request` naming the parameter
 */
export function spanOf(parameters: RangeParameters, nowMs: number, fallback: WindowName): Span {
  const { from, to, window } = parameters;
  if (from === undefined && to === undefined) {
    // The end is exclusive, and what starts in this very millisecond belongs to "now".
    return { fromMs: nowMs + 1 - WINDOW_MS[window ?? fallback], toMs: nowMs + 1 };
  }
  if (window !== undefined) throw bad('window', 'goes without from and to');
  if (from === undefined) throw bad('from', 'is required beside to');
  const fromMs = instantOf('from', from);
  const toMs = to === undefined ? nowMs + 1 : instantOf('to', to);
  // Clocks of reporting machines run ahead a little, and so may a range.
  if (fromMs > nowMs + LIMITS.futureMs) throw bad('from', 'must not lie in the future');
  if (fromMs >= toMs) throw bad('to', 'must be after from');
  if (toMs - fromMs > LONGEST_DAYS * DAY_MS) {
    throw bad('from', `must lie at most ${LONGEST_DAYS} days before to`);
  }
  return { fromMs, toMs };
}

/** Whether these are the ends of a span that {@link spanOf} may have given. */
export function isSpan(fromMs: unknown, toMs: unknown): boolean {
  const lengthMs = isEpochMs(fromMs) && isEpochMs(toMs) ? toMs - fromMs : NaN;
  return lengthMs > 0 && lengthMs <= LONGEST_DAYS * DAY_MS;
}

/** The same length of time just before. */
export function previousSpan({ fromMs, toMs }: Span): Span {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
}

export interface BucketedSpan extends Span {
  period: Period;
  /** Starts of the buckets in order, and the end of the last. */
  bounds: number[];
}

export interface BucketParameters extends RangeParameters {
  period?: Period | undefined;
  lookback?: number | undefined;
  tz?: string | undefined;
}

/**
 * Whole buckets for a trend: the last `lookback` ones, the current one included, or all that the
 * range touches.
 * @throws DomainError `invalid-request` when that would be too many
 */
export function bucketedSpan(parameters: BucketParameters, nowMs: number): BucketedSpan {
  const { lookback, tz = 'UTC' } = parameters;
  if (lookback !== undefined) {
    for (const name of ['window', 'from', 'to'] as const) {
      if (parameters[name] !== undefined) throw bad(name, 'goes without lookback');
    }
    const period = parameters.period ?? 'hour';
    return bounded(period, lastBucketBounds(nowMs, lookback, period, tz));
  }
  const span = spanOf(parameters, nowMs, '24h');
  const period = parameters.period ?? comfortablePeriod(span, COMFORTABLE_POINTS);
  const fromMs = floorToBucket(span.fromMs, period);
  const toMs = addBuckets(floorToBucket(span.toMs - 1, period), period, 1);
  if ((toMs - fromMs) / widthOf(period) > LIMITS.trendPoints) {
    const finest = comfortablePeriod({ fromMs, toMs }, LIMITS.trendPoints);
    const coarser = PERIODS.slice(PERIODS.indexOf(finest)).join(', ');
    throw bad(
      'period',
      `would give over ${LIMITS.trendPoints} points; this range allows ${coarser}`,
    );
  }
  return bounded(period, bucketBounds(span.fromMs, span.toMs, period, tz));
}

function bounded(period: Period, bounds: number[]): BucketedSpan {
  return { period, bounds, fromMs: bounds[0] ?? 0, toMs: bounds.at(-1) ?? 0 };
}

function comfortablePeriod({ fromMs, toMs }: Span, points: number): Period {
  const fits = PERIODS.find((period) => (toMs - fromMs) / widthOf(period) <= points);
  return fits ?? 'month';
}

/** The least width that a bucket of the period usually has, ms. */
function widthOf(period: Period): number {
  const hourMs = 3_600_000;
  const widths = { minute: 60_000, hour: hourMs, day: DAY_MS, week: 7 * DAY_MS };
  return period === 'month' ? 28 * DAY_MS : widths[period];
}

function instantOf(path: string, text: string): number {
  const atMs = Date.parse(text);
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  // Date reads the 30th of February as the 2nd of March.
  const exists = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  if (!exists || !(atMs >= 0)) throw bad(path, 'must be an instant that exists, from 1970 on');
  return atMs;
}

export function bad(path: string, detail: string): Error {
  return invalidRequest([{ path, code: 'invalid-value', detail: `${path} ${detail}` }]);
}
