import type { Alert, AlertType, Severity } from '@app/contracts';
import { ALERT_TYPES, SEVERITIES } from '@app/contracts';
import { alertMessage } from './alert-message';
import { subjectWords } from './alert-words';
import { alertWords } from './words';

export const INBOX_STATES = ['open', 'firing', 'acknowledged', 'pending'] as const;
export type InboxState = (typeof INBOX_STATES)[number];

/** What of the alerts is shown, as the address has it. */
export interface InboxFilter {
  state: InboxState;
  severity: Severity | null;
  kind: AlertType | null;
  text: string;
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined): T | null {
  return known.find((one) => one === text) ?? null;
}

/** Reads the address; what cannot be used counts as not given. */
export function parseInboxFilter(given: {
  state?: string | undefined;
  severity?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
}): InboxFilter {
  return {
    state: oneOf(INBOX_STATES, given.state) ?? 'open',
    severity: oneOf(SEVERITIES, given.severity),
    kind: oneOf(ALERT_TYPES, given.kind),
    text: (given.q ?? '').slice(0, 200),
  };
}

/** Whether every word of the text stands somewhere in what the row shows. */
export function matchesText(alert: Alert, text: string): boolean {
  const { agentId, agentType, taskType, acknowledgedBy } = alert;
  const shown = [
    subjectWords(alert),
    alertWords().types[alert.type],
    alertMessage(alert),
    agentId,
    agentType,
    taskType,
    acknowledgedBy,
  ];
  const heap = shown.join(' ').toLowerCase();
  const words = text.toLowerCase().split(/\s+/);
  return words.every((word) => heap.includes(word));
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Worst first, then the newest: an order in which news of a known alert moves no row. */
export function inboxOrder(alerts: readonly Alert[]): Alert[] {
  return alerts.toSorted(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      b.firedAt.localeCompare(a.firedAt) ||
      a.id.localeCompare(b.id),
  );
}

/** The list on screen: rows stay where they are while somebody works on them. */
export interface SteadyList {
  /** The question that it answers. */
  key: string;
  rows: Alert[];
  /** New ones that wait. */
  held: number;
}

/**
 * The next list to show.
 * @param hold whether new rows wait, and known ones keep their place
 */
export function steadyList(
  before: SteadyList | undefined,
  key: string,
  alerts: readonly Alert[],
  hold: boolean,
): SteadyList {
  if (!hold || before === undefined || before.key !== key) {
    return { key, rows: inboxOrder(alerts), held: 0 };
  }
  const now = new Map(alerts.map((alert) => [alert.id, alert]));
  const known = new Set(before.rows.map(({ id }) => id));
  const rows = before.rows.flatMap(({ id }) => now.get(id) ?? []);
  return { key, rows, held: alerts.filter(({ id }) => !known.has(id)).length };
}
