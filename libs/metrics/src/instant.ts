import { INSTANT_PATTERN } from '@app/contracts';

const DAY_MS = 86_400_000;
const ZERO = 48;
/** `2026-01-31T08:00:00.000Z`, as programs write it. */
const USUAL_LENGTH = 24;

/**
 * @param text ISO 8601 with an offset
 * @returns epoch ms, or NaN when it is not an instant
 */
export function parseInstant(text: string): number {
  const usual = text.length === USUAL_LENGTH ? parseUsual(text) : NaN;
  if (!Number.isNaN(usual)) return usual;
  return INSTANT_PATTERN.test(text) && isDate(text) ? Date.parse(text) : NaN;
}

/** Whether the month has that day: `Date.parse` would go on counting into the next one. */
function isDate(text: string): boolean {
  const day = two(text, 8);
  return day <= 28 || day === new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate();
}

/** The usual form, read without a regular expression: several times as fast. NaN: not that form. */
function parseUsual(text: string): number {
  if (
    text.charCodeAt(4) !== 0x2d ||
    text.charCodeAt(7) !== 0x2d ||
    text.charCodeAt(10) !== 0x54 ||
    text.charCodeAt(13) !== 0x3a ||
    text.charCodeAt(16) !== 0x3a ||
    text.charCodeAt(19) !== 0x2e ||
    text.charCodeAt(23) !== 0x5a
  ) {
    return NaN;
  }
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const ms = two(text, 20) * 10 + digit(text, 22);
  // What is rare (the ends of months, leap seconds) or wrong is left to the general way.
  const plain = month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (!plain || !(hour < 24 && minute < 60 && second < 60)) return NaN;
  return epochDay(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : NaN;
}

const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

/**
 * Days since 1970-01-01 in the proleptic Gregorian calendar: years begin in March, so that the
 * leap day comes last, and months 3 to 14 have (153 m − 457) / 5 days before them.
 */
function epochDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 12 : month;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leaps + Math.floor((153 * m - 457) / 5) + day - 719_469;
}
