/** A figure split for display: the number large, the unit small. `unit` may be empty. */
export interface Figure {
  value: string;
  unit: string;
}

/** What stands where there is no data. */
export const NONE = '–';
/** Narrow no-break space: keeps a unit with its number. */
const NNBSP = '\u202f';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function isFigure(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** At most three significant digits, never an exponent. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return whole.format(value);
  if (size >= 9.995) return oneDecimal.format(value);
  return String(Number(value.toFixed(2)));
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
  return { value: oneDecimal.format(percent), unit: '%' };
}

function joined({ value, unit }: Figure): string {
  return unit === '' ? value : `${value}${NNBSP}${unit}`;
}

export const formatDuration = (ms: number | null | undefined): string => joined(durationFigure(ms));
export const formatMemory = (mib: number | null | undefined): string => joined(memoryFigure(mib));
export const formatBytes = (bytes: number | null | undefined): string => joined(bytesFigure(bytes));
export const formatPercent = (pct: number | null | undefined): string => joined(percentFigure(pct));

/** A score without a unit, 0–100, one decimal. */
export function formatScore(score: number | null | undefined): string {
  return isFigure(score) ? oneDecimal.format(score) : NONE;
}

/** A whole number with thousands separators. */
export function formatCount(count: number | null | undefined): string {
  return isFigure(count) ? whole.format(count) : NONE;
}

/** A count in little room: `9,812`, `48.9k`, `1.2M`. */
export function formatCompact(count: number | null | undefined): string {
  if (!isFigure(count)) return NONE;
  if (count < 9999.5) return whole.format(count);
  if (count < 999_500) return `${significant(count / 1e3)}k`;
  if (count < 999_500_000) return `${significant(count / 1e6)}M`;
  return `${significant(count / 1e9)}G`;
}

/** How long ago, coarse: `now`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds}${NNBSP}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NNBSP}min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}${NNBSP}h`;
  return `${Math.floor(seconds / 86_400)}${NNBSP}d`;
}

/** `14:05:09`, in the reader's time zone. */
export function formatClock(instant: string | number | Date): string {
  return clock.format(new Date(instant));
}

/** `22 Nov, 14:05`, in the reader's time zone. */
export function formatInstant(instant: string | number | Date): string {
  return dayAndClock.format(new Date(instant));
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
  const amount = size < 10 ? String(size) : formatCompact(size);
  const text = how === 'relative' ? `${sign}${amount}${NNBSP}%` : `${sign}${amount}`;
  if (size < SLIGHT[how] || better === 'neither') return { text, tone: 'neutral' };
  return { text, tone: rounded > 0 === (better === 'up') ? 'good' : 'bad' };
}
