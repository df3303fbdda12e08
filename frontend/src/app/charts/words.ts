import { display } from '../format/display';
import { chartsDe } from './words.de';
import { chartsEn } from './words.en';
import type { ChartWords } from './words.en';

/** The words of charts in the language that figures are written in. */
export function chartWords(): ChartWords {
  return display().language === 'de' ? chartsDe : chartsEn;
}
