import type { WordsOf } from '../i18n/language';
import { plural } from '../i18n/language';
import type { uiEn } from './words.en';

export const uiDe: WordsOf<typeof uiEn> = {
  loading: 'Wird geladen',
  request: 'Anfrage',
  retry: 'Erneut versuchen',
  close: 'Schließen',
  cancel: 'Abbrechen',
  optional: 'freiwillig',
  dismiss: 'Verwerfen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  nothingFits: 'Nichts passt.',
  unseen: (count) =>
    plural('de', count, {
      one: '# weiterer: tippen, um einzugrenzen',
      other: '# weitere: tippen, um einzugrenzen',
    }),
  found: (count) => plural('de', count, { other: '# gefunden' }),
  outcome: {
    success: 'Erfolgreich',
    failure: 'Fehlgeschlagen',
    timeout: 'Zeit abgelaufen',
    cancelled: 'Abgebrochen',
    abandoned: 'Verwaist',
    running: 'Läuft',
  },
  severity: { critical: 'Kritisch', warning: 'Warnung', info: 'Hinweis' },
  toasts: {
    list: 'Hinweise',
    title: 'Meldungen',
    none: 'Seit dem Öffnen dieser Seite gab es keine Meldung.',
    mute: 'Neue Alarme nur hier zeigen',
    clear: 'Leeren',
    times: (count) => `${count} ×`,
    newAlerts: (count) => plural('de', count, { one: '# neuer Alarm', other: '# neue Alarme' }),
    ofThem: (critical) => plural('de', critical, { one: '# kritischer', other: '# kritische' }),
    show: 'Zeigen',
    undo: 'Rückgängig',
  },
};
