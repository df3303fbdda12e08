import type { WordsOf } from '../i18n/language';
import type { reportEn } from './words.en';

export const reportDe: WordsOf<typeof reportEn> = {
  export: 'Bericht exportieren',
  making: 'Der Bericht entsteht …',
  made: 'Bericht gespeichert',
  failed: 'Der Bericht konnte nicht erstellt werden',
  project: 'Projekt',
  range: 'Zeitraum',
  filter: 'Nur',
  zone: 'Zeitzone',
  madeAt: 'Erstellt am',
  source: 'Quelle',
  figures: 'Kennzahlen',
  firstRows: (shown: number) => `Die ersten ${shown} Zeilen.`,
  print: 'Drucken ergibt ein PDF.',
  product: 'Agent Performance',
};
