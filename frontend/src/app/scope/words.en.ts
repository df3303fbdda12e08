import type { RetentionTimes } from '@app/contracts';
import { plural } from '../i18n/language';
import type { QuickRange, RangeFault } from '../time/range';
import type { Notice } from './view-state';

const inDays = (count: number): string => plural('en', count, { one: '# day', other: '# days' });

export const scopeEn = {
  /** `Last 6 hours`. */
  quick: {
    '5m': 'Last 5 minutes',
    '15m': 'Last 15 minutes',
    '1h': 'Last hour',
    '6h': 'Last 6 hours',
    '24h': 'Last 24 hours',
    '7d': 'Last 7 days',
    '30d': 'Last 30 days',
  } satisfies Record<QuickRange, string>,
  named: {
    'now/d': 'Today',
    'now-1d/d': 'Yesterday',
    'now/w': 'This week',
    'now-1w/w': 'Last week',
    'now/M': 'This month',
    'now-1M/M': 'Last month',
  },
  /** Behind “no tasks in …”. */
  within: {
    '5m': 'in the last 5 minutes',
    '15m': 'in the last 15 minutes',
    '1h': 'in the last hour',
    '6h': 'in the last 6 hours',
    '24h': 'in the last 24 hours',
    '7d': 'in the last 7 days',
    '30d': 'in the last 30 days',
  } satisfies Record<QuickRange, string>,
  withinOther: 'in the chosen time',
  notice: {
    project: (value: string) => `“${value}” is not a project name; showing the default project.`,
    range: (value: string) => `“${value}” is not a time range; showing the default range.`,
    timeZone: (value: string) => `“${value}” is not a time zone; showing the browser’s time.`,
    refresh: (value: string) => `“${value}” is not a refresh rate; refreshing as news arrives.`,
    agentType: () => 'The agent type in the address is not usable; showing all types.',
    unknownProject: (value: string, shown: string) =>
      `There is no project “${value}”; showing ${shown}.`,
  } satisfies Record<Notice['about'], (value: string) => string> & {
    unknownProject: (value: string, shown: string) => string;
  },
  range: 'Time range',
  earlier: 'Earlier',
  later: 'Later',
  zoomOut: 'Zoom out',
  previous: 'Back to the previous range',
  quickRanges: 'Quick ranges',
  custom: 'Custom range',
  from: 'From',
  to: 'To',
  hint: 'A date and time, or an expression: now-6h, now-1d/d, now/w. Units: s m h d w M y.',
  keepsSingles: (days: number, since: string) =>
    `Single tasks are kept for ${inDays(days)}: from ${since} on. Figures go further back.`,
  keepsFigures: ({ rawDays, hourDays, dayDays }: RetentionTimes) =>
    `Kept: single tasks for ${inDays(rawDays)}, figures by the hour for ${inDays(hourDays)}, ` +
    `by the day for ${inDays(dayDays)}, by the week and month for good.`,
  notKept: (since: string) => `Single tasks are kept from ${since} on: begin there or later.`,
  pickFrom: 'Pick the date and time from which',
  pickTo: 'Pick the date and time until which',
  apply: 'Apply',
  close: 'Close',
  zone: 'Time zone',
  browserTime: (zone: string) => `Browser time (${zone})`,
  utc: 'UTC',
  otherZone: 'Another zone…',
  zoneName: 'Name of the zone, such as Europe/Berlin',
  badZone: 'No zone of this name is known.',
  fault: {
    'bad-from': 'Not a time: write a date and time, or an expression such as now-6h.',
    'bad-to': 'Not a time: write a date and time, or an expression such as now.',
    reversed: 'The end must be after the beginning.',
    future: 'The range lies in the future.',
    'too-long': 'The range is too long: five years at most.',
    'too-short': 'The range is too short: a second at least.',
  } satisfies Record<RangeFault, string>,
  refresh: {
    label: 'Refresh',
    now: 'Refresh now',
    rates: {
      live: 'As news arrives',
      '5s': 'Every 5 s',
      '10s': 'Every 10 s',
      '30s': 'Every 30 s',
      '1m': 'Every minute',
      '5m': 'Every 5 minutes',
      off: 'Never',
    },
    updated: (age: string) => `updated ${age} ago`,
    updatedNow: 'updated just now',
    notYet: 'not read yet',
  },
  per: {
    minute: 'by the minute',
    hour: 'by the hour',
    day: 'by the day',
    week: 'by the week',
    month: 'by the month',
  },
};
export type ScopeWords = typeof scopeEn;
