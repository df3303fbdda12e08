import { formatAs } from '../format/format';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/range';
import type { Span } from '../time/range';
import { instantOf, wallClockAt } from '../time/zone';
import type { WallClock } from '../time/zone';

interface Step {
  /** About how long it is. */
  ms: number;
  /** The field of the clock that moves, and by how much. */
  field: 'minute' | 'hour' | 'day' | 'month' | 'year';
  by: number;
}

const step = (field: Step['field'], by: number, ms: number): Step => ({ field, by, ms: by * ms });
const MONTH_MS = 30 * DAY_MS;
const STEPS: readonly Step[] = [
  ...[1, 2, 5, 10, 15, 30].map((by) => step('minute', by, MINUTE_MS)),
  ...[1, 2, 3, 6, 12].map((by) => step('hour', by, HOUR_MS)),
  ...[1, 2, 7, 14].map((by) => step('day', by, DAY_MS)),
  ...[1, 3, 6].map((by) => step('month', by, MONTH_MS)),
  ...[1, 2, 5].map((by) => step('year', by, 365 * DAY_MS)),
];

/** A round instant on the clocks of the zone, and what it is called on an axis. */
export interface Tick {
  atMs: number;
  label: string;
}

/** Round instants of a span on the clocks of a zone; at most about `most` of them. */
export function timeTicks({ fromMs, toMs }: Span, timeZone: string, most = 8): Tick[] {
  const length = toMs - fromMs;
  const chosen = STEPS.find(({ ms }) => length / ms <= most) ?? STEPS.at(-1)!;
  const ticks: Tick[] = [];
  let wall = begin(wallClockAt(fromMs, timeZone), chosen);
  // Bounded: a clock that is put back shows the same time twice, and time must go on.
  for (let round = 0; round < 4 * most + 50; round += 1) {
    const atMs = instantOf(wall, timeZone);
    if (atMs > toMs) break;
    const isNew = atMs > (ticks.at(-1)?.atMs ?? -1);
    if (atMs >= fromMs && isNew) ticks.push({ atMs, label: labelOf(atMs, chosen, timeZone) });
    wall = { ...wall, [chosen.field]: wall[chosen.field] + chosen.by };
    if (chosen.field === 'day' && chosen.by === 2) wall = oddDay(wall);
  }
  return ticks;
}

/** The last round time at or before. */
function begin(wall: WallClock, { field, by }: Step): WallClock {
  const floor = (value: number): number => Math.floor(value / by) * by;
  const start = { ...wall, second: 0, minute: 0, hour: 0, day: 1, month: 1 };
  switch (field) {
    case 'minute':
      return { ...wall, second: 0, minute: floor(wall.minute) };
    case 'hour':
      return { ...wall, second: 0, minute: 0, hour: floor(wall.hour) };
    case 'day': {
      // Weeks begin on Monday.
      const weekday = (new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7;
      const day = by >= 7 ? wall.day - weekday : wall.day - ((wall.day - 1) % by);
      return { ...wall, second: 0, minute: 0, hour: 0, day };
    }
    case 'month':
      return { ...start, year: wall.year, month: floor(wall.month - 1) + 1 };
    case 'year':
      return { ...start, year: floor(wall.year) };
  }
}

/** Every other day begins anew with each month, so that the same days are named at any moment. */
function oddDay(wall: WallClock): WallClock {
  const lastDay = new Date(Date.UTC(wall.year, wall.month, 0)).getUTCDate();
  if (wall.day <= lastDay) return wall;
  const next = wallClockAt(Date.UTC(wall.year, wall.month, 1), 'UTC');
  return { ...wall, year: next.year, month: next.month, day: 1 };
}

function labelOf(atMs: number, { field }: Step, timeZone: string): string {
  if (field === 'year') return String(wallClockAt(atMs, timeZone).year);
  if (field === 'month') return formatAs(atMs, 'month');
  const { hour, minute } = wallClockAt(atMs, timeZone);
  return hour === 0 && minute === 0 ? formatAs(atMs, 'day') : formatAs(atMs, 'minute');
}
