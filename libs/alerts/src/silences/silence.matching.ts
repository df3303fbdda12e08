import { WEEKDAYS } from '@app/contracts';
import type { Silence, SilenceField, SilenceMatcher, WeeklyRecurrence } from '@app/contracts';

/** What of an alert silences look at. */
export type SilenceFacts = Record<SilenceField, string>;

/** As much of a silence as decides whether it holds. */
export type SilenceSpan = Pick<Silence, 'matchers' | 'startsAt' | 'endsAt' | 'recurrence'>;

const DAY_MINUTES = 24 * 60;

/** Whether all matchers fit. */
export function matches(matchers: readonly SilenceMatcher[], facts: SilenceFacts): boolean {
  return matchers.every(({ field, operator, value }) =>
    operator === 'equals' ? facts[field] === value : fitsGlob(facts[field], value),
  );
}

/**
 * `*` stands for any text, `?` for any one character. Takes at most text × pattern steps, whatever
 * the pattern: a regular expression made of it could take forever.
 */
export function fitsGlob(text: string, pattern: string): boolean {
  let at = 0;
  let wanted = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[wanted] === '*') {
      star = wanted++;
      resume = at;
    } else if (
      wanted < pattern.length &&
      (pattern[wanted] === '?' || pattern[wanted] === text[at])
    ) {
      at += 1;
      wanted += 1;
    } else if (star >= 0) {
      wanted = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[wanted] === '*') wanted += 1;
  return wanted === pattern.length;
}

/** Whether a silence holds at an instant. */
export function isActive({ startsAt, endsAt, recurrence }: SilenceSpan, now: Date): boolean {
  const nowMs = now.getTime();
  if (nowMs < Date.parse(startsAt) || nowMs >= Date.parse(endsAt)) return false;
  return recurrence === null || recursAt(recurrence, now);
}

/** Half-open in local time; a span over midnight belongs to the day on which it begins. */
function recursAt({ days, from, to, timeZone }: WeeklyRecurrence, now: Date): boolean {
  const { day, minute } = localTime(now, timeZone);
  const start = minutesOf(from);
  const end = minutesOf(to);
  const today = days.includes(WEEKDAYS[day] ?? 'mon');
  if (start < end) return today && minute >= start && minute < end;
  const yesterday = days.includes(WEEKDAYS[(day + 6) % 7] ?? 'mon');
  return (today && minute >= start) || (yesterday && minute < end);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** More than there are zones: a zone may be written in many ways. */
const MOST_FORMATS = 600;
const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(now: Date, timeZone: string): { day: number; minute: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = (WEEKDAYS as readonly string[]).indexOf((parts.get('weekday') ?? '').toLowerCase());
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  return { day, minute: minute % DAY_MINUTES };
}
