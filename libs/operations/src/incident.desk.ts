import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { ProjectDirectory } from '@app/access';
import { SYSTEM_NOTICE_TYPE } from '@app/contracts';
import type { NoticeAlert, Severity, SystemCondition, SystemIncident } from '@app/contracts';
import { NotificationOutbox } from '@app/notifications';
import type { AlertNotice } from '@app/notifications';
import { DomainError, LOCKS, withAdvisoryLock } from '@app/platform';
import { DataSource } from 'typeorm';

import { stepIncident } from './incidents.js';
import type { Incident, IncidentNotice, IncidentStep, Sighting } from './incidents.js';
import { FORSAKEN_MS } from './system-alert.store.js';

/** Whose channels are told: who administers this project operates the tracker. */
const OPERATORS_PROJECT = 'default';

type RunQuery = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

interface IncidentRow {
  incident_id: string;
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  processes: number;
  fired_at: Date;
  last_seen_at: Date;
  quiet_since: Date | null;
  resolved_at: Date | null;
  notified_at: Date;
  notices: number;
}

interface SightingRow {
  alert_id: string;
  process: string;
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  fired_at: Date;
  last_seen_at: Date;
  active: boolean;
}

const openIncidents = 'SELECT * FROM system_incidents WHERE resolved_at IS NULL';

// Also what is alive and belongs to something that is over: its process was silent for a while.
const sightings = `
SELECT a.alert_id, a.process, a.condition, a.severity, a.detail, a.fired_at, a.last_seen_at,
  a.resolved_at IS NULL AND a.last_seen_at > $1 AS active
FROM system_alerts a LEFT JOIN system_incidents i ON i.incident_id = a.incident_id
WHERE a.incident_id IS NULL OR (i.incident_id IS NOT NULL AND i.resolved_at IS NULL)
  OR (a.resolved_at IS NULL AND a.last_seen_at > $1)`;

const write = `
INSERT INTO system_incidents (incident_id, condition, severity, detail, processes, fired_at,
  last_seen_at, quiet_since, resolved_at, notified_at, notices)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (incident_id) DO UPDATE SET severity = EXCLUDED.severity, detail = EXCLUDED.detail,
  processes = EXCLUDED.processes, last_seen_at = EXCLUDED.last_seen_at,
  quiet_since = EXCLUDED.quiet_since, resolved_at = EXCLUDED.resolved_at,
  notified_at = EXCLUDED.notified_at, notices = EXCLUDED.notices`;

/**
 * Makes incidents of the instance out of what its processes find wrong, and leaves news of them in
 * the outbox, in the same transaction: told at least once, and by one process only.
 */
@Injectable()
export class IncidentDesk {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: NotificationOutbox,
    private readonly projects: ProjectDirectory,
  ) {}

  /** To be called now and then by every process; the others leave it to the one that is at it. */
  async step(now: Date): Promise<void> {
    const projectId = await this.operatorsProject();
    await withAdvisoryLock(this.dataSource, LOCKS.incidents, async (query) => {
      const open = await query<IncidentRow>(openIncidents);
      const since = new Date(now.getTime() - FORSAKEN_MS);
      const seen = await query<SightingRow>(sightings, [since]);
      const conditions = new Set([...open, ...seen].map(({ condition }) => condition));
      for (const condition of conditions) {
        const row = open.find((one) => one.condition === condition);
        const own = seen.filter((one) => one.condition === condition);
        const step = stepIncident(
          row ? toIncident(row) : null,
          own.map(toSighting),
          now.getTime(),
          randomUUID,
        );
        if (step) await this.keep(query, step, own, projectId, now);
      }
    });
  }

  /** Newest first. */
  async recent(limit = 20): Promise<SystemIncident[]> {
    const rows = await this.dataSource.query<IncidentRow[]>(
      'SELECT * FROM system_incidents ORDER BY fired_at DESC, incident_id LIMIT $1',
      [limit],
    );
    return rows.map((row) => ({
      id: row.incident_id,
      condition: row.condition,
      severity: row.severity,
      detail: row.detail,
      processes: row.processes,
      firedAt: row.fired_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      resolvedAt: row.resolved_at?.toISOString() ?? null,
      notifiedAt: row.notified_at.toISOString(),
    }));
  }

  async forget(before: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM system_incidents WHERE resolved_at < $1', [before]);
  }

  private async keep(
    query: RunQuery,
    { incident, notices }: IncidentStep,
    own: readonly SightingRow[],
    projectId: number | null,
    now: Date,
  ): Promise<void> {
    const { id, condition, severity, detail, processes } = incident;
    const { firedAtMs, lastSeenMs, quietSinceMs, resolvedAtMs, notifiedAtMs } = incident;
    const times = [firedAtMs, lastSeenMs, quietSinceMs, resolvedAtMs, notifiedAtMs].map((ms) =>
      ms === null ? null : new Date(ms),
    );
    await query(write, [id, condition, severity, detail, processes, ...times, incident.notices]);
    await query('UPDATE system_alerts SET incident_id = $1 WHERE alert_id = ANY($2::uuid[])', [
      id,
      own.map((row) => row.alert_id),
    ]);
    if (projectId === null) return;
    await this.outbox.enqueue(
      query,
      notices.map((notice) => toNotice(notice, projectId, now)),
    );
  }

  /** Null where there is none any more: then nobody is told, and the status still shows it. */
  private async operatorsProject(): Promise<number | null> {
    try {
      return (await this.projects.resolve(OPERATORS_PROJECT)).projectId;
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }
}

function toIncident(row: IncidentRow): Incident {
  return {
    id: row.incident_id,
    condition: row.condition,
    severity: row.severity,
    detail: row.detail,
    processes: row.processes,
    firedAtMs: row.fired_at.getTime(),
    lastSeenMs: row.last_seen_at.getTime(),
    quietSinceMs: row.quiet_since?.getTime() ?? null,
    resolvedAtMs: row.resolved_at?.getTime() ?? null,
    notifiedAtMs: row.notified_at.getTime(),
    notices: row.notices,
  };
}

function toSighting(row: SightingRow): Sighting {
  const { alert_id: alertId, process, condition, severity, detail, active: isActive } = row;
  const [firedAtMs, lastSeenMs] = [row.fired_at.getTime(), row.last_seen_at.getTime()];
  return { alertId, process, condition, severity, detail, firedAtMs, lastSeenMs, isActive };
}

function toNotice(
  { transition, incident }: IncidentNotice,
  projectId: number,
  occurredAt: Date,
): AlertNotice {
  const alert = toAlert(incident);
  const noticeId = `${alert.id}/${incident.notices}`;
  return { noticeId, projectId, project: OPERATORS_PROJECT, transition, alert, occurredAt };
}

/** What is measured: how many processes find it wrong, and none should. */
function toAlert(incident: Incident): NoticeAlert {
  const { id, condition, severity, detail, processes, resolvedAtMs } = incident;
  return {
    id: `system~${id}`,
    project: OPERATORS_PROJECT,
    type: SYSTEM_NOTICE_TYPE,
    ruleId: condition,
    subject: { kind: 'all', value: null },
    severity,
    state: resolvedAtMs === null ? 'firing' : 'resolved',
    agentId: '',
    agentName: 'The tracker itself',
    agentType: '',
    taskType: null,
    complexity: null,
    thresholdValue: 0,
    actualValue: processes,
    unit: 'count',
    message: `The tracker itself, ${condition}: ${detail}`,
    count: Math.max(1, processes),
    firedAt: new Date(incident.firedAtMs).toISOString(),
    lastSeenAt: new Date(incident.lastSeenMs).toISOString(),
    resolvedAt: resolvedAtMs === null ? null : new Date(resolvedAtMs).toISOString(),
    resolvedBy: resolvedAtMs === null ? null : 'system',
    resolveReason: null,
    executionId: null,
  };
}
