/**
 * Durable ingest, measured: `npm run bench:ingest -- [--seconds=4] [--rounds=2] [--profile=folder]`.
 * Real HTTP and WebSocket on loopback, the load generator a process of its own, PostgreSQL with
 * fsync on. References are measured in between, so that a noisy machine disturbs both alike.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { freePort } from '../support/tracker-process.js';
import {
  copyFile,
  copyRate,
  insertMs,
  median,
  validateAndEncodeCost,
} from './ingest/references.js';
import { cpuUs, rssMb } from './support/cpu.js';
import { benchDatabase, benchPostgres, load, startServer } from './support/processes.js';
import type { BenchPostgres, BenchServer } from './support/processes.js';
import { hottest, readProfiles } from './support/profile.js';
import { ratioTable, table } from './support/table.js';

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '2' },
    profile: { type: 'string' },
  },
});
const seconds = Number(args.seconds);
const rounds = Number(args.rounds);

interface Shape {
  door: 'http' | 'websocket';
  batch: number;
  connections: number;
  inFlight?: number;
  gzip?: boolean;
}
interface Figures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  serverUs: number;
  postgresUs: number;
  refused: number;
}

const GRID: Shape[] = [
  { door: 'http', batch: 1, connections: 1 },
  { door: 'http', batch: 1, connections: 8 },
  { door: 'http', batch: 1, connections: 64 },
  { door: 'http', batch: 10, connections: 64 },
  { door: 'http', batch: 100, connections: 8 },
  { door: 'http', batch: 100, connections: 64 },
  { door: 'http', batch: 1000, connections: 1 },
  { door: 'http', batch: 1000, connections: 8 },
  { door: 'http', batch: 1000, connections: 8, gzip: true },
  { door: 'http', batch: 10_000, connections: 4 },
  { door: 'websocket', batch: 1, connections: 1, inFlight: 64 },
  { door: 'websocket', batch: 1, connections: 64, inFlight: 16 },
  { door: 'websocket', batch: 100, connections: 8, inFlight: 8 },
];

let run = 100;

const nameOf = (shape: Shape): string =>
  `${shape.door} ${shape.batch} × ${shape.connections}` +
  `${shape.inFlight ? ` × ${shape.inFlight} in flight` : ''}${shape.gzip ? ' gzip' : ''}`;

async function measure(
  postgres: BenchPostgres,
  server: BenchServer,
  shape: Shape,
  forSeconds = seconds,
): Promise<Figures> {
  const before = { server: cpuUs(server.pid), postgres: cpuUs(postgres.pid, true) };
  const result = await load({
    inFlight: 1,
    gzip: false,
    ...shape,
    port: server.port,
    seconds: forSeconds,
    run: run++,
  });
  return {
    perSecond: result.records / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    serverUs: (cpuUs(server.pid) - before.server) / result.records,
    postgresUs: (cpuUs(postgres.pid, true) - before.postgres) / result.records,
    refused: result.refused,
  };
}

/** The round with the median rate. */
function middle(figures: Figures[]): Figures {
  const sorted = [...figures].sort((a, b) => a.perSecond - b.perSecond);
  return sorted[Math.floor(sorted.length / 2)] as Figures;
}

const postgres = await benchPostgres({ max_connections: '100' });
if (args.profile) mkdirSync(args.profile, { recursive: true });
const serverFor = async (
  name: string,
  mode: 'full' | 'ingest-only' | 'no-database',
  profile?: string,
): Promise<BenchServer & { databaseUrl: string }> => {
  const databaseUrl = await benchDatabase(postgres, name);
  const options = { databaseUrl, port: await freePort(), mode };
  const server = await startServer('test/bench/support/server.ts', options, profile);
  return Object.assign(server, { databaseUrl });
};

const BULK: Shape = { door: 'http', batch: 1000, connections: 8 };
const SINGLE: Shape = { door: 'http', batch: 1, connections: 64 };
const results = new Map<string, Figures[]>();
const copies = { one: [] as number[], two: [] as number[] };
const inserts: number[] = [];

try {
  const server = await serverFor('grid', 'ingest-only', args.profile);
  const bare = await serverFor('bare', 'no-database');
  const idleMb = rssMb(server.pid);
  for (const shape of [BULK, SINGLE]) {
    await measure(postgres, server, shape, 2);
    await measure(postgres, bare, shape, 2);
  }
  const withoutDatabase: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    copies.one.push(await copyRate(server.databaseUrl, [[copyFile(run++), copyFile(run++)]]));
    for (const shape of GRID) {
      const figures = await measure(postgres, server, shape);
      results.set(nameOf(shape), [...(results.get(nameOf(shape)) ?? []), figures]);
      if (shape === GRID[2]) withoutDatabase.push(await measure(postgres, bare, SINGLE));
      if (shape === GRID[0]) inserts.push(await insertMs(server.databaseUrl));
      if (nameOf(shape) !== nameOf(BULK)) continue;
      copies.one.push(await copyRate(server.databaseUrl, [[copyFile(run++), copyFile(run++)]]));
      copies.two.push(
        await copyRate(server.databaseUrl, [
          [copyFile(run++), copyFile(run++)],
          [copyFile(run++), copyFile(run++)],
        ]),
      );
    }
  }
  const busyMb = rssMb(server.pid);
  await server.stop();
  await bare.stop();

  const usual = await startServer('test/bench/ingest/usual-stack.ts', {
    databaseUrl: await benchDatabase(postgres, 'usual'),
    port: await freePort(),
  });
  await measure(postgres, usual, BULK, 2);
  const usualFigures = await measure(postgres, usual, BULK);
  await usual.stop();

  // Long enough for several rollups; the two take turns.
  const off = await serverFor('alone', 'ingest-only');
  const on = await serverFor('whole', 'full');
  const whole: Record<'on' | 'off', Figures[]> = { on: [], off: [] };
  for (let round = 0; round < rounds; round += 1) {
    whole.off.push(await measure(postgres, off, BULK, seconds * 5));
    whole.on.push(await measure(postgres, on, BULK, seconds * 5));
  }
  await off.stop();
  await on.stop();

  const grid = new Map([...results].map(([name, figures]) => [name, middle(figures)]));
  console.log(
    table(
      ['shape', 'records/s', 'p50 ms', 'p99 ms', 'server µs/rec', 'PostgreSQL µs/rec', '× COPY'],
      [...grid].map(([name, f]) => [
        name + (f.refused ? ` (${f.refused} refused)` : ''),
        Math.round(f.perSecond),
        f.p50Ms.toFixed(2),
        f.p99Ms.toFixed(1),
        f.serverUs.toFixed(1),
        f.postgresUs.toFixed(1),
        (f.perSecond / median(copies.one)).toFixed(2),
      ]),
    ),
  );
  const at = (shape: Shape): Figures => grid.get(nameOf(shape)) as Figures;
  const bulk = at(BULK).perSecond;
  const pipelined = at({ door: 'websocket', batch: 1, connections: 64, inFlight: 16 }).perSecond;
  const cost = validateAndEncodeCost();
  const rate = (value: number): string => `${Math.round(value)}/s`;
  console.log(
    ratioTable([
      [
        'http 1000 × 8 / COPY, one at once',
        rate(bulk),
        rate(median(copies.one)),
        bulk / median(copies.one),
        '≥',
        0.85,
      ],
      [
        'http 1000 × 8 / COPY, two at once',
        rate(bulk),
        rate(median(copies.two)),
        bulk / median(copies.two),
        '≥',
        0.6,
      ],
      [
        'http 1 × 64 / the same without a database',
        rate(at(SINGLE).perSecond),
        rate(middle(withoutDatabase).perSecond),
        at(SINGLE).perSecond / middle(withoutDatabase).perSecond,
        '≥',
        0.6,
      ],
      [
        'websocket 64 × 16 in flight / http 1 × 64',
        rate(pipelined),
        rate(at(SINGLE).perSecond),
        pipelined / at(SINGLE).perSecond,
        '≥',
        3,
      ],
      [
        'validate and encode / JSON.parse, CPU',
        `${cost.wholeUs.toFixed(2)} µs`,
        `${cost.parseUs.toFixed(2)} µs`,
        cost.wholeUs / cost.parseUs,
        '≤',
        2.5,
      ],
      [
        'one record acknowledged / bare INSERT, p50',
        `${at(GRID[0] as Shape).p50Ms.toFixed(2)} ms`,
        `${median(inserts).toFixed(2)} ms`,
        at(GRID[0] as Shape).p50Ms / median(inserts),
        '≤',
        3,
      ],
      [
        'http 1000 × 8 / ValidationPipe + TypeORM insert',
        rate(bulk),
        rate(usualFigures.perSecond),
        bulk / usualFigures.perSecond,
        '≥',
        8,
      ],
      [
        'with rollups and alerts / without',
        rate(middle(whole.on).perSecond),
        rate(middle(whole.off).perSecond),
        middle(whole.on).perSecond / middle(whole.off).perSecond,
        '≥',
        0.9,
      ],
    ]),
  );
  console.log(
    `resident memory of the server: ${idleMb.toFixed(0)} MB idle, ${busyMb.toFixed(0)} MB after all this`,
  );
  if (args.profile) {
    console.log('where the server spends its CPU time:');
    for (const profile of readProfiles(args.profile)) console.log(hottest(profile).join('\n'));
  }
} finally {
  await postgres.remove();
}
