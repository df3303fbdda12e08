import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Alert, AlertChange, AlertState, AlertType, Severity } from '@app/contracts';
import { DataSource } from 'typeorm';

import type { AlertAddress, AlertPosition } from './alert-address.js';
import { toAlert } from './alert.row.js';
import type { AlertRow } from './alert.row.js';
import type { AlertSubject, BreachGroup } from './breach-groups.js';
import { findAlert, listAlerts, raiseAlerts, resolveAlerts } from './alert.sql.js';

/** Runs a statement that answers rows: on its own, or inside someone's transaction. */
export type RunQuery = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

export interface AlertFilter {
  projectId: number;
  agentId?: string;
  type?: AlertType;
  severity?: Severity;
  state?: AlertState;
  from?: Date;
  to?: Date;
  after?: AlertPosition;
  limit: number;
}

export interface Resolution {
  at: Date;
  by: string;
  reason: string | null;
  /** Only alerts whose newest breach is not younger than this. */
  unseenSince?: Date;
}

/** The alert as it is shown to people of a project, with the row's agent. */
type ListedRow = AlertRow & {
  agent_id: string;
  agent_name: string;
  agent_type: string;
  slug: string;
};

const CHUNK = 1000;

/** The table of alert episodes. */
@Injectable()
export class AlertStore {
  constructor(private readonly dataSource: DataSource) {}

  readonly run: RunQuery = (sql, parameters) => this.dataSource.query(sql, parameters);

  /**
   * Writes findings down: a new episode each, or more of an open one. Findings of before the
   * newest resolution of their fingerprint are old news and left out.
   */
  async raise(groups: readonly BreachGroup[], run: RunQuery = this.run): Promise<AlertChange[]> {
    const changes: AlertChange[] = [];
    // Always in the same order, so that two writers wait for each other instead of deadlocking.
    const sorted = [...groups].sort(byAgentAndFingerprint);
    for (let start = 0; start < sorted.length; start += CHUNK) {
      changes.push(...(await this.raiseChunk(sorted.slice(start, start + CHUNK), run)));
    }
    return changes;
  }

  private async raiseChunk(groups: BreachGroup[], run: RunQuery): Promise<AlertChange[]> {
    const ids = groups.map(() => randomUUID());
    const rows = await run<AlertRow>(raiseAlerts, [
      groups.map(({ subject }) => subject.agentKey),
      ids,
      groups.map(({ finding }) => finding.fingerprint),
      groups.map(({ finding }) => finding.type),
      groups.map(({ finding }) => finding.severity),
      groups.map(({ finding }) => finding.taskType),
      groups.map(({ finding }) => finding.complexity),
      groups.map(({ finding }) => finding.thresholdValue),
      groups.map(({ finding }) => finding.actualValue),
      groups.map(({ finding }) => finding.unit),
      groups.map(({ finding, subject }) => finding.describe(subject.agentName)),
      groups.map(({ count }) => count),
      groups.map(({ firstSeenMs }) => new Date(firstSeenMs)),
      groups.map(({ lastSeenMs }) => new Date(lastSeenMs)),
      groups.map(({ executionId }) => executionId),
    ]);
    const subjects = new Map(groups.map(({ subject }) => [subject.agentKey, subject]));
    const mine = new Set<string>(ids);
    return rows.map((row) => ({
      transition: mine.has(row.alert_id) ? 'fired' : 'updated',
      alert: toAlert(row, subjects.get(row.agent_key) as AlertSubject),
    }));
  }

  /** Resolves those that are still open. @returns the ones that this call resolved */
  async resolve(
    addresses: readonly AlertAddress[],
    { at, by, reason, unseenSince }: Resolution,
    run: RunQuery = this.run,
  ): Promise<AlertChange[]> {
    if (addresses.length === 0) return [];
    const rows = await run<ListedRow>(resolveAlerts, [
      addresses.map(({ agentKey }) => agentKey),
      addresses.map(({ alertId }) => alertId),
      at,
      by,
      reason,
      unseenSince ?? null,
    ]);
    return rows.map((row) => ({ transition: 'resolved', alert: toListedAlert(row) }));
  }

  /** @returns null when the project has no such alert */
  async find(projectId: number, { agentKey, alertId }: AlertAddress): Promise<Alert | null> {
    const [row] = await this.run<ListedRow>(findAlert, [agentKey, alertId, projectId]);
    return row ? toListedAlert(row) : null;
  }

  /** Newest first. */
  async list(filter: AlertFilter): Promise<{ alerts: Alert[]; next: AlertPosition | null }> {
    const { after, limit } = filter;
    const rows = await this.run<ListedRow>(listAlerts, [
      filter.projectId,
      filter.agentId ?? null,
      filter.type ?? null,
      filter.severity ?? null,
      filter.state ?? null,
      filter.from ?? null,
      filter.to ?? null,
      after?.firedAt ?? null,
      after?.agentKey ?? null,
      after?.alertId ?? null,
      limit + 1,
    ]);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      alerts: shown.map(toListedAlert),
      next: last
        ? { firedAt: last.fired_at, agentKey: last.agent_key, alertId: last.alert_id }
        : null,
    };
  }

  /** Open alerts per agent; agents without any are absent. */
  async openCounts(agentKeys: readonly number[]): Promise<Map<number, number>> {
    if (agentKeys.length === 0) return new Map();
    const rows = await this.run<{ agent_key: number; open: number }>(
      `SELECT agent_key, count(*)::integer AS open FROM agent_performance_alerts
       WHERE agent_key = ANY($1::integer[]) AND resolved_at IS NULL GROUP BY agent_key`,
      [agentKeys],
    );
    return new Map(rows.map((row) => [row.agent_key, row.open]));
  }
}

function byAgentAndFingerprint(a: BreachGroup, b: BreachGroup): number {
  if (a.subject.agentKey !== b.subject.agentKey) return a.subject.agentKey - b.subject.agentKey;
  return a.finding.fingerprint < b.finding.fingerprint ? -1 : 1;
}

function toListedAlert(row: ListedRow): Alert {
  return toAlert(row, {
    agentKey: row.agent_key,
    project: row.slug,
    agentId: row.agent_id,
    agentName: row.agent_name,
    agentType: row.agent_type,
  });
}
