import type { AlertState, NoticeTransition, Severity } from '@app/contracts';

import { worse } from './evaluate.js';

/** What decides whether people are told. Instants are epoch ms. */
export interface Notifiable {
  state: AlertState;
  severity: Severity;
  /** The rule is muted, or the alert silenced, snoozed or flapping. */
  held: boolean;
  /** When people were last told; null: never. */
  notifiedAtMs: number | null;
  notifiedSeverity: Severity | null;
  renotifyMs: number | null;
}

/**
 * What people are to be told of an alert now, if anything. What was held back is told when nothing
 * holds it any more; an end is told to whom the beginning was told, always.
 */
export function dueNotice(alert: Notifiable, nowMs: number): NoticeTransition | null {
  const { state, severity, held, notifiedAtMs, notifiedSeverity, renotifyMs } = alert;
  if (state === 'pending') return null;
  if (state === 'resolved') return notifiedAtMs === null ? null : 'resolved';
  if (held) return null;
  if (notifiedAtMs === null) return 'fired';
  if (notifiedSeverity !== null && worse(severity, notifiedSeverity) !== notifiedSeverity) {
    return 'escalated';
  }
  if (state === 'acknowledged' || renotifyMs === null) return null;
  return nowMs - notifiedAtMs >= renotifyMs ? 'renotified' : null;
}
