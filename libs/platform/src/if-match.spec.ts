import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { parseIfMatch } from './if-match.js';

describe(parseIfMatch.name, () => {
  it.each([
    ['no header', undefined, null],
    ['any version', '*', 'any'],
    ['one version', '"3"', [3]],
    ['several', '"3", "4"', [3, 4]],
    ['a weak tag, which never matches', 'W/"3"', []],
    ['a foreign tag, which never matches', '"abc"', []],
  ])('reads %s', (_, header, expected) => {
    expect(parseIfMatch(header)).toEqual(expected);
  });

  it.each(['3', '', '"3', '"3" "4"', '"3",'])('refuses %j', (header) => {
    expect(() => parseIfMatch(header)).toThrow('If-Match');
  });
});

describe('whatever stands in the header', () => {
  const tag = fc.tuple(fc.constantFrom('', 'W/'), fc.stringMatching(/^[^"]{0,6}$/));

  it('is a list of versions that were quoted in it, or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        try {
          const read = parseIfMatch(text);
          if (Array.isArray(read)) for (const one of read) expect(text).toMatch(`${one}`);
          else expect(text.trim()).toBe('*');
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('holds the strong tags that are versions, and no others', () => {
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1, maxLength: 6 }), (tags) => {
        const header = tags.map(([weak, text]) => `${weak}"${text}"`).join(' , ');
        const versions = tags
          .filter(([weak, text]) => weak === '' && /^\d{1,9}$/.test(text))
          .map(([, text]) => Number(text));
        expect(parseIfMatch(header)).toEqual(versions);
      }),
      { numRuns: 1000 },
    );
  });
});
