import type { WordsOf } from '../i18n/language';
import { display } from '../format/display';
import { rulesDe } from './rule-words.de';
import { rulesEn } from './rule-words.en';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

/** The words about alerts in the language that figures are written in. */
export function alertWords(): WordsOf<typeof alertsEn> {
  return display().language === 'de' ? alertsDe : alertsEn;
}

/** The words about rules in the language that figures are written in. */
export function ruleWords(): WordsOf<typeof rulesEn> {
  return display().language === 'de' ? rulesDe : rulesEn;
}
