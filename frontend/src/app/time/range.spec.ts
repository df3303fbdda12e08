import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, QUICK_RANGES, asWindow, periodFor, quickRange } from './range';
import { shifted, spanOf, zoomedOut } from './range';
import type { Span } from './range';

const now = Date.parse('2026-05-13T14:35:20Z');

describe(spanOf.name, () => {
  it.each(QUICK_RANGES)('knows the quick range %s', (name) => {
    const span = spanOf(quickRange(name), now, 'Europe/Berlin') as Span;
    expect(span.toMs).toBe(now);
    expect(span.fromMs).toBeLessThan(now);
  });

  it.each([
    ['now', 'now-1h', 'reversed'],
    ['now-1h', 'now-1h', 'reversed'],
    ['now+1h', 'now+2h', 'future'],
    ['2020-01-01', 'now', 'too-long'],
    ['soon', 'now', 'bad-from'],
    ['now-1h', 'later', 'bad-to'],
  ])('refuses %s to %s as %s', (from, to, fault) => {
    expect(spanOf({ from, to }, now, 'UTC')).toBe(fault);
  });

  it('lets today reach to its end', () => {
    const span = spanOf({ from: 'now/d', to: 'now/d' }, now, 'Europe/Berlin') as Span;
    expect(span.toMs - span.fromMs).toBe(DAY_MS);
  });
});

describe(asWindow.name, () => {
  it('is what the tracker has by name', () => {
    expect(asWindow(quickRange('6h'))).toBe('6h');
    expect(asWindow(quickRange('5m'))).toBeUndefined();
    expect(asWindow({ from: 'now-6h', to: 'now-1h' })).toBeUndefined();
  });
});

describe('moving a range', () => {
  const span = { fromMs: now - 3 * HOUR_MS, toMs: now - HOUR_MS };

  it('zooms out to twice the length around the same middle', () => {
    expect(zoomedOut(span, now)).toEqual({ fromMs: now - 4 * HOUR_MS, toMs: now });
  });

  it('does not zoom or shift into the future, and keeps the length', () => {
    const recent = { fromMs: now - HOUR_MS, toMs: now };
    expect(zoomedOut(recent, now)).toEqual({ fromMs: now - 2 * HOUR_MS, toMs: now });
    expect(shifted(recent, 1, now)).toEqual(recent);
  });

  it('shifts by half its length', () => {
    expect(shifted(span, -1, now)).toEqual({ fromMs: now - 4 * HOUR_MS, toMs: now - 2 * HOUR_MS });
    expect(shifted(span, 1, now)).toEqual({ fromMs: now - 2 * HOUR_MS, toMs: now });
  });
});

describe(periodFor.name, () => {
  const days = (count: number): Span => ({ fromMs: now - count * DAY_MS, toMs: now });

  it.each([
    [1 / 24, 1200, 'minute'],
    [0.25, 1200, 'minute'],
    [0.25, 340, 'minute'],
    [1, 1200, 'hour'],
    [7, 1200, 'hour'],
    [30, 1200, 'day'],
    [30, 1800, 'hour'],
    [365, 1200, 'day'],
    [5 * 365, 300, 'month'],
  ])('of %d days on %d pixels is a %s', (count, width, period) => {
    expect(periodFor(days(count), width)).toBe(period);
  });

  it('never asks for more than the tracker gives', () => {
    const widths = { minute: 1 / 1440, hour: 1 / 24, day: 1, week: 7, month: 28 };
    for (let count = 0.001; count < 1830; count *= 1.07) {
      for (const px of [200, 600, 1200, 3840]) {
        expect(count / widths[periodFor(days(count), px)]).toBeLessThanOrEqual(1000);
      }
    }
  });
});
