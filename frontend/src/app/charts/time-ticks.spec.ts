import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { displayBy } from '../format/display';
import { timeTicks } from './time-ticks';

const at = (text: string): number => Date.parse(text);

describe(timeTicks.name, () => {
  const ticks = (from: string, to: string, zone: string, most = 8) => {
    displayBy(() => ({ language: 'en', timeZone: zone }));
    return timeTicks({ fromMs: at(from), toMs: at(to) }, zone, most);
  };
  const labels = (...of: Parameters<typeof ticks>): string =>
    ticks(...of)
      .map(({ label }) => label)
      .join(' ');
  beforeEach(() => displayBy(() => ({ language: 'en', timeZone: 'UTC' })));
  afterEach(() => displayBy(() => ({ language: 'en', timeZone: 'UTC' })));

  it.each([
    [
      '2026-05-01T10:02Z',
      '2026-05-01T10:17Z',
      'UTC',
      '10:02 10:04 10:06 10:08 10:10 10:12 10:14 10:16',
    ],
    ['2026-05-01T10:02Z', '2026-05-01T16:02Z', 'UTC', '11:00 12:00 13:00 14:00 15:00 16:00'],
    [
      '2026-05-01T10:00Z',
      '2026-05-02T10:00Z',
      'Europe/Berlin',
      '12:00 15:00 18:00 21:00 2 May 03:00 06:00 09:00 12:00',
    ],
    [
      '2026-05-01T10:00Z',
      '2026-05-01T16:00Z',
      'Asia/Kolkata',
      '16:00 17:00 18:00 19:00 20:00 21:00',
    ],
    [
      '2026-05-01T00:00Z',
      '2026-05-08T00:00Z',
      'UTC',
      '1 May 2 May 3 May 4 May 5 May 6 May 7 May 8 May',
    ],
    ['2026-04-20T00:00Z', '2026-05-20T00:00Z', 'UTC', '20 Apr 27 Apr 4 May 11 May 18 May'],
    ['2025-05-01T00:00Z', '2026-05-01T00:00Z', 'UTC', 'Jul 2025 Oct 2025 Jan 2026 Apr 2026'],
  ])('of %s to %s in %s', (from, to, zone, expected) => {
    expect(labels(from, to, zone)).toBe(expected);
  });

  it('stay on the hours of the clock where it jumps', () => {
    expect(labels('2026-03-28T23:00Z', '2026-03-29T22:00Z', 'Europe/Berlin', 9)).toBe(
      '29 Mar 03:00 06:00 09:00 12:00 15:00 18:00 21:00 30 Mar',
    );
    expect(labels('2026-10-24T22:00Z', '2026-10-25T23:00Z', 'Europe/Berlin', 9)).toBe(
      '25 Oct 03:00 06:00 09:00 12:00 15:00 18:00 21:00 26 Oct',
    );
  });

  it('ascend, lie within, and are few, whatever the span', () => {
    for (let length = 60_000; length < 1.5e11; length *= 1.3) {
      for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns']) {
        const fromMs = at('2026-03-20T03:17:11Z');
        const found = timeTicks({ fromMs, toMs: fromMs + length }, zone).map(({ atMs }) => atMs);
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        expect(found.every((ms) => ms >= fromMs && ms <= fromMs + length)).toBe(true);
        expect(found.length).toBeLessThanOrEqual(11);
      }
    }
  });
});
