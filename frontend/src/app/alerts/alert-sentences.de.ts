import type { Alert, AlertType } from '@app/contracts';

/** What an alert tells, figures and names ready to be read. */
export interface Told {
  who: string;
  /** Worst value and limit, with their unit. */
  value: string;
  limit: string;
  /** Task type and complexity; empty where the alert is about all. */
  what: string;
  unit: Alert['unit'];
}

/** The sentences of alerts, which the tracker itself writes in English. */
export const alertSentencesDe: Readonly<Record<AlertType, (told: Told) => string>> = {
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
