import type { WordsOf } from '../i18n/language';
import type { compareEn } from './words.en';

export const compareDe: WordsOf<typeof compareEn> = {
  title: 'Vergleich',
  agents: 'Agenten',
  chosen: (count, most) => `${count} von höchstens ${most} gewählt`,
  find: 'Agent suchen',
  noneOfName: 'Kein Agent heißt so.',
  none: 'In diesem Projekt hat sich noch kein Agent gemeldet',
  noneHint: 'Zwei Agenten, die Aufgaben melden, lassen sich vergleichen.',
  howTo: 'So wird die erste gesendet',
  few: 'Wählen Sie mindestens zwei Agenten, um sie zu vergleichen',
  level: 'Komplexität',
  allLevels: 'Alle Stufen',
  oneLevel: (level) => `Stufe ${level}`,
};
