import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { parseInstant } from './instant.js';

describe('parseInstant', () => {
  it('agrees with the platform on every instant that it writes', () => {
    const years = { min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime());
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with the platform on the first of March and the last of February of every year', () => {
    for (let year = 0; year <= 9999; year += 1) {
      for (const day of ['02-28', '03-01', '01-01', '12-28']) {
        const text = `${String(year).padStart(4, '0')}-${day}T12:34:56.789Z`;
        expect(parseInstant(text)).toBe(Date.parse(text));
      }
    }
  });

  it.each([
    ['2026-01-31T08:00:00.000Z', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31T08:00Z', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31T08:00:00.123456Z', '2026-01-31T08:00:00.123Z'],
    ['2026-01-31T08:00:00.000+05:30', '2026-01-31T02:30:00.000Z'],
    ['2026-12-31T08:00:00.000Z', '2026-12-31T08:00:00.000Z'],
    ['2024-02-29T08:00:00.000Z', '2024-02-29T08:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseInstant(text)).toISOString()).toBe(expected);
  });

  it.each([
    'tomorrow',
    'infinity',
    '',
    '2026-01-31',
    '2026-01-31T08:00:00',
    '2026-13-01T08:00:00.000Z',
    '2026-00-01T08:00:00.000Z',
    '2026-01-00T08:00:00.000Z',
    '2026-01-01T24:30:00.000Z',
    '2026-01-01T08:60:00.000Z',
    '2026-01-01T08:00:61.000Z',
    '2026-01-01T08:00:0x.000Z',
    '+275760-09-13T00:00:00Z',
    '20260-1-01T08:00:00.000Z',
    '2026-02-30T08:00:00.000Z',
    '2026-02-29T08:00:00.000Z',
    '2026-11-31T08:00:00.000Z',
    '2026-11-31T08:00:00+02:00',
    '2026-01-01 08:00:00.000Z',
  ])('refuses %p', (text) => {
    expect(parseInstant(text)).toBeNaN();
  });
});
