import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { matches } from './notice-filter.js';

describe(matches.name, () => {
  it('agrees with a regular expression', () => {
    const letters = (alphabet: string) =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 9 });
    fc.assert(
      fc.property(letters('ab*'), letters('ab'), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(matches(pattern, text)).toBe(expression.test(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes everything but the star as itself', () => {
    expect(matches('a.c', 'abc')).toBe(false);
    expect(matches('a.[c]*', 'a.[c]d')).toBe(true);
  });

  it('takes no longer for patterns that are made to', () => {
    const beganMs = performance.now();
    expect(matches(`${'*a'.repeat(99)}b`, 'a'.repeat(200))).toBe(false);
    expect(performance.now() - beganMs).toBeLessThan(1000);
  });
});
