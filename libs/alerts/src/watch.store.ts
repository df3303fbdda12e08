import { Injectable } from '@nestjs/common';

import type { RunQuery } from './alert.store.js';
import type { RunningTask } from './rules/stuck-execution.js';

/** An agent of the registry. */
export interface WatchedAgent {
  agentKey: number;
  projectId: number;
  project: string;
  agentId: string;
  agentName: string;
  agentType: string;
  lastSeenMs: number;
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

export type WatchedTask = RunningTask & { agentKey: number; executionId: string };

const MAX_RUNNING = 50_000;

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

// A person who resolved an alert has judged what was before: the window starts anew there.
const settled = `
SELECT agent_key AS "agentKey", fingerprint, max(resolved_at) AS "settledAt"
FROM agent_performance_alerts
WHERE resolved_at > $1::timestamptz AND resolved_by <> 'system'
  AND alert_type IN ('high_failure_rate', 'degraded_performance', 'threshold')
GROUP BY agent_key, fingerprint`;

const recent = `
SELECT agent_key AS "agentKey", fingerprint, count(*)::integer AS episodes
FROM agent_performance_alerts
WHERE agent_key = ANY($1::integer[]) AND resolved_at > $2::timestamptz AND resolved_by = 'system'
GROUP BY agent_key, fingerprint`;

/** Reads what the watch judges by; each call within its own transaction. */
@Injectable()
export class WatchStore {
  /** Agents of which anything was heard since then. */
  async heardSince(since: Date, run: RunQuery): Promise<number[]> {
    const rows = await run<{ agentKey: number }>(
      'SELECT agent_key AS "agentKey" FROM agents WHERE last_seen_at > $1::timestamptz',
      [since],
    );
    return rows.map(({ agentKey }) => agentKey);
  }

  /** The agents with these keys, and all that were heard since then. */
  async agents(
    agentKeys: number[],
    since: Date | null,
    run: RunQuery,
  ): Promise<Map<number, WatchedAgent>> {
    const rows = await run<WatchedAgent>(
      `SELECT a.agent_key AS "agentKey", a.project_id AS "projectId", p.slug AS project,
         a.agent_id AS "agentId", a.agent_name AS "agentName", a.agent_type AS "agentType",
         (extract(epoch FROM a.last_seen_at) * 1000)::float8 AS "lastSeenMs"
       FROM agents a JOIN projects p ON p.project_id = a.project_id
       WHERE a.agent_key = ANY($1::integer[]) OR a.last_seen_at > $2::timestamptz`,
      [agentKeys, since],
    );
    return new Map(rows.map((row) => [row.agentKey, row]));
  }

  /** Which alerts have had a success within the limit after their last breach. */
  async proven(proofs: readonly Proof[], from: Date, run: RunQuery): Promise<Set<string>> {
    if (proofs.length === 0) return new Set();
    const rows = await run<{ agentKey: number; alertId: string }>(proven, [
      proofs.map((proof) => proof.agentKey),
      proofs.map((proof) => proof.alertId),
      proofs.map((proof) => proof.taskType),
      proofs.map((proof) => proof.complexity),
      proofs.map((proof) => proof.since),
      proofs.map((proof) => proof.figure),
      proofs.map((proof) => proof.limit),
      from,
    ]);
    return new Set(rows.map(({ alertId }) => alertId));
  }

  /** When people last resolved an alert of an agent and fingerprint, by `addressOf`. */
  async settled(since: Date, run: RunQuery): Promise<Map<string, number>> {
    const rows = await run<{ agentKey: number; fingerprint: string; settledAt: Date }>(settled, [
      since,
    ]);
    return new Map(rows.map((row) => [addressOf(row), row.settledAt.getTime()]));
  }

  /** Episodes that ended by themselves since then, by `addressOf`. */
  async recentEpisodes(
    agentKeys: number[],
    since: Date,
    run: RunQuery,
  ): Promise<Map<string, number>> {
    if (agentKeys.length === 0) return new Map();
    const rows = await run<{ agentKey: number; fingerprint: string; episodes: number }>(recent, [
      agentKeys,
      since,
    ]);
    return new Map(rows.map((row) => [addressOf(row), row.episodes]));
  }

  /** What runs in these projects, the longest first. */
  async running(projectIds: number[], run: RunQuery): Promise<WatchedTask[]> {
    return run<WatchedTask>(
      `SELECT r.agent_key AS "agentKey", r.execution_id AS "executionId",
         r.task_type AS "taskType", r.complexity,
         (extract(epoch FROM r.started_at) * 1000)::float8 AS "startedAtMs",
         (extract(epoch FROM r.heartbeat_at) * 1000)::float8 AS "heartbeatAtMs"
       FROM running_executions r JOIN agents a ON a.agent_key = r.agent_key
       WHERE a.project_id = ANY($1::integer[])
       ORDER BY r.started_at, r.execution_id LIMIT ${MAX_RUNNING}`,
      [projectIds],
    );
  }
}

/** Names an alert among all open ones. */
export function addressOf({
  agentKey,
  fingerprint,
}: {
  agentKey: number;
  fingerprint: string;
}): string {
  return `${agentKey} ${fingerprint}`;
}
