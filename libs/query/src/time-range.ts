import { LIMITS, PERIODS, WINDOW_MS } from '@app/contracts';
import type { Period, WindowName } from '@app/contracts';
import type { Span } from '@app/aggregation';
import { addBuckets, floorToBucket } from '@app/stats';
import { invalidRequest } from '@app/platform';

export interface RangeParameters {
  window?: WindowName | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Points that a chart can show without the reader losing sight. */
const COMFORTABLE_POINTS = 400;

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
  const span = { fromMs: Date.parse(from), toMs: to === undefined ? nowMs + 1 : Date.parse(to) };
  if (span.fromMs >= span.toMs) throw bad('to', 'must be after from');
  return span;
}

/** The same length of time just before. */
export function previousSpan({ fromMs, toMs }: Span): Span {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
}

export interface BucketedSpan extends Span {
  period: Period;
}

/**
 * Whole buckets for a trend: the last `lookback` ones, the current one included, or all that the
 * range touches.
 * @throws DomainError `invalid-request` when that would be too many
 */
export function bucketedSpan(
  parameters: RangeParameters & { period?: Period | undefined; lookback?: number | undefined },
  nowMs: number,
): BucketedSpan {
  const { lookback } = parameters;
  if (lookback !== undefined) {
    const period = parameters.period ?? 'hour';
    const current = floorToBucket(nowMs, period);
    return {
      period,
      fromMs: addBuckets(current, period, 1 - lookback),
      toMs: addBuckets(current, period, 1),
    };
  }
  const span = spanOf(parameters, nowMs, '24h');
  const period = parameters.period ?? comfortablePeriod(span);
  const fromMs = floorToBucket(span.fromMs, period);
  const toMs = addBuckets(floorToBucket(span.toMs - 1, period), period, 1);
  if ((toMs - fromMs) / widthOf(period) > LIMITS.trendPoints) {
    throw bad('period', `would give more than ${LIMITS.trendPoints} points: choose a longer one`);
  }
  return { period, fromMs, toMs };
}

function comfortablePeriod({ fromMs, toMs }: Span): Period {
  const fits = PERIODS.find((period) => (toMs - fromMs) / widthOf(period) <= COMFORTABLE_POINTS);
  return fits ?? 'month';
}

/** The least width that a bucket of the period can have, ms. */
function widthOf(period: Period): number {
  const hourMs = 3_600_000;
  const widths = { minute: 60_000, hour: hourMs, day: 24 * hourMs, week: 168 * hourMs };
  return period === 'month' ? 28 * 24 * hourMs : widths[period];
}

function bad(path: string, detail: string): Error {
  return invalidRequest([{ path, code: 'invalid-value', detail: `${path} ${detail}` }]);
}
