import { Injectable } from '@nestjs/common';
import type { Alert, AlertState, AlertTransitionEntry, AlertType, Severity } from '@app/contracts';
import { DataSource } from 'typeorm';

import type { AlertAddress, AlertPosition } from './alert-address.js';
import { toAlert } from './alert.row.js';
import type { AlertRow } from './alert.row.js';
import {
  alertTransitions,
  findAlert,
  listAlerts,
  openAlerts,
  openAlertsOfRule,
} from './alert.sql.js';

/** Runs a statement that answers rows: on its own, or inside someone's transaction. */
export type RunQuery = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

export interface AlertFilter {
  projectId: number;
  agentId?: string;
  agentType?: string;
  type?: AlertType;
  ruleId?: string;
  severity?: Severity;
  states?: AlertState[];
  from?: Date;
  to?: Date;
  after?: AlertPosition;
  limit: number;
}

/** Reads the table of alert episodes; the ledger writes it. */
@Injectable()
export class AlertStore {
  constructor(private readonly dataSource: DataSource) {}

  readonly run: RunQuery = (sql, parameters) => this.dataSource.query(sql, parameters);

  /** @returns null when the project has no such alert */
  async find(projectId: number, { agentKey, alertId }: AlertAddress): Promise<Alert | null> {
    const [row] = await this.run<AlertRow>(findAlert, [agentKey, alertId, projectId]);
    return row ? toAlert(row) : null;
  }

  /** Newest first. */
  async list(filter: AlertFilter): Promise<{ alerts: Alert[]; next: AlertPosition | null }> {
    const { after, limit } = filter;
    const rows = await this.run<AlertRow>(listAlerts, [
      filter.projectId,
      filter.agentId ?? null,
      filter.type ?? null,
      filter.severity ?? null,
      filter.states ?? null,
      filter.from ?? null,
      filter.to ?? null,
      after?.firedAt ?? null,
      after?.agentKey ?? null,
      after?.alertId ?? null,
      limit + 1,
      filter.ruleId ?? null,
      filter.agentType ?? null,
    ]);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      alerts: shown.map(toAlert),
      next: last
        ? { firedAt: last.fired_at, agentKey: last.agent_key, alertId: last.alert_id }
        : null,
    };
  }

  /** Those seen last first, at most so many. */
  open(limit: number, run: RunQuery): Promise<AlertRow[]> {
    return run<AlertRow>(openAlerts, [limit]);
  }

  async openOfRule(projectId: number, ruleId: string): Promise<AlertAddress[]> {
    const rows = await this.run<{ agent_key: number; alert_id: string }>(openAlertsOfRule, [
      projectId,
      ruleId,
    ]);
    return rows.map((row) => ({ agentKey: row.agent_key, alertId: row.alert_id }));
  }

  /** What happened to an alert, in order. */
  async transitions({ agentKey, alertId }: AlertAddress): Promise<AlertTransitionEntry[]> {
    const rows = await this.run<Omit<AlertTransitionEntry, 'at'> & { at: Date }>(alertTransitions, [
      agentKey,
      alertId,
    ]);
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }

  /** Open alerts per agent; agents without any are absent. */
  async openCounts(agentKeys: readonly number[]): Promise<Map<number, number>> {
    if (agentKeys.length === 0) return new Map();
    const rows = await this.run<{ agent_key: number; open: number }>(
      `SELECT agent_key, count(*)::integer AS open FROM agent_performance_alerts
       WHERE agent_key = ANY($1::integer[]) AND resolved_at IS NULL AND state <> 'pending'
       GROUP BY agent_key`,
      [agentKeys],
    );
    return new Map(rows.map((row) => [row.agent_key, row.open]));
  }
}
