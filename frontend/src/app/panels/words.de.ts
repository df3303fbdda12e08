import type { WordsOf } from '../i18n/language';
import type { panelsEn } from './words.en';

export const panelsDe: WordsOf<typeof panelsEn> = {
  empty: {
    noTasks: (time) => `Keine Aufgaben ${time}`,
    oneTypeShown: 'Nur Agenten eines Typs werden gezeigt.',
    showAllTypes: 'Alle Typen zeigen',
    earlierTasks: 'Frühere liegen vielleicht außerhalb der gewählten Zeit.',
    widen: 'Zeitraum erweitern',
  },
};
