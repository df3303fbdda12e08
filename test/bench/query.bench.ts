/**
 * Questions and rollups, measured: `npm run bench:query -- [--rows=1000000,10000000] [--full]`
 * (`--full` adds 50 million). A server and a PostgreSQL of their own, 1,000 agents, 30 days;
 * references are taken from the same database in the same run.
 */
import { parseArgs } from 'node:util';

import pg from 'pg';

import { freePort } from '../support/tracker-process.js';
import { AGENTS, seed } from './query/seed.js';
import { Store } from './query/store.js';
import { cpuUs } from './support/cpu.js';
import { benchDatabase, benchPostgres, load, startServer } from './support/processes.js';
import type { BenchPostgres } from './support/processes.js';
import { sampleRecords } from './support/sample-records.js';
import { ratioTable, table } from './support/table.js';
import type { Ratio } from './support/table.js';

const { values: args } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000,10000000' },
    full: { type: 'boolean', default: false },
  },
});
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const API = '/api/v1/agent-performance';
const SERVER = `${import.meta.dirname}/support/server.ts`;

type Timing = { first: number; p50: number; p95: number };
type Question = [name: string, ask: () => Promise<unknown>];

async function time(ask: () => Promise<unknown>, times: number): Promise<Timing> {
  const took: number[] = [];
  for (let run = 0; run < times; run++) {
    const startedMs = performance.now();
    await ask();
    took.push(performance.now() - startedMs);
  }
  const [first = NaN] = took;
  took.sort((a, b) => a - b);
  const at = (q: number): number => took[Math.ceil(q * took.length) - 1] ?? NaN;
  return { first, p50: at(0.5), p95: at(0.95) };
}

async function get(port: number, path: string): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${API}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const dirtyCount = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    `SELECT ((SELECT count(*) FROM dirty_buckets) + (SELECT count(*) FROM dirty_groups))::int AS count`,
  );
  return rows[0]?.count ?? 0;
};

async function untilClean(client: pg.Client, port: number): Promise<number> {
  const startedMs = performance.now();
  await fetch(`http://127.0.0.1:${port}${API}/aggregate`, { method: 'POST' });
  while ((await dirtyCount(client)) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  return performance.now() - startedMs;
}

const RAW_SQL = `SELECT agent_key, count(*), count(*) FILTER (WHERE status = 'success'),
  avg(duration_ms), percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms)
  FROM agent_performance_metrics WHERE started_at >= $1 AND started_at < $2 GROUP BY agent_key`;

function questions(client: pg.Client, store: Store, port: number): Question[] {
  const nowMs = Date.now();
  const oddFrom = nowMs - 23 * DAY_MS - 7 * HOUR_MS - 13_579;
  const oddTo = nowMs - 2 * DAY_MS - 3 * HOUR_MS - 2_468;
  const range = `from=${new Date(oddFrom).toISOString()}&to=${new Date(oddTo).toISOString()}`;
  const month = (): [number, number] => [Date.now() + 1 - 30 * DAY_MS, Date.now() + 1];
  return [
    ['key lookup, pg', () => client.query('SELECT * FROM agents WHERE agent_key = $1', [500])],
    ['30-day summary, store', () => store.summary(...month())],
    ['30-day summary, HTTP', () => get(port, '/summary?window=30d')],
    ['7-day summary, HTTP', () => get(port, '/summary?window=7d')],
    ['24-hour summary, HTTP', () => get(port, '/summary?window=24h')],
    ['odd 21 days, store', () => store.summary(oddFrom, oddTo)],
    ['odd 21 days, HTTP', () => get(port, `/summary?${range}`)],
    ['hourly trend 7 d, store', () => store.trend('agent-0500', nowMs - 7 * DAY_MS, nowMs)],
    [
      'hourly trend 7 d, HTTP',
      () => get(port, '/trends?agentId=agent-0500&period=hour&lookback=168'),
    ],
  ];
}

async function measure(postgres: BenchPostgres, rows: number): Promise<Map<string, Timing>> {
  const url = await benchDatabase(postgres, `query_${rows}`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  console.log(`\n=== ${rows.toLocaleString('en')} executions`);
  const seedMs = performance.now();
  await seed(client, url, rows);
  console.log(`seeded in ${((performance.now() - seedMs) / 1000).toFixed(1)} s`);
  const port = await freePort();
  const server = await startServer(SERVER, { databaseUrl: url, port, mode: 'full' as const });
  try {
    const rolledMs = await untilClean(client, port);
    console.log(
      `rolled up from raw in ${(rolledMs / 1000).toFixed(1)} s, ${((rolledMs * 1000) / rows).toFixed(2)} µs a record`,
    );
    await client.query('VACUUM ANALYZE');
    // The job that has just ended keeps the windows.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const store = new Store(client, AGENTS);
    const asked = questions(client, store, port);
    const idle = new Map<string, Timing>();
    for (const [name, ask] of asked) idle.set(name, await time(ask, 40));
    const raw = await time(
      () => client.query(RAW_SQL, [new Date(Date.now() - 30 * DAY_MS), new Date()]),
      rows > 2e6 ? 1 : 3,
    );
    idle.set('30-day summary, SQL on raw', raw);
    const busy = await underLoad(client, asked, port);
    report(idle, busy);
    await rollupCost(postgres, server.pid, client, port);
    await expiry(client);
    return idle;
  } finally {
    await server.stop();
    await client.end();
  }
}

/** The same while 10,000 executions a second come in. */
async function underLoad(
  client: pg.Client,
  asked: Question[],
  port: number,
): Promise<Map<string, Timing>> {
  const busy = new Map<string, Timing>();
  let stop = false;
  const feeding = (async () => {
    for (let run = 100; !stop; run++) {
      const startedMs = performance.now();
      await fetch(`http://127.0.0.1:${port}${API}/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sampleRecords(1000, run, Date.now(), run)),
      });
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, 100 - (performance.now() - startedMs))),
      );
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 6000));
  for (const [name, ask] of asked) {
    if (name.endsWith('HTTP') || name.includes('pg')) busy.set(name, await time(ask, 40));
  }
  stop = true;
  await feeding;
  await untilClean(client, port);
  return busy;
}

function report(idle: Map<string, Timing>, busy: Map<string, Timing>): void {
  const cells = (timing: Timing | undefined): string[] =>
    timing ? [timing.first.toFixed(1), timing.p50.toFixed(2), timing.p95.toFixed(2)] : ['', '', ''];
  console.log(
    table(
      ['ms', 'first', 'p50', 'p95', 'busy first', 'busy p50', 'busy p95'],
      [...idle].map(([name, timing]) => [name, ...cells(timing), ...cells(busy.get(name))]),
    ),
  );
  const of = (name: string): number => idle.get(name)?.p50 ?? NaN;
  const lookup = of('key lookup, pg');
  const compared = (name: string, reach: number): Ratio => [
    name,
    `${of(name).toFixed(1)} ms`,
    `${lookup.toFixed(2)} ms`,
    of(name) / lookup,
    '≤',
    reach,
  ];
  const slowdown = ['30-day summary, HTTP', 'hourly trend 7 d, HTTP'].map((name): Ratio => {
    const [loaded, alone] = [busy.get(name)?.p95 ?? NaN, idle.get(name)?.p95 ?? NaN];
    return [
      `${name}, busy p95`,
      `${loaded.toFixed(1)} ms`,
      `${alone.toFixed(1)} ms`,
      loaded / alone,
      '≤',
      2,
    ];
  });
  const raw = of('30-day summary, SQL on raw');
  const month = of('30-day summary, HTTP');
  console.log(
    ratioTable([
      compared('30-day summary, store', 12),
      compared('30-day summary, HTTP', 40),
      compared('odd 21 days, HTTP', 200),
      compared('hourly trend 7 d, store', 5),
      compared('hourly trend 7 d, HTTP', 10),
      [
        'SQL on raw / 30-day summary',
        `${raw.toFixed(0)} ms`,
        `${month.toFixed(1)} ms`,
        raw / month,
        '≥',
        500,
      ],
      ...slowdown,
    ]),
  );
}

/** A burst at full speed: what rollups take of it, and how long they lag behind. */
async function rollupCost(
  postgres: BenchPostgres,
  serverPid: number,
  client: pg.Client,
  port: number,
): Promise<void> {
  const before = cpuUs(serverPid) + cpuUs(postgres.pid, true);
  const burst = {
    port,
    door: 'http' as const,
    batch: 1000,
    connections: 8,
    inFlight: 1,
    gzip: false,
  };
  const result = await load({ ...burst, seconds: 10, run: 7000 });
  const startedMs = performance.now();
  while ((await dirtyCount(client)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const lagMs = performance.now() - startedMs;
  const cpu = cpuUs(serverPid) + cpuUs(postgres.pid, true) - before;
  console.log(
    `burst of ${result.records} at ${Math.round(result.records / result.seconds)}/s: all rolled up ` +
      `${(lagMs / 1000).toFixed(1)} s after its end; ${(cpu / result.records).toFixed(1)} µs CPU a record in all`,
  );
}

/** A day by dropping its partition, and one by DELETE. */
async function expiry(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY 1 OFFSET 3 LIMIT 2`,
  );
  const [dropped = '', deleted = ''] = rows.map(({ name }) => name);
  const cost = async (sql: string): Promise<[ms: number, walBytes: number]> => {
    await client.query('CHECKPOINT');
    const wal = 'SELECT pg_current_wal_lsn() AS at';
    const { rows: from } = await client.query<{ at: string }>(wal);
    const startedMs = performance.now();
    await client.query(sql);
    const ms = performance.now() - startedMs;
    const { rows: size } = await client.query<{ bytes: string }>(
      'SELECT pg_current_wal_lsn() - $1::pg_lsn AS bytes',
      [from[0]?.at],
    );
    return [ms, Number(size[0]?.bytes)];
  };
  const [deleteMs, deleteWal] = await cost(`DELETE FROM ${deleted}`);
  const [dropMs, dropWal] = await cost(`DROP TABLE ${dropped}`);
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(
    ratioTable([
      [
        'expire a day, time',
        `${dropMs.toFixed(1)} ms`,
        `${deleteMs.toFixed(0)} ms`,
        dropMs / deleteMs,
        '≤',
        0.1,
      ],
      ['expire a day, WAL', mb(dropWal), mb(deleteWal), dropWal / deleteWal, '≤', 0.01],
    ]),
  );
}

const sizes = [...args.rows.split(',').map(Number), ...(args.full ? [50_000_000] : [])];
const postgres = await benchPostgres();
try {
  const all: Map<string, Timing>[] = [];
  for (const rows of sizes) all.push(await measure(postgres, rows));
  const [least, ...more] = all;
  for (const [index, figures] of more.entries()) {
    const [smallest = 0, size = 0] = [sizes[0], sizes[index + 1]];
    console.log(`\ngrowth from ${smallest} to ${size}`);
    console.log(
      ratioTable(
        [...figures].map(([name, { p50 }]): Ratio => {
          const reference = least?.get(name)?.p50 ?? NaN;
          const reach = size > 2e7 ? 1.6 : 1.3;
          return [
            name,
            `${p50.toFixed(2)} ms`,
            `${reference.toFixed(2)} ms`,
            p50 / reference,
            '≤',
            reach,
          ];
        }),
      ),
    );
  }
} finally {
  await postgres.remove();
}
