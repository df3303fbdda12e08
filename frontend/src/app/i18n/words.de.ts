import type { WordsOf } from './language';
import type { agesEn } from './words.en';

export const agesDe: WordsOf<typeof agesEn> = {
  ago: (age) => (age === 'jetzt' ? 'gerade eben' : `vor ${age}`),
};
