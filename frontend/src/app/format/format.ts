import { display } from './display';
import type { Display } from './display';
import { offsetLabel, wallClockAt } from '../time/zone';

/** A figure split for display: the number large, the unit small. `unit` may be empty. */
export interface Figure {
  value: string;
  unit: string;
}

/** What stands where there is no data. */
export const NONE = '–';
/** Narrow no-break space: keeps a unit with its number. */
const NNBSP = '\u202f';

const NUMBERS: Readonly<Record<Display['language'], string>> = { en: 'en-US', de: 'de-DE' };
/** Days before months, hours of 24. */
const INSTANTS: Readonly<Record<Display['language'], string>> = { en: 'en-GB', de: 'de-DE' };
const NOW: Readonly<Record<Display['language'], string>> = { en: 'now', de: 'jetzt' };

const numberFormats = new Map<string, Intl.NumberFormat>();
const instantFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(digits: number): Intl.NumberFormat {
  const locale = NUMBERS[display().language];
  const key = `${locale} ${digits}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    // What rounds to zero has no sign.
    const signDisplay = 'negative';
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits, signDisplay });
    numberFormats.set(key, format);
  }
  return format;
}

const INSTANT_STYLES = {
  clock: { timeStyle: 'medium' },
  minute: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  dayOfWeek: { weekday: 'short', day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  dayAndClock: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  exact: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type InstantStyle = keyof typeof INSTANT_STYLES;

/** An instant on the clocks of the chosen zone. */
export function formatAs(instant: string | number | Date, style: InstantStyle): string {
  const { language, timeZone } = display();
  const key = `${language} ${timeZone} ${style}`;
  let format = instantFormats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(INSTANTS[language], { ...INSTANT_STYLES[style], timeZone });
    instantFormats.set(key, format);
  }
  return format.format(new Date(instant));
}

function isFigure(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** At most three significant digits, never an exponent. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return numberFormat(0).format(value);
  return numberFormat(size >= 9.995 ? 1 : 2).format(value);
}

/**
 * A duration in the largest unit that keeps it readable.
 * @param ms milliseconds; null means no data
 */
export function durationFigure(ms: number | null | undefined): Figure {
  if (!isFigure(ms)) return { value: NONE, unit: '' };
  if (ms < 999.5) return { value: significant(ms), unit: 'ms' };
  const seconds = ms / 1000;
  if (seconds < 59.95) return { value: significant(seconds), unit: 's' };
  const minutes = seconds / 60;
  if (minutes < 59.95) return { value: significant(minutes), unit: 'min' };
  const hours = minutes / 60;
  if (hours < 47.95) return { value: significant(hours), unit: 'h' };
  return { value: significant(hours / 24), unit: 'd' };
}

/** @param mib mebibytes; null means no data */
export function memoryFigure(mib: number | null | undefined): Figure {
  return bytesFigure(isFigure(mib) ? mib * 1_048_576 : null);
}

/** Bytes in IEC units. */
export function bytesFigure(bytes: number | null | undefined): Figure {
  if (!isFigure(bytes)) return { value: NONE, unit: '' };
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let index = 0;
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  return { value: significant(value), unit: units[index] ?? '' };
}

/** @param percent 0–100 (a share of one core may exceed 100); one decimal */
export function percentFigure(percent: number | null | undefined): Figure {
  if (!isFigure(percent)) return { value: NONE, unit: '' };
  return { value: numberFormat(1).format(percent), unit: '%' };
}

function joined({ value, unit }: Figure): string {
  return unit === '' ? value : `${value}${NNBSP}${unit}`;
}

export const formatDuration = (ms: number | null | undefined): string => joined(durationFigure(ms));
export const formatMemory = (mib: number | null | undefined): string => joined(memoryFigure(mib));
export const formatBytes = (bytes: number | null | undefined): string => joined(bytesFigure(bytes));
export const formatPercent = (pct: number | null | undefined): string => joined(percentFigure(pct));
export const formatRate = (perHour: number | null | undefined): string =>
  joined(rateFigure(perHour));

/** A score without a unit, 0–100, one decimal. */
export function formatScore(score: number | null | undefined): string {
  return isFigure(score) ? numberFormat(1).format(score) : NONE;
}

/** A number with at most so many decimals. */
export function formatNumber(value: number, digits: number): string {
  return numberFormat(digits).format(value).replace('-', '−');
}

/** A whole number with thousands separators. */
export function formatCount(count: number | null | undefined): string {
  return isFigure(count) ? numberFormat(0).format(count) : NONE;
}

/** A count in little room: `9,812`, `48.9k`, `1.2M`. */
export function formatCompact(count: number | null | undefined): string {
  if (!isFigure(count)) return NONE;
  if (Math.abs(count) < 9999.5) return numberFormat(0).format(count);
  if (count < 999_500) return `${significant(count / 1e3)}k`;
  if (count < 999_500_000) return `${significant(count / 1e6)}M`;
  return `${significant(count / 1e9)}G`;
}

/** How long ago, coarse: `now`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 2) return NOW[display().language];
  if (seconds < 60) return `${seconds}${NNBSP}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NNBSP}min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}${NNBSP}h`;
  return `${Math.floor(seconds / 86_400)}${NNBSP}d`;
}

/** `14:05:09`, in the chosen time zone. */
export function formatClock(instant: string | number | Date): string {
  return formatAs(instant, 'clock');
}

/** `22 Nov, 14:05`, in the chosen time zone. */
export function formatInstant(instant: string | number | Date): string {
  return formatAs(instant, 'dayAndClock');
}

/** `22 Nov 2026, 14:05:09 UTC+01:00`: to be quoted, and for what lies far back. */
export function formatExact(instant: string | number | Date): string {
  const offset = offsetLabel(new Date(instant).getTime(), display().timeZone);
  return `${formatAs(instant, 'exact')} ${offset}`;
}

/** `22 Nov, 14:00–15:00 UTC+01:00`; whole days by their dates. */
export function formatBucket(fromMs: number, toMs: number): string {
  const { timeZone } = display();
  const [from, to] = [wallClockAt(fromMs, timeZone), wallClockAt(toMs, timeZone)];
  const offset = offsetLabel(fromMs, timeZone);
  const midnight = [from, to].every(({ hour, minute }) => hour === 0 && minute === 0);
  if (midnight && toMs - fromMs > 20 * 3_600_000) {
    // The end is exclusive: the last day is the one before.
    const last = formatAs(toMs - 1, 'dayOfWeek');
    const first = formatAs(fromMs, 'dayOfWeek');
    return `${first === last ? first : `${first} – ${last}`} ${offset}`;
  }
  const sameDay = from.day === wallClockAt(toMs - 1, timeZone).day;
  const end = formatAs(toMs, sameDay ? 'minute' : 'dayAndClock');
  return `${formatAs(fromMs, 'dayAndClock')}–${end} ${offset}`;
}

/** Executions per hour, or per minute where they are many. */
export function rateFigure(perHour: number | null | undefined): Figure {
  if (!isFigure(perHour)) return { value: NONE, unit: '' };
  if (perHour < 600) return { value: significant(perHour), unit: '/ h' };
  return { value: formatCompact(perHour / 60), unit: '/ min' };
}

/** US dollars; small amounts keep three digits. */
export function formatMoney(usd: number | null | undefined): string {
  if (!isFigure(usd)) return NONE;
  const digits = Math.abs(usd) >= 100 ? 0 : Math.abs(usd) >= 1 || usd === 0 ? 2 : 4;
  return `$${numberFormat(digits).format(usd)}`;
}

/** `tool_maker` → `Tool maker`. */
export function formatType(type: string): string {
  const words = type.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A change as a person reads it, and whether it is good news. */
export interface Delta {
  text: string;
  tone: 'good' | 'bad' | 'neutral';
}

/** Changes below these are no news: percent, points. */
const SLIGHT = { relative: 1, points: 0.2 } as const;

/**
 * Change against an earlier figure.
 * @param how `relative` in percent of the earlier figure, `points` as a plain difference
 * @param better which direction is good news
 * @returns null when either figure is missing, or a relative change starts from zero
 */
export function delta(
  now: number | null | undefined,
  before: number | null | undefined,
  how: 'relative' | 'points',
  better: 'up' | 'down' | 'neither',
): Delta | null {
  if (!isFigure(now) || !isFigure(before)) return null;
  if (how === 'relative' && before === 0) return null;
  const change = how === 'relative' ? ((now - before) / before) * 100 : now - before;
  const rounded = Math.abs(change) >= 10 ? Math.round(change) : Math.round(change * 10) / 10;
  const sign = rounded > 0 ? '+' : rounded < 0 ? '−' : '±';
  const size = Math.abs(rounded);
  const amount = size < 10 ? numberFormat(1).format(size) : formatCompact(size);
  const text = how === 'relative' ? `${sign}${amount}${NNBSP}%` : `${sign}${amount}`;
  if (size < SLIGHT[how] || better === 'neither') return { text, tone: 'neutral' };
  return { text, tone: rounded > 0 === (better === 'up') ? 'good' : 'bad' };
}

/** Order of names: agent 9 stands before agent 10. */
export const inWords = new Intl.Collator(undefined, { numeric: true });
