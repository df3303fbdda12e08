import { createDataSource, migrate } from '@app/platform';
import pg from 'pg';

import { migrations } from '../../../migrations/index.js';

const DAY_MS = 86_400_000;
export const AGENTS = 1000;
export const DAYS = 30;
/** Minutes of younger data are rolled up one by one, as when it comes in. */
const MINUTES_HOURS = 48;

/**
 * Executions of 1,000 agents spread evenly over the last 30 days, in the order of their start, with
 * the marks that the roller needs: log-normal durations, one in thirty failed, five complexities.
 */
export async function seed(client: pg.Client, url: string, rows: number): Promise<void> {
  const dataSource = await createDataSource({ url, poolSize: 2, migrations }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  await client.query(
    `INSERT INTO agents (project_id, agent_id, agent_name, agent_type, first_seen_at, last_seen_at)
     SELECT 1, 'agent-' || lpad(n::text, 4, '0'), 'Agent ' || n,
       (ARRAY['cognitive', 'tool_maker', 'orchestrator'])[n % 3 + 1], now() - interval '30 days', now()
     FROM generate_series(0, ${AGENTS - 1}) AS n`,
  );
  const nowMs = Date.now();
  const perDay = Math.round(rows / DAYS);
  const horizon = new Date(Math.floor(nowMs / 3_600_000 - MINUTES_HOURS) * 3_600_000);
  await client.query(`INSERT INTO rollup_horizons (period, at) VALUES ('minute', $1)`, [horizon]);
  for (let day = DAYS; day >= 0; day--) await makePartition(client, nowMs - day * DAY_MS);
  const days = Array.from({ length: DAYS }, (_, index) => DAYS - index);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  // Two at a time: making up figures is what takes long.
  const work = [client, other].map(async (one) => {
    for (let day = days.shift(); day !== undefined; day = days.shift()) {
      // The same figures whoever makes them.
      await one.query('SELECT setseed($1)', [day / (DAYS + 1)]);
      await seedDay(one, new Date(nowMs - day * DAY_MS), perDay);
    }
  });
  await Promise.all(work);
  await other.end();
  // A mark per hour does where the hour is recomputed from raw anyway.
  await client.query(
    `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
     SELECT DISTINCT agent_key, date_trunc(
       CASE WHEN started_at < $1 THEN 'hour' ELSE 'minute' END, started_at, 'UTC'),
       '00000000-0000-7000-8000-000000000000'::uuid
     FROM agent_performance_metrics`,
    [horizon],
  );
  await client.query('ANALYZE');
}

async function makePartition(client: pg.Client, atMs: number): Promise<void> {
  const from = new Date(Math.floor(atMs / DAY_MS) * DAY_MS).toISOString();
  const to = new Date((Math.floor(atMs / DAY_MS) + 1) * DAY_MS).toISOString();
  const name = `agent_performance_metrics_p${from.slice(0, 10).replaceAll('-', '')}`;
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF agent_performance_metrics
     FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}

async function seedDay(client: pg.Client, from: Date, rows: number): Promise<void> {
  await client.query(
    `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id, task_name,
       task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent, memory_mb,
       network_bytes, disk_bytes, input_tokens, output_tokens, cost_usd)
     SELECT agent_key, started_at, gen_random_uuid(), 'task-' || n, 'Summarise the ticket', 'default',
       complexity, 1, CASE WHEN failed THEN 'failure' ELSE 'success' END,
       started_at + duration_ms * interval '1 ms', duration_ms, random() * 40,
       100 + random() * 140, (random() * 1e6)::int, (random() * 1e6)::int, (random() * 1e4)::int,
       (random() * 1e3)::int, random() / 100
     FROM (
       SELECT n, 1 + floor(random() * ${AGENTS})::int AS agent_key, 1 + floor(random() * 5)::int AS complexity,
         date_trunc('milliseconds', $1::timestamptz + n * (interval '1 day' / $2::float8)) AS started_at,
         round(500 * exp(0.6 * random_normal())) AS duration_ms, random() < 1.0 / 30 AS failed
       FROM generate_series(0, $2::int - 1) AS n OFFSET 0
     ) AS made`,
    [from, rows],
  );
}
