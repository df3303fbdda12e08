/**
 * Far more than the server can take, for long: `npm run bench:overload -- [--minutes=10]
 * [--connections=800]`. Each connection sends 1,000 records at a time, and again a second after a
 * refusal. Memory must stay flat, what is not taken must be refused at once, and what was
 * acknowledged must be there.
 */
import { parseArgs } from 'node:util';

import type { Answer, Status } from '@app/contracts';
import pg from 'pg';

import { freePort } from '../support/tracker-process.js';
import { rssMb } from './support/cpu.js';
import { benchDatabase, benchPostgres, load, startServer } from './support/processes.js';
import { table } from './support/table.js';

const { values: args } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    // About 800,000 records a second are offered, ten times what a machine like ours takes.
    connections: { type: 'string', default: '800' },
  },
});
const seconds = Number(args.minutes) * 60;
const SAMPLES = 20;

const postgres = await benchPostgres();
try {
  const databaseUrl = await benchDatabase(postgres, 'overload');
  const options = { databaseUrl, port: await freePort(), mode: 'full' as const };
  const server = await startServer('test/bench/support/server.ts', options);
  const base = `http://127.0.0.1:${options.port}`;
  const sending = load({
    port: options.port,
    door: 'http',
    batch: 1000,
    connections: Number(args.connections),
    inFlight: 1,
    gzip: false,
    seconds,
    run: 1,
  });
  const samples: (string | number)[][] = [];
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / SAMPLES));
    const askedMs = performance.now();
    const answer = await fetch(`${base}/api/v1/agent-performance/status`);
    const tookMs = performance.now() - askedMs;
    const { ingest } = ((await answer.json()) as Answer<Status>).data;
    samples.push([
      `${Math.round((sample * seconds) / SAMPLES)} s`,
      Math.round(rssMb(server.pid)),
      ingest.queuedRecords,
      ingest.accepted,
      ingest.refused + ingest.refusedUnread * 1000,
      Math.round(tookMs),
    ]);
  }
  const sent = await sending;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(
    'SELECT count(*) FROM agent_performance_metrics',
  );
  await client.end();
  await server.stop();
  console.log(
    table(['after', 'RSS MB', 'queued', 'accepted', 'refused', 'GET /status ms'], samples),
  );
  const rss = samples.map((sample) => Number(sample[1]));
  const half = (from: number, to: number): number => Math.max(...rss.slice(from, to));
  console.log(
    `most memory in the second half / in the first: ${(half(SAMPLES / 2, SAMPLES) / half(0, SAMPLES / 2)).toFixed(2)} ×`,
  );
  console.log(`refused requests: ${sent.refused}`);
  console.log(`acknowledged ${sent.records}, stored ${rows[0]?.count ?? 0}`);
} finally {
  await postgres.remove();
}
