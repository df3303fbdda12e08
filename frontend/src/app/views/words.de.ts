import type { WordsOf } from '../i18n/language';
import type { viewsEn } from './words.en';

export const viewsDe: WordsOf<typeof viewsEn> = {
  views: 'Ansichten',
  current: (name: string) => `Ansicht: ${name}`,
  changed: 'Die Seite weicht von dieser Ansicht ab',
  none: 'Noch keine gespeichert. Eine Ansicht hält Filter, Ordnung und Zeitraum unter einem Namen fest.',
  mine: 'Meine',
  shared: 'Geteilte',
  by: (name: string) => `von ${name}`,
  isDefault: 'Standard',
  save: 'Als neue Ansicht speichern …',
  update: (name: string) => `„${name}“ aktualisieren`,
  edit: (name: string) => `„${name}“ ändern`,
  copy: (name: string) => `Link zu „${name}“ kopieren`,
  copied: 'Link kopiert',
  delete: (name: string) => `„${name}“ löschen`,
  heading: 'Ansicht speichern',
  editHeading: 'Ansicht ändern',
  name: 'Name',
  share: 'Mit allen im Projekt teilen',
  shareWhy:
    'Ansichten teilen Bearbeiter und Administratoren; den Link zu einer darf jeder weitergeben.',
  makeDefault: 'Diese Seite so öffnen, wenn die Adresse nichts anderes sagt',
  cancel: 'Abbrechen',
  ok: 'Speichern',
  saved: 'Ansicht gespeichert',
  deleted: (name: string) => `„${name}“ wurde gelöscht`,
  undo: 'Rückgängig',
  failed: 'Nicht gespeichert',
};
