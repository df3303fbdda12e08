import { describe, expect, it } from '@jest/globals';
import { LIMITS, PERIODS, WINDOWS, WINDOW_MS } from '@app/contracts';
import { DomainError } from '@app/platform';
import fc from 'fast-check';

import { bucketedSpan, isSpan, previousSpan, spanOf } from './time-range.js';
import type { BucketParameters } from './time-range.js';

const NOW = Date.parse('2026-11-22T10:00:00.123Z');
const LONGEST_MS = 5 * 366 * 24 * 3_600_000;

const instant = fc.oneof(
  fc
    .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc
    .date({ min: new Date('2021-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc
    .tuple(fc.nat(9999), fc.nat(19), fc.nat(39), fc.nat(29), fc.nat(69), fc.nat(99))
    .map(([year, month, day, hour, minute, zone]) => {
      const two = (value: number): string => String(value).padStart(2, '0');
      const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
      return `${date}T${two(hour)}:${two(minute)}+${two(zone)}:00`;
    }),
);
const range = fc.record(
  { window: fc.constantFrom(...WINDOWS), from: instant, to: instant },
  { requiredKeys: [] },
);

/** What is made of it, or null when it is refused as a bad request. */
function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof DomainError && error.status === 400) return null;
    throw error;
  }
}

describe(spanOf.name, () => {
  it('gives a span that is not empty and not too long, or refuses', () => {
    fc.assert(
      fc.property(range, (parameters) => {
        const span = attempt(() => spanOf(parameters, NOW, '24h'));
        if (!span) return;
        const { fromMs, toMs } = span;
        expect(fromMs).toBeGreaterThanOrEqual(0);
        expect(toMs - fromMs).toBeGreaterThan(0);
        expect(toMs - fromMs).toBeLessThanOrEqual(LONGEST_MS);
        expect(previousSpan(span)).toEqual({ fromMs: 2 * fromMs - toMs, toMs: fromMs });
        if (toMs < 253_402_300_800_000) expect(isSpan(fromMs, toMs)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes every window, and every instant of our time with an end after it', () => {
    for (const window of WINDOWS) {
      const { fromMs, toMs } = spanOf({ window }, NOW, '24h');
      expect([toMs - fromMs, toMs]).toEqual([WINDOW_MS[window], NOW + 1]);
    }
    const ms = fc.integer({ min: Date.parse('2024-01-01'), max: NOW });
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        fc.pre(a !== b);
        const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b)];
        const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
        expect(spanOf({ from, to }, NOW, '24h')).toEqual({ fromMs, toMs });
      }),
    );
  });
});

describe(isSpan.name, () => {
  it('takes nothing that is no span', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (from, to) => {
        if (!isSpan(from, to)) return;
        expect(Number(to)).toBeGreaterThan(Number(from));
        expect([from, to].map(Number.isSafeInteger)).toEqual([true, true]);
      }),
      { numRuns: 1000 },
    );
    expect([isSpan(0, 1), isSpan(1, 0), isSpan(0, LONGEST_MS + 1)]).toEqual([true, false, false]);
  });
});

describe(bucketedSpan.name, () => {
  const parameters: fc.Arbitrary<BucketParameters> = fc.record(
    {
      window: fc.constantFrom(...WINDOWS),
      from: instant,
      to: instant,
      period: fc.constantFrom(...PERIODS),
      lookback: fc.integer({ min: 1, max: LIMITS.trendPoints }),
      tz: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia', 'Asia/Kathmandu'),
    },
    { requiredKeys: [] },
  );

  it('gives rising bounds, no more than a chart can show, or refuses', () => {
    fc.assert(
      fc.property(parameters, (asked) => {
        const span = attempt(() => bucketedSpan(asked, NOW));
        if (!span) return;
        const { bounds } = span;
        expect(bounds.length).toBeGreaterThanOrEqual(2);
        // A clock that is changed adds a bucket here and there.
        expect(bounds.length).toBeLessThanOrEqual(LIMITS.trendPoints + 20);
        expect(bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? 0))).toBe(true);
        expect([span.fromMs, span.toMs]).toEqual([bounds[0], bounds.at(-1)]);
        if (asked.lookback !== undefined) expect(bounds).toHaveLength(asked.lookback + 1);
      }),
      { numRuns: 60 },
    );
  });
});
