import { describe, expect, it } from '@jest/globals';
import { displayBy } from '../format/display';
import { formatAge } from '../format/format';
import { agesDe } from './words.de';
import { agesEn } from './words.en';

describe('how long ago', () => {
  it.each([
    ['en', agesEn, ['just now', '1 min ago']],
    ['de', agesDe, ['gerade eben', 'vor 1 min']],
  ] as const)('is said in %s, also of what is just over', (language, { ago }, said) => {
    displayBy(() => ({ language, timeZone: 'UTC' }));
    const ages = [500, 90_000].map((ms) => ago(formatAge(ms)).replaceAll('\u202f', ' '));
    expect(ages).toEqual(said);
  });
});
