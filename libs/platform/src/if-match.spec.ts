import { describe, expect, it } from '@jest/globals';

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
