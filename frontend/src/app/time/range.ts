import { WINDOWS, WINDOW_MS } from '@app/contracts';
import type { Period, WindowName } from '@app/contracts';
import { isRelative, resolve } from './expression';

/** A time range as people write it; see {@link resolve} for the language of both ends. */
export interface TimeRange {
  from: string;
  to: string;
}

/** Half-open, milliseconds since the epoch. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Trailing ranges that one click chooses. */
export const QUICK_RANGES = ['5m', '15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type QuickRange = (typeof QUICK_RANGES)[number];

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** As the tracker has it: longest range of one question. */
const LONGEST_MS = 5 * 366 * DAY_MS;
const SHORTEST_MS = 1000;

/** Why a range cannot be used. */
export type RangeFault = 'bad-from' | 'bad-to' | 'reversed' | 'future' | 'too-long' | 'too-short';

export function quickRange(name: QuickRange): TimeRange {
  return { from: `now-${name}`, to: 'now' };
}

/** The quick range that this is, if it is one. */
export function asQuickRange({ from, to }: TimeRange): QuickRange | undefined {
  return to === 'now' ? QUICK_RANGES.find((name) => from === `now-${name}`) : undefined;
}

/** The window of the tracker's API that the range is, if it is one. */
export function asWindow(range: TimeRange): WindowName | undefined {
  const quick = asQuickRange(range);
  return WINDOWS.find((name) => name === quick);
}

/** Whether the range moves with the present. */
export function isMoving({ from, to }: TimeRange): boolean {
  return isRelative(from) || isRelative(to);
}

/** Whether what happens now lies in the range. */
export function reachesNow(range: TimeRange, nowMs: number, timeZone: string): boolean {
  const toMs = resolve(range.to, 'to', nowMs, timeZone);
  return toMs !== undefined && toMs >= nowMs;
}

/** The range as instants, or why it is none. */
export function spanOf(range: TimeRange, nowMs: number, timeZone: string): Span | RangeFault {
  const window = asWindow(range);
  // As the tracker reads it: 24 hours, whatever the clocks do.
  if (window !== undefined) return { fromMs: nowMs - WINDOW_MS[window], toMs: nowMs };
  const fromMs = resolve(range.from, 'from', nowMs, timeZone);
  if (fromMs === undefined) return 'bad-from';
  const toMs = resolve(range.to, 'to', nowMs, timeZone);
  if (toMs === undefined) return 'bad-to';
  if (fromMs >= toMs) return 'reversed';
  if (fromMs > nowMs) return 'future';
  if (toMs - fromMs > LONGEST_MS) return 'too-long';
  if (toMs - fromMs < SHORTEST_MS) return 'too-short';
  return { fromMs, toMs };
}

/** A range that stands still. */
export function absolute({ fromMs, toMs }: Span): TimeRange {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

/** Twice as long around the same middle, but not into the future. */
export function zoomedOut({ fromMs, toMs }: Span, nowMs: number): Span {
  const half = (toMs - fromMs) / 2;
  return within({ fromMs: fromMs - half, toMs: toMs + half }, nowMs);
}

/** Half its length to the left or to the right, but not into the future. */
export function shifted({ fromMs, toMs }: Span, direction: -1 | 1, nowMs: number): Span {
  const step = (direction * (toMs - fromMs)) / 2;
  return within({ fromMs: fromMs + step, toMs: toMs + step }, nowMs);
}

/** Keeps the length where there is room for it. */
function within(span: Span, nowMs: number): Span {
  const over = Math.max(0, span.toMs - nowMs);
  const fromMs = Math.max(0, Math.round(span.fromMs - over));
  const toMs = Math.round(span.toMs - over);
  return { fromMs: Math.max(fromMs, toMs - LONGEST_MS), toMs };
}

const WIDTHS: readonly [Period, number][] = [
  ['minute', MINUTE_MS],
  ['hour', HOUR_MS],
  ['day', DAY_MS],
  ['week', 7 * DAY_MS],
  ['month', 28 * DAY_MS],
];
/** The most that the tracker gives. */
const MOST_POINTS = 1000;
/** Fewer points than this show no course. */
const FEWEST_POINTS = 12;

/**
 * The width of the buckets of a chart over a range: one point per two pixels or more, but rather
 * more points than none to speak of.
 */
export function periodFor({ fromMs, toMs }: Span, widthPx: number): Period {
  // Buckets begin on the clock: a range touches one more at both ends.
  const points = ([, width]: readonly [Period, number]): number => (toMs - fromMs) / width + 2;
  const most = Math.min(MOST_POINTS, widthPx / 2);
  const at = WIDTHS.findIndex((width) => points(width) <= most);
  const [period] = WIDTHS[at] ?? ['month'];
  const finer = WIDTHS[at - 1];
  const [fitting] = WIDTHS.slice(Math.max(0, at));
  if (finer && fitting && points(fitting) < FEWEST_POINTS && points(finer) <= MOST_POINTS) {
    return finer[0];
  }
  return period;
}
