/**
 * Questions and rollups, measured: `npm run bench:query -- [--rows=1000000,10000000] [--full]`
 * (`--full` adds 50 million). A server and a PostgreSQL of their own, 1,000 agents, 30 days;
 * references are taken from the same database in the same run.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import pg from 'pg';

import { freePort } from '../support/tracker-process.js';
import { expiry } from './query/expiry.js';
import { API, get } from './query/http.js';
import { AGENTS, seed } from './query/seed.js';
import { Store } from './query/store.js';
import { time } from './query/timing.js';
import type { Timing, TimingOptions } from './query/timing.js';
import { cpuMeter, cpuUs } from './support/cpu.js';
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
const SERVER = `${import.meta.dirname}/support/server.ts`;

type Question = [name: string, ask: () => Promise<unknown>];
const LOOKUP = 'key lookup, pg';
const ON_RAW = '30-day summary, SQL on raw';

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
  const day = (days: number): number => Date.now() + 1 - days * DAY_MS;
  let asked = 0;
  /** Some 20 to 27 days, none of them asked for before. */
  const odd = (): [number, number] => {
    asked += 1;
    const fromMs = nowMs - 28 * DAY_MS + ((asked * 4_937_501) % (4 * DAY_MS));
    return [fromMs, nowMs - 4 * HOUR_MS - ((asked * 7_013_009) % (3 * DAY_MS))];
  };
  const same = odd();
  const path = ([fromMs, toMs]: [number, number]): string =>
    `/summary?from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
  const trend = (): Promise<unknown> => store.trend('agent-0500', nowMs - 7 * DAY_MS, nowMs);
  const cold = (ask: () => Promise<unknown>) => (): Promise<unknown> => {
    store.forget();
    return ask();
  };
  return [
    [LOOKUP, lookupOf(client)],
    ['30-day summary, store', () => store.summary(day(30), Date.now() + 1)],
    ['30-day summary, store, cold', cold(() => store.summary(day(30), Date.now() + 1))],
    ['30-day summary, HTTP', () => get(port, '/summary?window=30d')],
    ['7-day summary, HTTP', () => get(port, '/summary?window=7d')],
    ['24-hour summary, HTTP', () => get(port, '/summary?window=24h')],
    ['odd range, store', () => store.summary(...odd())],
    ['odd range, store, cold', cold(() => store.summary(...odd()))],
    ['odd range, HTTP', () => get(port, path(same))],
    ['odd range, HTTP, cold', () => get(port, path(odd()))],
    ['hourly trend 7 d, store', trend],
    ['hourly trend 7 d, store, cold', cold(trend)],
    [
      'hourly trend 7 d, HTTP',
      () => get(port, '/trends?agentId=agent-0500&period=hour&lookback=168'),
    ],
  ];
}

const lookupOf = (client: pg.Client) => (): Promise<unknown> =>
  client.query('SELECT * FROM agents WHERE agent_key = $1', [500]);

/** How often one is asked in a round: slow ones less. */
const timesOf = (name: string): number => (name.startsWith('odd range') ? 8 : 40);

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
    const measuring = { lookup: lookupOf(client), meter: cpuMeter(server.pid, postgres.pid) };
    for (const [name, ask] of asked) {
      idle.set(name, await time(ask, { ...measuring, times: timesOf(name) }));
    }
    const onRaw = (): Promise<unknown> =>
      client.query(RAW_SQL, [new Date(Date.now() - 30 * DAY_MS), new Date()]);
    const raw = await time(onRaw, { ...measuring, times: 1, rounds: rows > 2e6 ? 1 : 3 });
    idle.set(ON_RAW, raw);
    const busy = await underLoad(client, asked, port, measuring);
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
  measuring: Pick<TimingOptions, 'lookup' | 'meter'>,
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
    if (!name.endsWith('HTTP') && name !== LOOKUP) continue;
    busy.set(name, await time(ask, { ...measuring, times: timesOf(name) }));
  }
  stop = true;
  await feeding;
  await untilClean(client, port);
  return busy;
}

function report(idle: Map<string, Timing>, busy: Map<string, Timing>): void {
  console.log(
    `load of the machine: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  );
  const cells = (timing: Timing | undefined): string[] =>
    timing
      ? [
          timing.first.toFixed(1),
          timing.p50.toFixed(2),
          timing.p95.toFixed(2),
          `${timing.ratio.toFixed(1)} ×`,
        ]
      : ['', '', '', ''];
  const cpu = ({ cpuUs: us, cpuRatio }: Timing): string[] => [
    us.toFixed(0),
    `${cpuRatio.toFixed(1)} ×`,
  ];
  console.log(
    table(
      [
        ...['ms', 'first', 'p50', 'p95', 'lookups', 'CPU µs', 'lookups'],
        ...['busy first', 'busy p50', 'busy p95', 'lookups'],
      ],
      [...idle].map(([name, timing]) => [
        name,
        ...cells(timing),
        ...cpu(timing),
        ...cells(busy.get(name)),
      ]),
    ),
  );
  const of = (name: string): number => idle.get(name)?.p50 ?? NaN;
  const compared = (name: string, reach: number): Ratio => {
    const { p50 = NaN, ratio = NaN } = idle.get(name) ?? {};
    return [name, `${p50.toFixed(1)} ms`, `${(p50 / ratio).toFixed(2)} ms`, ratio, '≤', reach];
  };
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
  const raw = of(ON_RAW);
  const month = of('30-day summary, HTTP');
  console.log(
    ratioTable([
      compared('30-day summary, store', 12),
      compared('30-day summary, HTTP', 40),
      compared('odd range, HTTP', 200),
      compared('odd range, HTTP, cold', 200),
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

const sizes = [...args.rows.split(',').map(Number), ...(args.full ? [50_000_000] : [])];
const postgres = await benchPostgres();
try {
  const all: Map<string, Timing>[] = [];
  for (const rows of sizes) all.push(await measure(postgres, rows));
  const [least, ...more] = all;
  for (const [index, figures] of more.entries()) {
    const [smallest = 0, size = 0] = [sizes[0], sizes[index + 1]];
    console.log(`\ngrowth from ${smallest} to ${size}`);
    // What ours is held against may grow.
    const ours = [...figures].filter(([name]) => name !== LOOKUP && name !== ON_RAW);
    console.log(
      ratioTable(
        // In lookups of the same minutes: the machine was not the same one an hour before.
        ours.map(([name, { ratio }]): Ratio => {
          const reference = least?.get(name)?.ratio ?? NaN;
          const reach = size > 2e7 ? 1.6 : 1.3;
          const told = (lookups: number): string => `${lookups.toFixed(1)} lookups`;
          return [name, told(ratio), told(reference), ratio / reference, '≤', reach];
        }),
      ),
    );
  }
} finally {
  await postgres.remove();
}
