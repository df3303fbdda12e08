import { describe, expect, it } from '@jest/globals';

import { spokenDuration, spokenNumber } from './wording.js';

describe(spokenDuration.name, () => {
  it.each([
    [0, '0 ms'],
    [850.4, '850 ms'],
    [1800, '1.8 s'],
    [59_949, '59.9 s'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
  ])('says %d as %s', (ms, expected) => {
    expect(spokenDuration(ms)).toBe(expected);
  });
});

describe(spokenNumber.name, () => {
  it.each([
    [66.666, '66.7'],
    [1234.5, '1235'],
    [90, '90'],
    [0.00012345, '0.000123'],
  ])('says %d as %s', (value, expected) => {
    expect(spokenNumber(value)).toBe(expected);
  });
});
