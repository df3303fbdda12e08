import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isUuid } from './uuid.js';

const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

describe('isUuid', () => {
  it('takes what a UUID looks like', () => {
    fc.assert(fc.property(fc.uuid(), (id) => isUuid(id) && isUuid(id.toUpperCase())));
  });

  it('agrees with the pattern when one character is another', () => {
    const changed = fc.tuple(
      fc.uuid(),
      fc.nat(35),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    );
    fc.assert(
      fc.property(changed, ([id, at, other]) => {
        const text = id.slice(0, at) + other + id.slice(at + 1);
        expect(isUuid(text)).toBe(PATTERN.test(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '',
    '0',
    '0190f3e0-0000-7000-8000-00000000000',
    '0190f3e000007000800000000000000100000',
  ])('refuses %p', (text) => {
    expect(isUuid(text)).toBe(false);
  });
});
