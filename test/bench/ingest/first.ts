import { freePort } from '../../support/tracker-process.js';
import { cpuUs } from '../support/cpu.js';
import { benchDatabase, benchPostgres, load, startServer } from '../support/processes.js';
const mode = process.argv[2] ?? 'full';
const prof = process.argv[3] || undefined;
const configs = JSON.parse(process.argv[4] ?? '[[1,1],[1,64],[100,64],[1000,8]]') as [
  number,
  number,
  ('http' | 'websocket')?,
  number?,
][];
const postgres = await benchPostgres();
const databaseUrl = await benchDatabase(postgres, 'one');
const server = await startServer(
  'test/bench/support/server.ts',
  { databaseUrl, port: await freePort(), mode },
  prof,
);
let run = 1;
const one = async (
  batch: number,
  connections: number,
  door: 'http' | 'websocket' = 'http',
  inFlight = 1,
  seconds = 4,
): Promise<void> => {
  const s0 = cpuUs(server.pid),
    p0 = cpuUs(postgres.pid, true);
  const r = await load({
    port: server.port,
    door,
    batch,
    connections,
    inFlight,
    gzip: false,
    seconds,
    run: run++,
  });
  const s = (cpuUs(server.pid) - s0) / r.records,
    p = (cpuUs(postgres.pid, true) - p0) / r.records;
  console.log(
    `${door} ${batch}x${connections}x${inFlight}: ${Math.round(r.records / r.seconds)}/s p50 ${r.p50Ms.toFixed(2)} p99 ${r.p99Ms.toFixed(1)} cpu server ${s.toFixed(1)} pg ${p.toFixed(1)} client ${(r.cpuUs / r.records).toFixed(1)} refused ${r.refused}`,
  );
};
await one(100, 8, 'http', 1, 3);
for (const c of configs) await one(...c);
await server.stop();
await postgres.remove();
