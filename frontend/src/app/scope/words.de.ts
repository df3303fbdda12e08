import { plural } from '../i18n/language';
import type { WordsOf } from '../i18n/language';
import type { scopeEn } from './words.en';

const inDays = (count: number): string => plural('de', count, { one: '# Tag', other: '# Tage' });

export const scopeDe: WordsOf<typeof scopeEn> = {
  quick: {
    '5m': 'Letzte 5 Minuten',
    '15m': 'Letzte 15 Minuten',
    '1h': 'Letzte Stunde',
    '6h': 'Letzte 6 Stunden',
    '24h': 'Letzte 24 Stunden',
    '7d': 'Letzte 7 Tage',
    '30d': 'Letzte 30 Tage',
  },
  named: {
    'now/d': 'Heute',
    'now-1d/d': 'Gestern',
    'now/w': 'Diese Woche',
    'now-1w/w': 'Letzte Woche',
    'now/M': 'Dieser Monat',
    'now-1M/M': 'Letzter Monat',
  },
  within: {
    '5m': 'in den letzten 5 Minuten',
    '15m': 'in den letzten 15 Minuten',
    '1h': 'in der letzten Stunde',
    '6h': 'in den letzten 6 Stunden',
    '24h': 'in den letzten 24 Stunden',
    '7d': 'in den letzten 7 Tagen',
    '30d': 'in den letzten 30 Tagen',
  },
  withinOther: 'in der gewählten Zeit',
  notice: {
    project: (value) => `„${value}“ ist kein Projektname; gezeigt wird das Standardprojekt.`,
    range: (value) => `„${value}“ ist kein Zeitraum; gezeigt wird der übliche.`,
    timeZone: (value) => `„${value}“ ist keine Zeitzone; gezeigt wird die Zeit des Browsers.`,
    refresh: (value) => `„${value}“ ist kein Takt; aktualisiert wird bei Neuigkeiten.`,
    agentType: () => 'Der Agententyp der Adresse ist nicht brauchbar; gezeigt werden alle.',
    unknownProject: (value, shown) =>
      `Ein Projekt „${value}“ gibt es nicht; gezeigt wird ${shown}.`,
  },
  range: 'Zeitraum',
  earlier: 'Früher',
  later: 'Später',
  zoomOut: 'Herauszoomen',
  previous: 'Zurück zum vorigen Zeitraum',
  quickRanges: 'Schnellauswahl',
  custom: 'Eigener Zeitraum',
  from: 'Von',
  to: 'Bis',
  hint: 'Datum und Zeit oder ein Ausdruck: now-6h, now-1d/d, now/w. Einheiten: s m h d w M y.',
  keepsSingles: (days, since) =>
    `Einzelne Aufgaben werden ${inDays(days)} aufbewahrt: ab dem ${since}. Kennzahlen reichen weiter zurück.`,
  keepsFigures: ({ rawDays, hourDays, dayDays }) =>
    `Aufbewahrt werden einzelne Aufgaben ${inDays(rawDays)}, Kennzahlen je Stunde ` +
    `${inDays(hourDays)}, je Tag ${inDays(dayDays)}, je Woche und Monat auf Dauer.`,
  notKept: (since) =>
    `Einzelne Aufgaben gibt es ab dem ${since}: dort oder später muss der Zeitraum beginnen.`,
  pickFrom: 'Anfang mit Datum und Zeit wählen',
  pickTo: 'Ende mit Datum und Zeit wählen',
  apply: 'Anwenden',
  close: 'Schließen',
  zone: 'Zeitzone',
  browserTime: (zone) => `Zeit des Browsers (${zone})`,
  utc: 'UTC',
  otherZone: 'Andere Zone…',
  zoneName: 'Name der Zone, etwa Europe/Berlin',
  badZone: 'Eine Zone dieses Namens ist nicht bekannt.',
  fault: {
    'bad-from': 'Keine Zeitangabe: Datum und Zeit oder ein Ausdruck wie now-6h.',
    'bad-to': 'Keine Zeitangabe: Datum und Zeit oder ein Ausdruck wie now.',
    reversed: 'Das Ende muss nach dem Anfang liegen.',
    future: 'Der Zeitraum liegt in der Zukunft.',
    'too-long': 'Der Zeitraum ist zu lang: höchstens fünf Jahre.',
    'too-short': 'Der Zeitraum ist zu kurz: mindestens eine Sekunde.',
  },
  refresh: {
    label: 'Aktualisieren',
    now: 'Jetzt aktualisieren',
    rates: {
      live: 'Bei Neuigkeiten',
      '5s': 'Alle 5 s',
      '10s': 'Alle 10 s',
      '30s': 'Alle 30 s',
      '1m': 'Jede Minute',
      '5m': 'Alle 5 Minuten',
      off: 'Nie',
    },
    updated: (age) => `vor ${age} aktualisiert`,
    updatedNow: 'gerade aktualisiert',
    notYet: 'noch nicht gelesen',
  },
  per: {
    minute: 'je Minute',
    hour: 'je Stunde',
    day: 'je Tag',
    week: 'je Woche',
    month: 'je Monat',
  },
};
