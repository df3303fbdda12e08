import type { Alert, AlertType } from '@app/contracts';
import { display } from '../format/display';
import { formatAlertValue, subjectWords } from './alert-words';
import { alertWords } from './words';

interface Told {
  who: string;
  /** Worst value and limit, with their unit. */
  value: string;
  limit: string;
  /** Task type and complexity; empty where the alert is about all. */
  what: string;
  unit: Alert['unit'];
}

const DE: Readonly<Record<AlertType, (told: Told) => string>> = {
  slow_execution: ({ who, value, limit, what }) =>
    `${who} brauchte ${value}${forWhat(what)} (Grenze ${limit})`,
  high_failure_rate: ({ who, value, limit }) =>
    `${who} hatte nur bei ${value} der Ausführungen Erfolg (Grenze ${limit})`,
  resource_overuse: ({ who, value, limit, what, unit }) =>
    `${who} verbrauchte ${value} ${unit === '%' ? 'CPU' : 'Speicher'}${forWhat(what)} (Grenze ${limit})`,
  degraded_performance: ({ who, value, limit }) =>
    `${who} brauchte zuletzt im Mittel ${value} der erwarteten Zeit (Grenze ${limit})`,
  threshold: ({ who, value, limit }) => `${who}: ${value} (Grenze ${limit})`,
  stuck_execution: ({ who, value, limit, what }) =>
    `${who} hängt seit ${value}${what && ` bei ${what}`} (Grenze ${limit})`,
  no_data: ({ who, value, limit }) => `${who} meldet seit ${value} nichts (Grenze ${limit})`,
};

function forWhat(what: string): string {
  return what && ` für ${what}`;
}

/**
 * What an alert says, as a sentence. The tracker writes it in English; in another language it is
 * made of the figures of the alert.
 */
export function alertMessage(alert: Alert): string {
  if (display().language === 'en') return alert.message;
  const { taskType, complexity, unit } = alert;
  const { level } = alertWords().detail;
  const what = [taskType, complexity === null ? null : level(complexity)].filter(Boolean);
  return DE[alert.type]({
    who: subjectWords(alert),
    value: formatAlertValue(alert.actualValue, unit),
    limit: formatAlertValue(alert.thresholdValue, unit),
    what: what.join(', '),
    unit,
  });
}
