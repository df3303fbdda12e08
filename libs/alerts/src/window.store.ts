import { Injectable } from '@nestjs/common';
import type { AlertType } from '@app/contracts';

import type { RunQuery } from './alert.store.js';
import type { AlertSubject } from './breach-groups.js';

export interface OpenAlert {
  agentKey: number;
  alertId: string;
  type: AlertType;
  fingerprint: string;
  taskType: string | null;
  complexity: number | null;
  thresholdValue: number;
  unit: string;
  lastSeenAt: Date;
}

/** What an agent did in one (task type, complexity) within the window. */
export interface WindowRow {
  agentKey: number;
  taskType: string;
  complexity: number;
  finished: number;
  successes: number;
  meanMs: number | null;
  m2Ms: number;
  lastEndedAt: Date;
}

/** A success that would prove an open alert to be over. */
export interface Proof {
  agentKey: number;
  alertId: string;
  taskType: string;
  complexity: number;
  since: Date;
  figure: 'duration' | 'cpu' | 'memory';
  limit: number;
}

const MAX_OPEN = 20_000;

// A person who resolved an alert has judged what was before: the window starts anew there.
const settledAt = `
SELECT agent_key AS "agentKey", max(resolved_at) AS "settledAt" FROM agent_performance_alerts
WHERE agent_key = ANY($1::integer[]) AND resolved_at > $2::timestamptz
  AND alert_type IN ('high_failure_rate', 'degraded_performance')
GROUP BY agent_key`;

const strata = `
SELECT m.agent_key AS "agentKey", m.task_type AS "taskType", m.complexity,
  (count(*) FILTER (WHERE m.status <> 'cancelled'))::integer AS finished,
  (count(*) FILTER (WHERE m.status = 'success'))::integer AS successes,
  avg(m.duration_ms) FILTER (WHERE m.status = 'success') AS "meanMs",
  coalesce(var_pop(m.duration_ms) FILTER (WHERE m.status = 'success'), 0)
    * count(*) FILTER (WHERE m.status = 'success') AS "m2Ms",
  max(m.ended_at) AS "lastEndedAt"
FROM agent_performance_metrics m
JOIN unnest($1::integer[], $2::timestamptz[]) AS w(agent_key, since) ON w.agent_key = m.agent_key
WHERE m.agent_key = ANY($1::integer[]) AND m.started_at > $3::timestamptz AND m.ended_at > w.since
GROUP BY m.agent_key, m.task_type, m.complexity`;

const proven = `
SELECT DISTINCT p.agent_key AS "agentKey", p.alert_id AS "alertId"
FROM agent_performance_metrics m
JOIN unnest($1::integer[], $2::uuid[], $3::text[], $4::smallint[], $5::timestamptz[], $6::text[],
    $7::double precision[])
  AS p(agent_key, alert_id, task_type, complexity, since, figure, "limit")
  ON p.agent_key = m.agent_key AND p.task_type = m.task_type AND p.complexity = m.complexity
WHERE m.agent_key = ANY($1::integer[]) AND m.started_at > $8::timestamptz
  AND m.status = 'success' AND m.ended_at > p.since
  AND CASE p.figure WHEN 'duration' THEN m.duration_ms WHEN 'cpu' THEN m.cpu_percent
    ELSE m.memory_mb END <= p."limit"`;

/** Reads what the window rules judge by; each call within the judge's own transaction. */
@Injectable()
export class WindowStore {
  /** Agents of which anything was heard since then. */
  async heardSince(since: Date, run: RunQuery): Promise<number[]> {
    const rows = await run<{ agentKey: number }>(
      'SELECT agent_key AS "agentKey" FROM agents WHERE last_seen_at > $1::timestamptz',
      [since],
    );
    return rows.map(({ agentKey }) => agentKey);
  }

  open(run: RunQuery): Promise<OpenAlert[]> {
    return run<OpenAlert>(
      `SELECT agent_key AS "agentKey", alert_id AS "alertId", alert_type AS type, fingerprint,
         task_type AS "taskType", complexity, threshold_value AS "thresholdValue", unit,
         last_seen_at AS "lastSeenAt"
       FROM agent_performance_alerts WHERE resolved_at IS NULL
       ORDER BY last_seen_at DESC, agent_key, alert_id LIMIT ${MAX_OPEN}`,
    );
  }

  /** The agents' executions since the start of the window, or since they were last judged over. */
  async strata(agentKeys: number[], from: Date, run: RunQuery): Promise<WindowRow[]> {
    const settled = await run<{ agentKey: number; settledAt: Date }>(settledAt, [agentKeys, from]);
    const since = new Map(settled.map((row) => [row.agentKey, row.settledAt]));
    const starts = agentKeys.map((agentKey) => since.get(agentKey) ?? from);
    return run<WindowRow>(strata, [agentKeys, starts, from]);
  }

  /** Which alerts have had a success within the limit after their last breach. */
  proven(
    proofs: readonly Proof[],
    from: Date,
    run: RunQuery,
  ): Promise<{ agentKey: number; alertId: string }[]> {
    return run(proven, [
      proofs.map((proof) => proof.agentKey),
      proofs.map((proof) => proof.alertId),
      proofs.map((proof) => proof.taskType),
      proofs.map((proof) => proof.complexity),
      proofs.map((proof) => proof.since),
      proofs.map((proof) => proof.figure),
      proofs.map((proof) => proof.limit),
      from,
    ]);
  }

  async subjects(agentKeys: number[], run: RunQuery): Promise<Map<number, AlertSubject>> {
    const rows = await run<AlertSubject>(
      `SELECT a.agent_key AS "agentKey", p.slug AS project, a.agent_id AS "agentId",
         a.agent_name AS "agentName", a.agent_type AS "agentType"
       FROM agents a JOIN projects p ON p.project_id = a.project_id
       WHERE a.agent_key = ANY($1::integer[])`,
      [agentKeys],
    );
    return new Map(rows.map((row) => [row.agentKey, row]));
  }
}
