import { afterEach, describe, expect, it } from '@jest/globals';
import { displayBy } from './display';
import {
  NONE,
  delta,
  durationFigure,
  formatAge,
  formatBucket,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatExact,
  formatInstant,
  formatMemory,
  formatMoney,
  formatNumber,
  formatPercent,
  formatRate,
  formatScore,
  formatType,
} from './format';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.42 ms'],
    [482.4, '482 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [4820, '4.82 s'],
    [59_960, '1 min'],
    [252_000, '4.2 min'],
    [3_600_000, '1 h'],
    [3 * 86_400_000, '3 d'],
  ])('%d ms reads as %s', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });

  it('keeps the order of what it shows', () => {
    const seconds = (ms: number): number => {
      const { value, unit } = durationFigure(ms);
      const scale = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN;
      return Number(value.replaceAll(',', '')) * scale;
    };
    let last = -1;
    for (let ms = 0.01; ms < 5e8; ms *= 1.037) {
      expect(seconds(ms)).toBeGreaterThanOrEqual(last);
      last = seconds(ms);
    }
  });
});

describe('other figures', () => {
  it('shows no data as a dash, never as zero', () => {
    for (const format of [
      formatDuration,
      formatBytes,
      formatPercent,
      formatScore,
      formatCount,
      formatCompact,
    ])
      for (const nothing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
        expect(format(nothing)).toBe(NONE);
  });

  it('uses IEC units for memory', () => {
    expect(plain(formatMemory(512))).toBe('512 MiB');
    expect(plain(formatMemory(1024))).toBe('1 GiB');
    expect(plain(formatMemory(1000))).toBe('0.98 GiB');
    expect(plain(formatBytes(17))).toBe('17 B');
  });

  it('writes a minus as one, and none at what rounds to zero', () => {
    expect([-1.25, -0.01, 0].map((value) => formatNumber(value, 1))).toEqual(['−1.3', '0', '0']);
  });

  it('compacts counts only where they get long', () => {
    expect(formatCompact(9812)).toBe('9,812');
    expect(formatCompact(48_912)).toBe('48.9k');
    expect(formatCompact(999_600)).toBe('1M');
    expect(formatCount(48_912)).toBe('48,912');
  });

  it('tells ages coarsely and never negative', () => {
    expect(formatAge(-5000)).toBe('now');
    expect(plain(formatAge(61_000))).toBe('1 min');
    expect(plain(formatAge(47 * 3_600_000))).toBe('47 h');
    expect(plain(formatAge(49 * 3_600_000))).toBe('2 d');
  });

  it('makes words of a type', () => {
    expect(formatType('tool_maker')).toBe('Tool maker');
  });
});

describe(delta.name, () => {
  it('knows good news from bad', () => {
    expect(delta(109, 100, 'relative', 'down')).toEqual({ text: '+9\u202f%', tone: 'bad' });
    expect(delta(96.4, 96.1, 'points', 'up')).toEqual({ text: '+0.3', tone: 'good' });
    expect(delta(90, 100, 'relative', 'down')).toEqual({ text: '−10\u202f%', tone: 'good' });
    expect(delta(56, 100, 'relative', 'neither')?.tone).toBe('neutral');
    expect(delta(100.4, 100, 'relative', 'down')?.tone).toBe('neutral');
    expect(delta(5, 5, 'points', 'up')).toEqual({ text: '±0', tone: 'neutral' });
  });

  it('says nothing where there is nothing to compare', () => {
    expect(delta(5, null, 'points', 'up')).toBeNull();
    expect(delta(5, 0, 'relative', 'up')).toBeNull();
  });
});

describe('language and zone', () => {
  afterEach(() => displayBy(() => ({ language: 'en', timeZone: 'UTC' })));
  const at = (text: string): number => Date.parse(text);

  it('writes numbers as the language does', () => {
    displayBy(() => ({ language: 'de', timeZone: 'UTC' }));
    expect(plain(formatDuration(4820))).toBe('4,82 s');
    expect(formatCount(48_912)).toBe('48.912');
    expect(delta(96.4, 96.1, 'points', 'up')?.text).toBe('+0,3');
    expect(formatAge(0)).toBe('jetzt');
  });

  it('writes instants on the clocks of the zone, with its offset', () => {
    displayBy(() => ({ language: 'en', timeZone: 'Asia/Tokyo' }));
    expect(formatInstant('2026-05-01T20:30:00Z')).toBe('2 May, 05:30');
    expect(formatExact('2026-05-01T20:30:00Z')).toBe('2 May 2026, 05:30:00 UTC+09:00');
  });

  it('names a bucket by its hours, a day by its date, also one of 23 or 25 hours', () => {
    displayBy(() => ({ language: 'en', timeZone: 'Europe/Berlin' }));
    expect(formatBucket(at('2026-05-01T12:00Z'), at('2026-05-01T13:00Z'))).toBe(
      '1 May, 14:00–15:00 UTC+02:00',
    );
    expect(formatBucket(at('2026-03-28T23:00Z'), at('2026-03-29T22:00Z'))).toBe(
      'Sun 29 Mar UTC+01:00',
    );
    expect(formatBucket(at('2026-10-24T22:00Z'), at('2026-10-25T23:00Z'))).toBe(
      'Sun 25 Oct UTC+02:00',
    );
    expect(formatBucket(at('2026-05-03T22:00Z'), at('2026-05-10T22:00Z'))).toBe(
      'Mon 4 May – Sun 10 May UTC+02:00',
    );
  });

  it('writes rates and money with three digits at most', () => {
    expect(plain(formatRate(37.25))).toBe('37.3 / h');
    expect(plain(formatRate(72_240))).toBe('1,204 / min');
    expect(formatMoney(0.01234)).toBe('$0.0123');
    expect(formatMoney(1234.5)).toBe('$1,235');
  });
});
