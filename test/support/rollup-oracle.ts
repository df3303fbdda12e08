import type pg from 'pg';

/** A rollup that is not what SQL makes of the raw rows. */
export interface Odd {
  agent_key: number;
  period: string;
  bucket: string;
  problem: string;
}

const recomputed = `
SELECT agent_key, p.period, CASE p.period WHEN 'sixHours' THEN date_bin('6 hours', started_at, '2001-01-01T00:00:00Z')
    ELSE date_trunc(p.period, started_at, 'UTC') END AS bucket_start,
  count(*) AS total,
  count(*) FILTER (WHERE status = 'success') AS successful,
  count(*) FILTER (WHERE status IN ('failure', 'timeout', 'abandoned')) AS failed,
  count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
  coalesce(sum(duration_ms) FILTER (WHERE status = 'success'), 0) AS duration_sum,
  min(duration_ms) FILTER (WHERE status = 'success') AS duration_min,
  max(duration_ms) FILTER (WHERE status = 'success') AS duration_max,
  coalesce(sum(memory_mb), 0) AS memory_sum, count(memory_mb) AS memory_count,
  coalesce(sum(cost_usd), 0) AS cost_usd, coalesce(sum(input_tokens), 0) AS input_tokens,
  max(ended_at) AS last_ended_at
FROM agent_performance_metrics
CROSS JOIN (VALUES ('minute'), ('hour'), ('sixHours'), ('day'), ('week'), ('month')) AS p (period)
GROUP BY 1, 2, 3`;

const comparison = `
SELECT coalesce(r.agent_key, a.agent_key) AS agent_key, coalesce(r.period, a.period) AS period,
  coalesce(r.bucket_start, a.bucket_start)::text AS bucket,
  CASE WHEN a.total IS NULL THEN 'missing' WHEN r.total IS NULL THEN 'too much'
    ELSE concat_ws(' ', a.total, r.total, a.duration_sum, r.duration_sum) END AS problem
FROM (${recomputed}) AS r
FULL JOIN agent_performance_aggregated a
  ON a.agent_key = r.agent_key AND a.period = r.period AND a.bucket_start = r.bucket_start
WHERE NOT EXISTS (
    SELECT 1 FROM rollup_horizons h
    WHERE h.period = coalesce(r.period, a.period) AND coalesce(r.bucket_start, a.bucket_start) < h.at)
  AND (a.total IS DISTINCT FROM r.total OR a.successful <> r.successful OR a.failed <> r.failed
    OR a.cancelled <> r.cancelled OR abs(a.duration_sum - r.duration_sum) > 1e-6 * (1 + r.duration_sum)
    OR a.duration_min IS DISTINCT FROM r.duration_min
    OR a.duration_max IS DISTINCT FROM r.duration_max
    OR a.memory_count <> r.memory_count
    OR abs(a.memory_sum - r.memory_sum) > 1e-6 * (1 + r.memory_sum)
    OR abs(a.cost_usd - r.cost_usd) > 1e-6 * (1 + r.cost_usd)
    OR a.input_tokens <> r.input_tokens OR a.last_ended_at <> r.last_ended_at)
ORDER BY 1, 2, 3 LIMIT 20`;

/** The rollups held against a recomputation in SQL, which shares nothing with the roller. */
export async function oddRollups(client: pg.Client): Promise<Odd[]> {
  return (await client.query<Odd>(comparison)).rows;
}

export async function marksLeft(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT ((SELECT count(*) FROM dirty_buckets) + (SELECT count(*) FROM dirty_groups))::int AS count`,
  );
  return rows[0]?.count ?? 0;
}

/** Ends whatever holds the roller's lock, as if its process had died. */
export async function killRoller(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND objid = 71002 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.length;
}
