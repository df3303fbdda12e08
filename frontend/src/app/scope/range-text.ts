import { isRelative, resolve } from '../time/expression';
import type { Edge } from '../time/expression';
import { asQuickRange } from '../time/range';
import type { TimeRange } from '../time/range';
import { wallClockAt } from '../time/zone';
import { formatAs, formatInstant } from '../format/format';
import type { ScopeWords } from './words.en';

/** An end of a range as one would type it: relative as it is, instants on the clocks of the zone. */
export function typedEnd(text: string, edge: Edge, timeZone: string): string {
  if (isRelative(text)) return text;
  const atMs = resolve(text, edge, 0, timeZone);
  return atMs === undefined ? text : typedInstant(atMs, timeZone);
}

/** `2026-11-22 14:05`, with seconds where there are some. */
export function typedInstant(atMs: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = wallClockAt(atMs, timeZone);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour)}:${two(minute)}${second === 0 ? '' : `:${two(second)}`}`;
}

/** What was typed as the address has it: instants mean the same in every zone. */
export function writtenEnd(text: string, edge: Edge, timeZone: string): string {
  const trimmed = text.trim();
  if (isRelative(trimmed)) return trimmed;
  const atMs = resolve(trimmed, edge, 0, timeZone);
  return atMs === undefined ? trimmed : new Date(atMs).toISOString();
}

/** A range in words: `Last 6 hours`, `Yesterday`, `22 Nov, 14:00 – 15:30`. */
export function rangeLabel(range: TimeRange, timeZone: string, words: ScopeWords): string {
  const quick = asQuickRange(range);
  if (quick !== undefined) return words.quick[quick];
  const named = Object.entries(words.named).find(([text]) => isNamed(range, text));
  if (named) return named[1];
  const ends = [endOf(range.from, 'from', timeZone), endOf(range.to, 'to', timeZone)];
  const [from, to] = ends;
  if (from?.day !== undefined && from.day === to?.day) return `${from.text} – ${to.clock}`;
  return ends.map((end) => end.text).join(' – ');
}

function isNamed({ from, to }: TimeRange, text: string): boolean {
  return from === text && to === text;
}

function endOf(text: string, edge: Edge, timeZone: string) {
  const atMs = isRelative(text) ? undefined : resolve(text, edge, 0, timeZone);
  if (atMs === undefined) return { text, day: undefined, clock: text };
  return { text: formatInstant(atMs), day: formatAs(atMs, 'day'), clock: formatAs(atMs, 'minute') };
}
