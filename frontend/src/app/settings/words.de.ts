import type { WordsOf } from '../i18n/language';
import type { settingsEn } from './words.en';

export const settingsDe: WordsOf<typeof settingsEn> = {
  title: 'Einstellungen',
  appearance: {
    title: 'Darstellung',
    caption: 'gilt in diesem Browser',
    theme: 'Farbschema',
    themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
    density: 'Dichte',
    densityWhy: 'Wie viel auf einen Bildschirm passt',
    densities: { compact: 'Kompakt', comfortable: 'Großzügig' },
    language: 'Sprache',
    patterns: 'Muster in Diagrammen',
    patternsWhy: 'Unterscheidet Reihen ohne Farben',
    shortcuts: 'Einzelne Tasten als Kürzel',
    shortcutsWhy: 'Mit ? werden sie gezeigt',
    muted: 'Neue Alarme stumm',
    mutedWhy: 'Sie stehen unter Meldungen und erscheinen nicht am Rand der Seite',
  },
};
