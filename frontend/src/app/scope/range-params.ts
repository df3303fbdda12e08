import { WINDOWS, WINDOW_MS } from '@app/contracts';
import type { WindowName } from '@app/contracts';
import type { Moment } from '../api/moment';
import { resolve } from '../time/expression';
import type { Edge } from '../time/expression';
import { asWindow, spanOf } from '../time/range';
import type { Span, TimeRange } from '../time/range';

/** A time range as the tracker's API takes it; spread it into the parameters of a question. */
export type RangeParams = { window: WindowName } | { from: Moment; to: Moment };

/** By name where the API has a name for it, else both ends as of when it is asked. */
export function rangeParams(range: TimeRange, timeZone: string): RangeParams {
  const window = asWindow(range);
  if (window !== undefined) return { window };
  return {
    from: momentOf(range.from, 'from', timeZone),
    to: momentOf(range.to, 'to', timeZone),
  };
}

/** Both ends as instants. @param before how many lengths of the range to begin earlier */
export function rangeMoments(
  range: TimeRange,
  timeZone: string,
  before = 0,
): { from: Moment; to: Moment } {
  const to = momentOf(range.to, 'to', timeZone);
  const text = `${range.from} from ${timeZone}`;
  const from: Moment = {
    at: (nowMs) => {
      const span = spanOf(range, nowMs, timeZone);
      if (typeof span === 'string') return new Date(nowMs).toISOString();
      const earlier = span.fromMs - before * (span.toMs - span.fromMs);
      return new Date(Math.max(0, Math.round(earlier))).toISOString();
    },
    toJSON: () => `${text} ${before}`,
  };
  return { from, to };
}

function momentOf(text: string, edge: Edge, timeZone: string): Moment {
  return {
    at: (nowMs) => new Date(resolve(text, edge, nowMs, timeZone) ?? nowMs).toISOString(),
    toJSON: () => `${text} ${edge} ${timeZone}`,
  };
}

/** The trailing window of the API that holds the span, or the longest. */
export function windowAround({ fromMs, toMs }: Span): WindowName {
  return WINDOWS.find((name) => WINDOW_MS[name] >= toMs - fromMs) ?? '30d';
}
