/** A date and a time of day as a clock on the wall shows them. Month 1–12. */
export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether the browser knows the zone, an IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The zone that the browser is set to. */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What the clocks of a zone show at an instant. */
export function wallClockAt(atMs: number, timeZone: string): WallClock {
  const parts = formatOf(timeZone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

function asUtc({ year, month, day, hour, minute, second }: WallClock): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the zone is ahead of UTC at an instant, milliseconds. */
export function offsetAt(atMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const wholeSecond = Math.floor(atMs / 1000) * 1000;
  return asUtc(wallClockAt(wholeSecond, timeZone)) - wholeSecond;
}

/**
 * The instant at which the clocks of a zone show this; fields may overflow, as `month: 13`.
 * Of a time that comes twice the first; a time that is left out is moved on by what was left out.
 */
export function instantOf(wall: WallClock, timeZone: string): number {
  const utc = asUtc(wall);
  const before = offsetAt(utc - 86_400_000, timeZone);
  const after = offsetAt(utc + 86_400_000, timeZone);
  const candidates = [utc - before, utc - after].filter(
    (atMs) => atMs + offsetAt(atMs, timeZone) === utc,
  );
  // Where the clock jumps over it no candidate fits; by the offset of before it lands behind.
  return candidates.length > 0 ? Math.min(...candidates) : utc - before;
}

/** `UTC+01:00`, at an instant. */
export function offsetLabel(atMs: number, timeZone: string): string {
  const minutes = Math.round(offsetAt(atMs, timeZone) / 60_000);
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
