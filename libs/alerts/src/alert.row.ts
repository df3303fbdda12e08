import type { Alert, AlertState, AlertType, Severity } from '@app/contracts';

import type { AlertSubject } from './breach-groups.js';

/** A row of `agent_performance_alerts` as the database hands it over. */
export interface AlertRow {
  agent_key: number;
  alert_id: string;
  fingerprint: string;
  alert_type: AlertType;
  severity: Severity;
  state: AlertState;
  task_type: string | null;
  complexity: number | null;
  threshold_value: number;
  actual_value: number;
  unit: Alert['unit'];
  message: string;
  breach_count: string;
  fired_at: Date;
  last_seen_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  resolve_reason: string | null;
  execution_id: string | null;
}

export function toAlert(row: AlertRow, subject: AlertSubject): Alert {
  return {
    id: `${row.agent_key}~${row.alert_id}`,
    project: subject.project,
    type: row.alert_type,
    severity: row.severity,
    state: row.state,
    agentId: subject.agentId,
    agentName: subject.agentName,
    agentType: subject.agentType,
    taskType: row.task_type,
    complexity: row.complexity,
    thresholdValue: row.threshold_value,
    actualValue: row.actual_value,
    unit: row.unit,
    message: row.message,
    count: Number(row.breach_count),
    firedAt: row.fired_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolvedBy: row.resolved_by,
    resolveReason: row.resolve_reason,
    executionId: row.execution_id,
  };
}
