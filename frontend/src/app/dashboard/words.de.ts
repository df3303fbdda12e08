import { plural } from '../i18n/language';
import type { WordsOf } from '../i18n/language';
import type { overviewEn } from './words.en';

export const overviewDe: WordsOf<typeof overviewEn> = {
  title: 'Überblick',
  openAlerts: 'Offene Alarme',
  viewAll: 'Alle ansehen',
  alertList: 'Liste der offenen Alarme',
  calm: 'Alles ruhig',
  calmWhy: 'Kein Agent verfehlt seinen Richtwert.',
  ofType: (type) => `erfolgreiche Aufgaben, ${type}`,
  ofAll: 'erfolgreiche Aufgaben, alle Agenten',
  agents: 'Agenten',
  byReliability: (count, isCut) =>
    isCut ? `die besten ${count} · alle unter Agenten` : `${count} · nach Zuverlässigkeit`,
  showAs: 'Agenten zeigen als',
  cards: 'Karten',
  table: 'Tabelle',
  noneOfType: 'Kein Agent dieses Typs lief in der gewählten Zeit.',
  more: (next, of) => `${next} weitere von ${of} zeigen`,
  agentList: 'Liste der Agenten',
  agent: 'Agent',
  reliability: 'Zuverlässigkeit',
  asBar: 'Zuverlässigkeit als Balken',
  success: 'Erfolg',
  tasks: 'Aufgaben',
  running: 'Laufend',
  course: 'p95-Verlauf',
  lowSample: 'wenige Daten',
  noTasks: 'keine Aufgaben',
  runningCount: (count) => `${count} laufend`,
  alertCount: (count) => plural('de', count, { one: 'Alarm', other: 'Alarme' }),
  reliabilityUnit: 'Zuverlässigkeit',
  courseHint: 'p95-Dauer über die gewählte Zeit',
  start: {
    heading: 'Noch hat kein Agent berichtet',
    send: 'Schicken Sie die erste Ausführung an das Projekt',
    then: ', und diese Seite wird zu seinem Dashboard.',
    shell: 'Von der Kommandozeile',
    code: 'Aus Ihrem Programm',
    waiting: 'Warten auf die erste Ausführung',
  },
};
