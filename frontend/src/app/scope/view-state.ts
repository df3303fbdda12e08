import { REFRESH_RATES } from '../api/refresh';
import type { RefreshRate } from '../api/refresh';
import { QUICK_RANGES, quickRange, spanOf } from '../time/range';
import type { TimeRange } from '../time/range';
import { isTimeZone } from '../time/zone';

/** What the address says about the view; null where it says nothing. */
export interface ViewState {
  project: string | null;
  range: TimeRange | null;
  /** IANA name; null: the browser's. */
  timeZone: string | null;
  refresh: RefreshRate | null;
  agentType: string | null;
}

/** A value of the address that could not be used. */
export interface Notice {
  about: 'project' | 'range' | 'timeZone' | 'refresh' | 'agentType';
  /** As the address has it, shortened. */
  value: string;
}

export interface ParsedViewState {
  state: ViewState;
  notices: Notice[];
}

/** The names of the parameters in the address. */
export const PARAMS = {
  project: 'project',
  from: 'from',
  to: 'to',
  timeZone: 'tz',
  refresh: 'refresh',
  agentType: 'type',
} as const;
/** Earlier links name a range by its length. */
const WINDOW_PARAM = 'window';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;
const TYPE_LENGTH = 200;
const RANGE_LENGTH = 60;

type Get = (name: string) => string | null;

/** Reads the address. A value that cannot be used is left out and named in a notice. */
export function parseViewState(get: Get, nowMs = Date.now()): ParsedViewState {
  const notices: Notice[] = [];
  // Shortened, so that a hostile link cannot fill the page.
  const refuse = (about: Notice['about'], value: string): null => {
    notices.push({ about, value: value.length > 40 ? `${value.slice(0, 40)}…` : value });
    return null;
  };
  const read = <T>(
    name: string,
    about: Notice['about'],
    use: (text: string) => T | undefined,
  ): T | null => {
    const text = get(name);
    return text === null ? null : (use(text) ?? refuse(about, text));
  };

  const project = read(PARAMS.project, 'project', (text) => (SLUG.test(text) ? text : undefined));
  const timeZone = read(PARAMS.timeZone, 'timeZone', (text) =>
    text.length < 100 && isTimeZone(text) ? text : undefined,
  );
  const refresh = read(PARAMS.refresh, 'refresh', (text) =>
    REFRESH_RATES.find((rate) => rate === text),
  );
  const agentType = read(PARAMS.agentType, 'agentType', (text) =>
    text !== '' && text.length <= TYPE_LENGTH ? text : undefined,
  );
  const range = parseRange(get, timeZone ?? 'UTC', nowMs, (text) => refuse('range', text));
  return { state: { project, range, timeZone, refresh, agentType }, notices };
}

function parseRange(
  get: Get,
  timeZone: string,
  nowMs: number,
  refuse: (text: string) => null,
): TimeRange | null {
  const from = get(PARAMS.from);
  const to = get(PARAMS.to);
  if (from === null && to === null) {
    const window = get(WINDOW_PARAM);
    if (window === null) return null;
    const quick = QUICK_RANGES.find((name) => name === window);
    return quick === undefined ? refuse(window) : quickRange(quick);
  }
  const range = { from: from ?? '', to: to ?? 'now' };
  const usable =
    range.from.length <= RANGE_LENGTH &&
    range.to.length <= RANGE_LENGTH &&
    typeof spanOf(range, nowMs, timeZone) === 'object';
  return usable ? range : refuse(to === null ? range.from : `${range.from} – ${range.to}`);
}

/** Query parameters for a state; null removes one, so that only what differs is written. */
export function viewParams(state: ViewState): Record<string, string | null> {
  const { range } = state;
  return {
    [PARAMS.project]: state.project,
    [PARAMS.from]: range && range.from,
    [PARAMS.to]: range && range.to !== 'now' ? range.to : null,
    [PARAMS.timeZone]: state.timeZone,
    [PARAMS.refresh]: state.refresh === 'live' ? null : state.refresh,
    [PARAMS.agentType]: state.agentType,
    [WINDOW_PARAM]: null,
  };
}
