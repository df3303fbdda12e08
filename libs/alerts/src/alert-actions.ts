import type { AlertChange, BulkAlertAction } from '@app/contracts';
import { DomainError } from '@app/platform';

import type { AlertRow } from './alert.row.js';
import { clearAcknowledgement, resolved } from './life/change.js';
import type { HistoryEntry, LifeChange } from './life/change.js';

/** What a person does to an alert. */
export type AlertAction =
  | { kind: 'acknowledge'; by: string; note: string | null }
  | { kind: 'unacknowledge'; by: string; note: string | null }
  | { kind: 'resolve'; by: string; note: string | null }
  | { kind: 'snooze'; by: string; note: string | null; until: Date }
  | { kind: 'unsnooze'; by: string; note: string | null };

const TRANSITION = {
  acknowledge: 'acknowledged',
  unacknowledge: 'unacknowledged',
  resolve: 'resolved',
  snooze: 'snoozed',
  unsnooze: 'unsnoozed',
} as const satisfies Record<BulkAlertAction, AlertChange['transition']>;

/**
 * What an action makes of an alert; null when it changes nothing, because it was done already.
 * @throws DomainError `alert-already-resolved` (409), `alert-not-firing` (409)
 */
export function actOn(row: AlertRow, action: AlertAction, now: Date): LifeChange | null {
  const { by, note } = action;
  if (row.state === 'resolved') {
    if (action.kind === 'resolve') return null;
    throw new DomainError('alert-already-resolved', 409);
  }
  const next = { ...row };
  switch (action.kind) {
    case 'resolve':
      return changed(resolved(row, now.getTime(), { by, reason: note }), action);
    case 'acknowledge':
      if (row.state === 'pending') throw new DomainError('alert-not-firing', 409);
      if (row.state === 'acknowledged' && row.acknowledged_by === by && note === null) return null;
      next.state = 'acknowledged';
      next.acknowledged_at = row.acknowledged_at ?? now;
      next.acknowledged_by = by;
      next.acknowledge_note = note;
      return changed(next, action);
    case 'unacknowledge':
      if (row.state !== 'acknowledged') return null;
      next.state = 'firing';
      clearAcknowledgement(next);
      return changed(next, action);
    case 'snooze':
      next.snoozed_until = action.until;
      return changed(next, action);
    case 'unsnooze':
      if (row.snoozed_until === null) return null;
      next.snoozed_until = null;
      return changed(next, action);
  }
}

function changed(row: AlertRow, { kind, by, note }: AlertAction): LifeChange {
  const transition = TRANSITION[kind];
  const history: HistoryEntry[] = [{ transition, actor: by, note }];
  return { row, history, news: [transition], cleared: false };
}
