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
  view: {
    radar: 'Vergleich',
    band: 'Ausführungszeit',
    box: 'Streuung der Dauer',
    by: { agent: 'je Agent', type: 'je Typ', complexity: 'je Komplexität' },
    onlyType: (type) => `nur ${type}`,
    onlyLevel: (level) => `nur Stufe ${level}`,
    lastWeek: 'letzte 7 Tage',
    against: 'gegenüber der gleich langen Zeit davor',
    lowSample: (n) => `wenige Daten, n = ${n}`,
  },
};
