import type { AlertChange, AlertTransition } from '@app/contracts';

import { toEpisode, withEpisode } from '../alert.row.js';
import type { AlertRow } from '../alert.row.js';
import { evaluate } from './evaluate.js';
import type { LifePolicy, Reading } from './evaluate.js';

/** One line of an alert's history. */
export interface HistoryEntry {
  transition: AlertTransition;
  actor: string;
  note: string | null;
}

/** An alert as it is to be written, and what happened to it. */
export interface LifeChange {
  row: AlertRow;
  history: HistoryEntry[];
  news: AlertChange['transition'][];
  /** It never fired and leaves no trace. */
  cleared: boolean;
}

/** Who or what ends an episode, and why. */
export interface Ending {
  by: string;
  reason: string | null;
}

/**
 * What a reading makes of an alert; null when nothing of it changes.
 * @param isNew whether this very breach began the episode
 */
export function stepOf(
  row: AlertRow,
  isNew: boolean,
  policy: LifePolicy,
  reading: Reading,
  nowMs: number,
  ending: Ending,
): LifeChange | null {
  const before = toEpisode(row);
  const { episode, effects } = evaluate(policy, isNew ? null : before, reading, nowMs);
  const history: HistoryEntry[] = [];
  for (const effect of effects) {
    if (effect === 'cleared') return { row, history: [], news: ['cleared'], cleared: true };
    const note = effect === 'resolved' ? ending.reason : null;
    history.push({ transition: effect, actor: ending.by, note });
  }
  const news = history.map(({ transition }) => transition);
  if (!episode) {
    if (!effects.includes('resolved')) return null;
    return { row: resolved(row, nowMs, ending), history, news, cleared: false };
  }
  if (isNew) {
    // An older resolution of the same kind may have moved the beginning.
    const begun = Math.max(row.active_at.getTime(), episode.activeAtMs);
    if (episode.firedAtMs !== null) episode.firedAtMs = Math.max(begun, episode.firedAtMs);
    episode.activeAtMs = begun;
  }
  const same =
    before !== null &&
    effects.length === 0 &&
    before.calmSinceMs === episode.calmSinceMs &&
    before.noDataSinceMs === episode.noDataSinceMs;
  if (same) return null;
  const next = withEpisode(row, episode);
  if (episode.phase === 'pending') clearAcknowledgement(next);
  return { row: next, history, news, cleared: false };
}

/** The same alert, ended; never before it was last seen. */
export function resolved(row: AlertRow, nowMs: number, { by, reason }: Ending): AlertRow {
  return {
    ...row,
    state: 'resolved',
    told_severity: row.severity,
    resolved_at: new Date(Math.max(nowMs, row.last_seen_at.getTime())),
    resolved_by: by,
    resolve_reason: reason,
    calm_since: null,
    no_data_since: null,
    snoozed_until: null,
    silenced_by: null,
  };
}

export function clearAcknowledgement(row: AlertRow): void {
  row.acknowledged_at = null;
  row.acknowledged_by = null;
  row.acknowledge_note = null;
}
