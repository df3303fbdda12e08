/**
 * What one look of the alerts at a whole fleet costs: 10,000 agents × 10 window rules, every agent
 * busy, an hour of history in minute rollups and the newest two minutes raw. The reference, in the
 * same run: a plain SELECT of as many rows.
 *
 *     npm run bench:alerts
 *     AGENTS=2000 RUNS_PER_HOUR=60 npm run bench:alerts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AccessModule } from '@app/access';
import { AggregationModule, RollupService } from '@app/aggregation';
import { AlertsModule } from '@app/alerts';
import type { AlertOperator, AlertStatistic } from '@app/contracts';
import {
  PlatformModule,
  createDataSource,
  loadConfig,
  migrate,
  startEmbeddedPostgres,
} from '@app/platform';
import type { DataSource } from 'typeorm';

import { entities } from '../../apps/api/src/setup-app.js';
import { ExecutionWatch } from '../../libs/alerts/src/execution-watch.js';
import { WindowWatch } from '../../libs/alerts/src/window-watch.js';
import { migrations } from '../../migrations/index.js';
import { cpuUs } from './support/cpu.js';
import { ratioTable, table } from './support/table.js';

const AGENTS = Number(process.env.AGENTS ?? 10_000);
const RUNS_PER_HOUR = Number(process.env.RUNS_PER_HOUR ?? 20);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const MINUTE_MS = 60_000;
/** Rules look every 10 s and may be 15 s late. */
const REACH_MS = 15_000;

/** Eight beside the two built-in ones; their levels are such that nothing, or next to nothing, fires. */
const RULES: [AlertStatistic, AlertOperator, number][] = [
  ['meanMs', 'gt', 60_000],
  ['p95Ms', 'gt', 90_000],
  ['count', 'lt', 0],
  ['successRate', 'lt', 1],
  ['cpuPercentMean', 'gt', 5000],
  ['memoryMbMax', 'gt', 1e6],
  ['costUsd', 'gt', 1e6],
  ['throughputPerHour', 'lt', 0],
];

interface Cost {
  ms: number;
  ownCpuMs: number;
  serverCpuMs: number;
}

async function fill(dataSource: DataSource, nowMs: number): Promise<void> {
  for (const offset of [-1, 0]) {
    const day = new Date(nowMs + offset * 86_400_000).toISOString().slice(0, 10);
    const next = new Date(nowMs + (offset + 1) * 86_400_000).toISOString().slice(0, 10);
    await dataSource.query(
      `CREATE TABLE agent_performance_metrics_p${day.replaceAll('-', '')}
       PARTITION OF agent_performance_metrics FOR VALUES FROM ('${day}Z') TO ('${next}Z')`,
    );
  }
  await dataSource.query(
    `INSERT INTO agents (agent_key, project_id, agent_id, agent_name, agent_type, first_seen_at,
       last_seen_at)
     SELECT k, 1, 'agent-' || k, 'Agent ' || k, 'cognitive', $2::timestamptz, $2::timestamptz
     FROM generate_series(1, $1::integer) AS k`,
    [AGENTS, new Date(nowMs)],
  );
  await dataSource.query(`SELECT setseed(0.5)`);
  const insert = `
    INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id, task_name,
      task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent, memory_mb,
      input_tokens, output_tokens, cost_usd)
    SELECT k, s, gen_random_uuid(), 't', 't', 'default', 1 + k % 3, 1,
      CASE WHEN random() < 0.03 THEN 'failure' ELSE 'success' END,
      s + d * interval '1 millisecond', d, 30, 200, 1000, 200, 0.01
    FROM (
      SELECT k, $2::timestamptz + random() * ($3::timestamptz - $2::timestamptz) AS s,
        700 * (1 + k % 3) * (0.5 + random()) AS d
      FROM generate_series(1, $1::integer) AS k, generate_series(1, $4::integer)
    ) AS runs`;
  const fresh = new Date(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS);
  const old = [AGENTS, new Date(nowMs - 62 * MINUTE_MS), fresh, RUNS_PER_HOUR];
  await dataSource.query(insert, old);
  await mark(dataSource, old[1] as Date, fresh);
}

/** What ran in the newest minutes is not rolled up yet. */
async function freshen(dataSource: DataSource, nowMs: number): Promise<void> {
  const from = new Date(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS);
  await dataSource.query(
    `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id, task_name,
       task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent, memory_mb)
     SELECT k, $2::timestamptz + random() * interval '60 seconds', gen_random_uuid(), 't', 't',
       'default', 1 + k % 3, 1, 'success', $3::timestamptz, 700, 30, 200
     FROM generate_series(1, $1::integer) AS k`,
    [AGENTS, from, new Date(nowMs)],
  );
  await mark(dataSource, from, new Date(nowMs));
}

async function mark(dataSource: DataSource, from: Date, to: Date): Promise<void> {
  await dataSource.query(
    `INSERT INTO dirty_buckets SELECT k, b, gen_random_uuid() FROM (
       SELECT DISTINCT agent_key AS k, date_trunc('minute', started_at, 'UTC') AS b
       FROM agent_performance_metrics WHERE started_at >= $1 AND started_at < $2) AS marks`,
    [from, to],
  );
}

async function measure(serverPid: number, work: () => Promise<unknown>): Promise<Cost> {
  const own = process.cpuUsage();
  const server = cpuUs(serverPid, true);
  const begunAt = performance.now();
  await work();
  const ms = performance.now() - begunAt;
  const used = process.cpuUsage(own);
  return {
    ms,
    ownCpuMs: (used.user + used.system) / 1000,
    serverCpuMs: (cpuUs(serverPid, true) - server) / 1000,
  };
}

function median(costs: Cost[]): Cost {
  const sorted = [...costs].sort((a, b) => a.ms - b.ms);
  return sorted[Math.floor(sorted.length / 2)] as Cost;
}

async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'apt-bench-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
  const dataSource = createDataSource({ url: server.url, poolSize: 6, entities, migrations });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
    const nowMs = Date.now();
    await fill(dataSource, nowMs);
    for (const [index, [statistic, operator, warning]] of RULES.entries()) {
      const rule = { type: 'threshold', name: statistic, statistic, operator, warning };
      await dataSource.query(
        `INSERT INTO alert_rules VALUES (1, $1, $2, 1, now(), 'bench', now(), 'bench')`,
        [`00000000-0000-4000-8000-00000000000${index}`, JSON.stringify(rule)],
      );
    }
    const config = loadConfig({ DATABASE_URL: server.url });
    const platform = PlatformModule.forRoot({
      config,
      dataSource,
      clock: { now: () => new Date(nowMs) },
    });
    const app = await NestFactory.create(
      {
        module: class Bench {},
        imports: [platform, AccessModule, AggregationModule, AlertsModule],
      },
      new FastifyAdapter(),
      { logger: ['error', 'warn'], abortOnError: false },
    );
    await app.init();
    const rolling = await measure(server.pid, () => app.get(RollupService).runIfDirty());
    await freshen(dataSource, nowMs);
    await dataSource.query('VACUUM ANALYZE');
    await compare(dataSource, server.pid, nowMs, rolling, {
      executions: app.get(ExecutionWatch),
      watch: app.get(WindowWatch),
    });
    await app.close();
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  dataSource: DataSource,
  serverPid: number,
  nowMs: number,
  rolling: Cost,
  { executions, watch }: { executions: ExecutionWatch; watch: WindowWatch },
): Promise<void> {
  const span = [new Date(nowMs - 61 * MINUTE_MS), new Date(nowMs)];
  const looks: Cost[] = [];
  const reads: Cost[] = [];
  let rows = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    reads.push(
      await measure(serverPid, async () => {
        const rollups = await dataSource.query<unknown[]>(
          `SELECT * FROM agent_performance_aggregated
           WHERE period = 'minute' AND bucket_start >= $1 AND bucket_start < $2`,
          span,
        );
        rows = rollups.length;
      }),
    );
    executions.markActive(Array.from({ length: AGENTS }, (_, index) => index + 1));
    looks.push(await measure(serverPid, () => watch.judge()));
  }
  const [{ open = 0 } = {}] = await dataSource.query<{ open: number }[]>(
    'SELECT count(*)::int AS open FROM agent_performance_alerts WHERE resolved_at IS NULL',
  );
  const look = median(looks);
  const read = median(reads);
  const line = (what: string, cost: Cost): (string | number)[] => [
    what,
    cost.ms.toFixed(0),
    cost.ownCpuMs.toFixed(0),
    cost.serverCpuMs.toFixed(0),
  ];
  const rss = process.memoryUsage().rss / 2 ** 20;
  process.stdout.write(
    `${AGENTS} agents × ${RULES.length + 2} window rules, ${rows} minute rollups and ${AGENTS} raw ` +
      `rows; ${open} alerts open; RSS ${rss.toFixed(0)} MB\n` +
      table(
        ['median', 'ms', 'CPU ms, process', 'CPU ms, PostgreSQL'],
        [
          line('one look at everything', look),
          line(`SELECT of ${rows} rows`, read),
          line('rolling the hour up (once)', rolling),
        ],
      ) +
      ratioTable([
        [
          'one look, against how late rules may be',
          `${look.ms.toFixed(0)} ms`,
          `${REACH_MS} ms`,
          look.ms / REACH_MS,
          '≤',
          1,
        ],
        [
          'one look, against reading as many rows',
          `${look.ms.toFixed(0)} ms`,
          `${read.ms.toFixed(0)} ms`,
          look.ms / read.ms,
          '≤',
          3,
        ],
      ]),
  );
}

await run();
