import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isEpochMs, openCursor, sealCursor } from './cursor.js';
import { DomainError } from './domain-error.js';

const anything = (value: unknown): value is unknown => value !== undefined;
const isNumber = (value: unknown): value is number => typeof value === 'number';

function isRefused(open: () => unknown): boolean {
  try {
    open();
    return false;
  } catch (error) {
    if (error instanceof DomainError) return error.status === 400;
    throw error;
  }
}

describe('cursors', () => {
  const list = fc.jsonValue();
  const place = fc.jsonValue();

  it('bring back the place that was sealed, as JSON keeps it', () => {
    fc.assert(
      fc.property(list, place, (of, at) => {
        const kept: unknown = JSON.parse(JSON.stringify(at));
        expect(openCursor(of, sealCursor(of, at), anything)).toEqual(kept);
      }),
      { numRuns: 500 },
    );
  });

  it('are refused by another list', () => {
    fc.assert(
      fc.property(list, list, place, (of, other, at) => {
        fc.pre(JSON.stringify(of) !== JSON.stringify(other));
        expect(isRefused(() => openCursor(other, sealCursor(of, at), anything))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('are refused once a single character of them is another, missing or too many', () => {
    const letter = fc.constantFrom(...'ABYZabyz0189-_=+/ \u0000é');
    fc.assert(
      fc.property(list, place, fc.nat(), letter, fc.nat(2), (of, at, where, char, how) => {
        const cursor = sealCursor(of, at);
        const begin = where % cursor.length;
        const spoilt =
          cursor.slice(0, begin) +
          (how === 2 ? '' : char) +
          cursor.slice(begin + (how === 1 ? 0 : 1));
        fc.pre(spoilt !== cursor);
        expect(isRefused(() => openCursor(of, spoilt, anything))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused whatever text they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(isRefused(() => openCursor(['list'], text, anything))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused, though sealed rightly, when the place is none of the list', () => {
    fc.assert(
      fc.property(place, (at) => {
        fc.pre(typeof at !== 'number');
        expect(isRefused(() => openCursor(['list'], sealCursor(['list'], at), isNumber))).toBe(
          true,
        );
      }),
    );
  });
});

describe(isEpochMs.name, () => {
  it('takes what a date of four digits can hold, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.anything()), (ms) => {
        if (!isEpochMs(ms)) return;
        expect(new Date(ms).toISOString()).toMatch(/^\d{4}-/);
      }),
    );
    expect([0, 253_402_300_799_999].map(isEpochMs)).toEqual([true, true]);
    expect([-1, 253_402_300_800_000, 0.5, NaN, null, '1'].map(isEpochMs)).not.toContain(true);
  });
});
