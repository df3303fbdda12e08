import { instantOf, wallClockAt } from './zone';
import type { WallClock } from './zone';

/** Units of an expression: second, minute, hour, day, week, month, year. */
export type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'y';

/** Of a rounded expression: where the unit begins, or where the next one does. */
export type Edge = 'from' | 'to';

const EXACT_MS: Partial<Record<Unit, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const RELATIVE = /^now((?:[+-]\d{1,6}[smhdwMy])*)(?:\/([smhdwMy]))?$/;
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
/** The year 9999: beyond it dates have no four digits. */
const LATEST_MS = 253_402_300_799_999;

/** Whether the expression moves with the present. */
export function isRelative(text: string): boolean {
  return text.startsWith('now');
}

/**
 * The instant that a text means:
 * - `now`, moved by `-6h`, `+1d`…, and rounded by `/d`: as `from` to the begin of the unit, as
 *   `to` to its end. Hours and less are exact; days and more follow the calendar of the zone, so
 *   that `now-1d` is the same time of day also where the clock changed.
 * - a date (`2026-11-22`), or a date and time, on the clocks of the zone
 * - an instant with an offset (`2026-11-22T14:05:00Z`)
 * @returns milliseconds since the epoch; undefined for everything else
 */
export function resolve(
  text: string,
  edge: Edge,
  nowMs: number,
  timeZone: string,
): number | undefined {
  const trimmed = text.trim();
  const relative = RELATIVE.exec(trimmed);
  const atMs = relative
    ? resolveRelative(relative, edge, nowMs, timeZone)
    : resolveAbsolute(trimmed, edge, timeZone);
  return atMs !== undefined && atMs >= 0 && atMs <= LATEST_MS ? atMs : undefined;
}

function resolveRelative(
  [, moves = '', rounded]: RegExpExecArray,
  edge: Edge,
  nowMs: number,
  timeZone: string,
): number | undefined {
  let atMs = nowMs;
  for (const [, count = '', unit = ''] of moves.matchAll(/([+-]\d+)([smhdwMy])/g)) {
    atMs = moved(atMs, Number(count), unit as Unit, timeZone);
    if (!(atMs >= 0 && atMs <= LATEST_MS)) return undefined;
  }
  if (rounded === undefined) return atMs;
  const start = floored(atMs, rounded as Unit, timeZone);
  return edge === 'from' ? start : ceiling(start, rounded as Unit, timeZone);
}

function resolveAbsolute(text: string, edge: Edge, timeZone: string): number | undefined {
  if (WITH_OFFSET.test(text)) {
    return existingDate(text) ? Date.parse(text.replace(' ', 'T')) : undefined;
  }
  const local = LOCAL.exec(text);
  if (local === null || !existingDate(text)) return undefined;
  const [year = 0, month = 0, day = 0, hour = NaN, minute = 0, second = 0] = local
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const wholeDay = Number.isNaN(hour);
  const wall = { year, month, day, hour: wholeDay ? 0 : hour, minute, second };
  return instantOf(wholeDay && edge === 'to' ? { ...wall, day: day + 1 } : wall, timeZone);
}

/** Date takes the 30th of February for the 2nd of March. */
function existingDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function moved(atMs: number, count: number, unit: Unit, timeZone: string): number {
  const exact = EXACT_MS[unit];
  if (exact !== undefined) return atMs + count * exact;
  const wall = wallClockAt(atMs, timeZone);
  const rest = atMs - Math.floor(atMs / 1000) * 1000;
  const to = addTo(wall, count, unit);
  // Far beyond what clocks are made for; the caller refuses it.
  if (to.year < 1970 || to.year > 9999 || Math.abs(to.day) > 3_000_000) return NaN;
  return instantOf(to, timeZone) + rest;
}

function addTo(wall: WallClock, count: number, unit: Unit): WallClock {
  if (unit === 'd') return { ...wall, day: wall.day + count };
  if (unit === 'w') return { ...wall, day: wall.day + 7 * count };
  const months = wall.month - 1 + (unit === 'M' ? count : 12 * count);
  const year = wall.year + Math.floor(months / 12);
  const month = (((months % 12) + 12) % 12) + 1;
  // A month after the 31st of January is the last day of February.
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { ...wall, year, month, day: Math.min(wall.day, lastDay) };
}

/** Where the unit begins that holds an instant; weeks begin on Monday. */
export function floored(atMs: number, unit: Unit, timeZone: string): number {
  const exact = EXACT_MS[unit];
  // Zones differ by whole minutes: only hours need the clock of the zone.
  if (exact !== undefined && unit !== 'h') return Math.floor(atMs / exact) * exact;
  const wall = wallClockAt(atMs, timeZone);
  if (unit === 'h') {
    return Math.floor(atMs / 1000) * 1000 - (wall.minute * 60 + wall.second) * 1000;
  }
  const midnight = { ...wall, hour: 0, minute: 0, second: 0 };
  if (unit === 'd') return instantOf(midnight, timeZone);
  if (unit === 'w') {
    const weekday = (new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7;
    return instantOf({ ...midnight, day: wall.day - weekday }, timeZone);
  }
  const month = unit === 'y' ? 1 : wall.month;
  return instantOf({ ...midnight, month, day: 1 }, timeZone);
}

function ceiling(startMs: number, unit: Unit, timeZone: string): number {
  return moved(startMs, 1, unit, timeZone);
}
