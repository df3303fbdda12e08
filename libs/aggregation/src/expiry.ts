import type { RetentionTimes } from '@app/contracts';
import { dayOfPartition } from '@app/metrics';
import { floorToBucket } from '@app/stats';

import type { Query } from './copy-out.js';
import { ALL_PROJECTS, EXPIRING, raiseHorizon } from './horizons.js';
import type { ExpiringPeriod } from './horizons.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A week or month that can still get late rows is made of days that are all there. */
const LONGEST_BUCKET_DAYS = 31;

/** Whose things a step removes: those of one project, or of all but some. */
export type Whose = { projectId: number } | { allBut: number[] };

/**
 * Until when rollups of a period are dropped, epoch ms: always a start of a bucket of the next
 * coarser period, so that one is made either of all the finer ones or of raw rows.
 */
export function rollupHorizons(
  nowMs: number,
  oldestRawMs: number,
  times: RetentionTimes,
): Record<ExpiringPeriod, number> {
  const dayMs = Math.min(
    nowMs - times.dayDays * DAY_MS,
    oldestRawMs - LONGEST_BUCKET_DAYS * DAY_MS,
  );
  const hourMs = floorToBucket(nowMs - times.hourDays * DAY_MS, 'day');
  return {
    minute: floorToBucket(nowMs - times.minuteHours * HOUR_MS, 'hour'),
    hour: hourMs,
    sixHours: hourMs,
    day: floorToBucket(dayMs, 'month'),
  };
}

/** Gives projects horizons of their own, which from then on are not moved with those of others. */
export async function setApart(query: Query, projectIds: readonly number[]): Promise<void> {
  await query(
    `INSERT INTO rollup_horizons (project_id, period, at)
     SELECT p, h.period, h.at FROM rollup_horizons h CROSS JOIN unnest($1::int[]) AS p
     WHERE h.project_id = ${ALL_PROJECTS} AND h.period IN ('minute', 'hour', 'sixHours', 'day')
     ON CONFLICT (project_id, period) DO NOTHING`,
    [projectIds],
  );
}

/** Removes rollups that began before their horizon. */
export async function dropRollupsBefore(
  query: Query,
  whose: Whose,
  horizons: Record<ExpiringPeriod, number>,
): Promise<void> {
  for (const period of EXPIRING) {
    const at = horizons[period];
    const gone = await query<{ gone: boolean }>(
      `WITH gone AS (
         DELETE FROM agent_performance_aggregated
         WHERE period = $1 AND bucket_start < $2 AND ${agentsOf(whose, '$3')} RETURNING 1
       )
       SELECT EXISTS (SELECT 1 FROM gone) AS gone`,
      [period, new Date(at), idsOf(whose)],
    );
    const projectId = 'projectId' in whose ? whose.projectId : ALL_PROJECTS;
    if (gone[0]?.gone) await raiseHorizon(query, period, at, projectId);
  }
}

export async function dropAlertsBefore(
  query: Query,
  whose: Whose,
  beforeMs: number,
): Promise<void> {
  await query(
    `WITH gone AS (
       DELETE FROM agent_performance_alerts
       WHERE resolved_at < $1 AND ${'projectId' in whose ? '' : 'NOT '}project_id = ANY ($2::int[])
       RETURNING agent_key, alert_id
     )
     DELETE FROM alert_transitions t USING gone g
     WHERE t.agent_key = g.agent_key AND t.alert_id = g.alert_id`,
    [new Date(beforeMs), idsOf(whose)],
  );
}

function agentsOf(whose: Whose, parameter: string): string {
  const not = 'projectId' in whose ? '' : 'NOT ';
  return `agent_key ${not}IN (SELECT agent_key FROM agents WHERE project_id = ANY (${parameter}::int[]))`;
}

function idsOf(whose: Whose): number[] {
  return 'projectId' in whose ? [whose.projectId] : whose.allBut;
}

/** The day partitions, oldest first; they carry their day in their name. */
export async function readPartitions(query: Query): Promise<{ name: string; dayMs: number }[]> {
  const rows = await query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY c.relname`,
  );
  return rows.flatMap(({ name }) => {
    const day = dayOfPartition(name);
    return day ? [{ name, dayMs: day.getTime() }] : [];
  });
}

/**
 * Drops a day, unless something in it waits for the roller; in a transaction of its own.
 * @returns whether it is gone
 */
export async function dropDay(query: Query, name: string, dayMs: number): Promise<boolean> {
  // Whoever is still writing into it has then committed, marks and all.
  await query(`LOCK TABLE "${name}" IN ACCESS EXCLUSIVE MODE`);
  if (await hasMarks(query, { allBut: [] }, dayMs, dayMs + DAY_MS)) return false;
  await query(`DROP TABLE "${name}"`);
  return true;
}

/** Whether something in [from, to) waits for the roller; a group may as well be of other projects. */
export async function hasMarks(
  query: Query,
  whose: Whose,
  fromMs: number,
  toMs: number,
): Promise<boolean> {
  const [marks] = await query<{ found: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM dirty_buckets
         WHERE bucket_start >= $1 AND bucket_start < $2 AND ${agentsOf(whose, '$3')})
       OR EXISTS (SELECT 1 FROM dirty_groups
         WHERE last_bucket >= $1 AND first_bucket < $2) AS found`,
    [new Date(fromMs), new Date(toMs), idsOf(whose)],
  );
  return marks?.found ?? false;
}

/**
 * Removes at most so many raw rows of a project that started before an instant.
 * @returns how many
 */
export async function removeRows(
  query: Query,
  projectId: number,
  beforeMs: number,
  limit: number,
): Promise<number> {
  // As text: an instant may be finer than a millisecond.
  const rows = await query<{ agent_key: number; at: string; id: string }>(
    `SELECT agent_key, started_at::text AS at, execution_id AS id FROM agent_performance_metrics
     WHERE started_at < $2 AND agent_key IN (SELECT agent_key FROM agents WHERE project_id = $1)
     LIMIT ${limit}`,
    [projectId, new Date(beforeMs)],
  );
  if (rows.length === 0) return 0;
  await query(
    `DELETE FROM agent_performance_metrics m
     USING unnest($1::int[], $2::timestamptz[], $3::uuid[]) AS t (agent_key, at, id)
     WHERE m.agent_key = t.agent_key AND m.started_at = t.at AND m.execution_id = t.id
       AND m.started_at < $4`,
    [
      rows.map((row) => row.agent_key),
      rows.map((row) => row.at),
      rows.map((row) => row.id),
      new Date(beforeMs),
    ],
  );
  return rows.length;
}
