import type { Alert, AlertGrouping, AlertState, AlertType, Severity } from '@app/contracts';

import type { Episode } from './life/evaluate.js';

/** A row of `agent_performance_alerts`, with who it is about. */
export interface AlertRow {
  agent_key: number;
  alert_id: string;
  project_id: number;
  rule_id: string;
  subject_kind: AlertGrouping;
  subject_value: string | null;
  fingerprint: string;
  alert_type: AlertType;
  severity: Severity;
  told_severity: Severity;
  state: AlertState;
  task_type: string | null;
  complexity: number | null;
  threshold_value: number;
  actual_value: number;
  unit: Alert['unit'];
  message: string;
  breach_count: string;
  active_at: Date;
  fired_at: Date;
  last_seen_at: Date;
  calm_since: Date | null;
  no_data_since: Date | null;
  resolved_at: Date | null;
  resolved_by: string | null;
  resolve_reason: string | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  acknowledge_note: string | null;
  snoozed_until: Date | null;
  silenced_by: string | null;
  flapping: boolean;
  /** Also while it is pending once more. */
  has_fired: boolean;
  notified_at: Date | null;
  notified_severity: Severity | null;
  sequence: number;
  execution_id: string | null;
  /** Of the registry; null for a group of agents. */
  agent_id: string | null;
  agent_name: string | null;
  agent_type: string | null;
  slug: string;
}

export function idOf({ agent_key, alert_id }: Pick<AlertRow, 'agent_key' | 'alert_id'>): string {
  return `${agent_key}~${alert_id}`;
}

/** What an alert is about, in words, where that is no single agent. */
export function groupName(kind: AlertGrouping, value: string | null): string {
  switch (kind) {
    case 'agentType':
      return `all ${value ?? ''} agents`;
    case 'taskType':
      return `tasks of type "${value ?? ''}"`;
    case 'all':
      return 'all agents';
    case 'agent':
      return value ?? '';
  }
}

export function toAlert(row: AlertRow): Alert {
  const { subject_kind: kind, subject_value: value } = row;
  return {
    id: idOf(row),
    project: row.slug,
    type: row.alert_type,
    severity: row.severity,
    state: row.state,
    agentId: row.agent_id ?? '',
    agentName: row.agent_name ?? groupName(kind, value),
    agentType: row.agent_type ?? (kind === 'agentType' ? (value ?? '') : ''),
    taskType: row.task_type,
    complexity: row.complexity,
    thresholdValue: row.threshold_value,
    actualValue: row.actual_value,
    unit: row.unit,
    message: row.message,
    count: Number(row.breach_count),
    firedAt: row.fired_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    resolvedAt: instantOf(row.resolved_at),
    resolvedBy: row.resolved_by,
    resolveReason: row.resolve_reason,
    executionId: row.execution_id,
    ruleId: row.rule_id,
    subject: { kind, value: kind === 'agent' ? row.agent_id : value },
    activeAt: row.active_at.toISOString(),
    acknowledgedAt: instantOf(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    acknowledgeNote: row.acknowledge_note,
    snoozedUntil: instantOf(row.snoozed_until),
    silencedBy: row.silenced_by,
    flapping: row.flapping,
    noDataSince: instantOf(row.no_data_since),
    notifiedAt: instantOf(row.notified_at),
  };
}

/** The life of an open alert; null for one that is resolved. */
export function toEpisode(row: AlertRow): Episode | null {
  if (row.state === 'resolved') return null;
  return {
    phase: row.state,
    severity: row.severity,
    toldSeverity: row.told_severity,
    activeAtMs: row.active_at.getTime(),
    // Before it has fired, the column only repeats when the breach began.
    firedAtMs: row.has_fired ? row.fired_at.getTime() : null,
    lastSeenAtMs: row.last_seen_at.getTime(),
    calmSinceMs: row.calm_since?.getTime() ?? null,
    noDataSinceMs: row.no_data_since?.getTime() ?? null,
  };
}

/** What the step of its life changes of a row. */
export function withEpisode(row: AlertRow, episode: Episode): AlertRow {
  return {
    ...row,
    state: episode.phase,
    severity: episode.severity,
    told_severity: episode.toldSeverity,
    active_at: new Date(episode.activeAtMs),
    fired_at: new Date(episode.firedAtMs ?? episode.activeAtMs),
    has_fired: episode.firedAtMs !== null,
    last_seen_at: new Date(episode.lastSeenAtMs),
    calm_since: dateOf(episode.calmSinceMs),
    no_data_since: dateOf(episode.noDataSinceMs),
  };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function instantOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
