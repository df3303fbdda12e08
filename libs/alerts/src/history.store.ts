import { Injectable } from '@nestjs/common';
import { ALERT_TYPES, SEVERITIES } from '@app/contracts';
import type { Alert, AlertStats, AlertType, Execution, Severity } from '@app/contracts';
import { DataSource } from 'typeorm';

import type { RunQuery } from './alert.store.js';

interface FiredRow {
  alert_type: AlertType;
  severity: Severity;
  fired: number;
  resolved: number;
  acknowledged: number;
  acknowledging_ms: number | null;
  resolving_ms: number | null;
}

/** Which executions to look for; null: whichever. */
export interface CauseFilter {
  projectId: number;
  agentKey: number | null;
  agentType: string | null;
  taskType: string | null;
  complexity: number | null;
  from: Date;
  to: Date;
  /** Ended badly. */
  failed: boolean;
  /** Column and least value, for breaches of single executions. */
  over: { figure: 'duration_ms' | 'cpu_percent' | 'memory_mb'; limit: number } | null;
  executionId: string | null;
  limit: number;
}

// Acknowledgements that were taken back count, too: the history keeps the first.
const fired = `
SELECT a.alert_type, a.severity, count(*)::integer AS fired,
  count(a.resolved_at)::integer AS resolved, count(t.at)::integer AS acknowledged,
  sum(extract(epoch FROM t.at - a.fired_at) * 1000)::float8 AS acknowledging_ms,
  sum(extract(epoch FROM a.resolved_at - a.fired_at) * 1000)::float8 AS resolving_ms
FROM agent_performance_alerts a
LEFT JOIN (
  SELECT agent_key, alert_id, min(at) AS at FROM alert_transitions
  WHERE transition = 'acknowledged' GROUP BY agent_key, alert_id
) t ON t.agent_key = a.agent_key AND t.alert_id = a.alert_id
WHERE a.project_id = $1::integer AND a.state <> 'pending'
  AND a.fired_at >= $2::timestamptz AND a.fired_at < $3::timestamptz
GROUP BY a.alert_type, a.severity`;

const causes = `
SELECT m.execution_id AS "executionId", p.slug AS project, agents.agent_id AS "agentId",
  agents.agent_name AS "agentName", agents.agent_type AS "agentType",
  m.agent_version AS "agentVersion", m.task_id AS "taskId", m.task_name AS "taskName",
  m.task_type AS "taskType", m.complexity, m.attempt, m.status, m.started_at AS "startedAt",
  m.ended_at AS "endedAt", m.duration_ms AS "durationMs", m.error_type AS "errorType",
  m.error_message AS "errorMessage", m.cpu_percent AS "cpuPercent", m.cpu_ms AS "cpuMs",
  m.memory_mb AS "memoryMb", m.network_bytes::float8 AS "networkBytes",
  m.disk_bytes::float8 AS "diskBytes", m.input_tokens::float8 AS "inputTokens",
  m.output_tokens::float8 AS "outputTokens", m.cost_usd AS "costUsd", m.model,
  m.parent_execution_id AS "parentExecutionId", m.trace_id AS "traceId", m.metadata
FROM agent_performance_metrics m
JOIN agents ON agents.agent_key = m.agent_key
JOIN projects p ON p.project_id = agents.project_id
WHERE agents.project_id = $1::integer
  AND ($2::integer IS NULL OR m.agent_key = $2::integer)
  AND ($3::text IS NULL OR agents.agent_type = $3::text)
  AND ($4::text IS NULL OR m.task_type = $4::text)
  AND ($5::smallint IS NULL OR m.complexity = $5::smallint)
  AND m.started_at >= $6::timestamptz AND m.started_at <= $7::timestamptz
  AND (NOT $8::boolean OR m.status IN ('failure', 'timeout', 'abandoned'))
  AND ($9::text IS NULL OR CASE $9::text WHEN 'duration_ms' THEN m.duration_ms
    WHEN 'cpu_percent' THEN m.cpu_percent ELSE m.memory_mb END > $10::float8)
  AND ($11::uuid IS NULL OR m.execution_id = $11::uuid)
ORDER BY m.started_at DESC, m.execution_id LIMIT $12::integer`;

/** Reads what alerts leave behind: figures, and the executions that caused them. */
@Injectable()
export class HistoryStore {
  constructor(private readonly dataSource: DataSource) {}

  private readonly run: RunQuery = (sql, parameters) => this.dataSource.query(sql, parameters);

  async stats(projectId: number, from: Date, to: Date): Promise<AlertStats> {
    const rows = await this.run<FiredRow>(fired, [projectId, from, to]);
    const open = await this.run<{ state: keyof AlertStats['open']; open: number }>(
      `SELECT state, count(*)::integer AS open FROM agent_performance_alerts
       WHERE project_id = $1::integer AND resolved_at IS NULL GROUP BY state`,
      [projectId],
    );
    const sum = (pick: (row: FiredRow) => number | null, of = rows): number =>
      of.reduce((total, row) => total + (pick(row) ?? 0), 0);
    const resolved = sum((row) => row.resolved);
    const acknowledged = sum((row) => row.acknowledged);
    const count = (of: FiredRow[]): number => sum((row) => row.fired, of);
    const bySeverity = { info: 0, warning: 0, critical: 0 };
    for (const severity of SEVERITIES) {
      bySeverity[severity] = count(rows.filter((row) => row.severity === severity));
    }
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      open: {
        pending: 0,
        firing: 0,
        acknowledged: 0,
        ...Object.fromEntries(open.map((row) => [row.state, row.open])),
      },
      fired: count(rows),
      resolved,
      acknowledged,
      bySeverity,
      byType: ALERT_TYPES.map((type) => ({
        type,
        fired: count(rows.filter((row) => row.alert_type === type)),
      })),
      mttaMs: acknowledged === 0 ? null : sum((row) => row.acknowledging_ms) / acknowledged,
      mttrMs: resolved === 0 ? null : sum((row) => row.resolving_ms) / resolved,
    };
  }

  /** Newest first. */
  async causes(filter: CauseFilter): Promise<Execution[]> {
    const rows = await this.run<
      Omit<Execution, 'startedAt' | 'endedAt'> & { startedAt: Date; endedAt: Date }
    >(causes, [
      filter.projectId,
      filter.agentKey,
      filter.agentType,
      filter.taskType,
      filter.complexity,
      filter.from,
      filter.to,
      filter.failed,
      filter.over?.figure ?? null,
      filter.over?.limit ?? null,
      filter.executionId,
      filter.limit,
    ]);
    return rows.map((row) => ({
      ...row,
      startedAt: row.startedAt.toISOString(),
      endedAt: row.endedAt.toISOString(),
    }));
  }
}

/** Where the executions behind an alert are to be found. */
export function causeFilter(
  alert: Alert,
  {
    projectId,
    agentKey,
    windowMs,
    limit,
  }: {
    projectId: number;
    agentKey: number;
    windowMs: number;
    limit: number;
  },
): CauseFilter | null {
  if (alert.type === 'no_data') return null;
  const seenMs = Date.parse(alert.lastSeenAt);
  const sinceMs = Date.parse(alert.activeAt ?? alert.firedAt) - windowMs;
  const single = alert.type === 'slow_execution' || alert.type === 'resource_overuse';
  const ofType = alert.subject?.kind === 'agentType' ? alert.subject.value : null;
  const ofTask = alert.subject?.kind === 'taskType' ? alert.subject.value : null;
  return {
    projectId,
    agentKey: agentKey === 0 ? null : agentKey,
    agentType: ofType,
    taskType: alert.taskType ?? ofTask,
    complexity: alert.complexity,
    from: new Date(sinceMs),
    to: new Date(seenMs),
    failed: alert.type === 'high_failure_rate',
    over: single ? overOf(alert) : null,
    executionId: alert.type === 'stuck_execution' ? alert.executionId : null,
    limit,
  };
}

/** The episode keeps its gravest limit: what breached that is what made it what it is. */
function overOf({ unit, thresholdValue }: Alert): NonNullable<CauseFilter['over']> {
  const figure = unit === 'ms' ? 'duration_ms' : unit === 'MB' ? 'memory_mb' : 'cpu_percent';
  return { figure, limit: thresholdValue };
}
