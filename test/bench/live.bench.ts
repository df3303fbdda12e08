/**
 * The live stream, measured: `npm run bench:live -- [--seconds=5] [--most=10000]`. Clients on
 * loopback in processes of their own; bare `ws` and bare `socket.io` broadcast the same bytes in the
 * same run. What is compared is the CPU time of the server process, which a noisy machine disturbs
 * less than the clock.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { freePort } from '../support/tracker-process.js';
import type { ClientsOptions, Counted } from './live/clients.js';
import type { LiveServerOptions } from './live/server.js';
import { cpuUs, rssMb } from './support/cpu.js';
import { startServer } from './support/processes.js';
import { ratioTable, table } from './support/table.js';

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    most: { type: 'string', default: '10000' },
  },
});
const seconds = Number(args.seconds);
const most = Number(args.most);
const ROOT = join(import.meta.dirname, '../..');
const EVENTS = { events: ['performance:taskCompleted'] };

interface Shape {
  name: string;
  kind: LiveServerOptions['kind'];
  door: ClientsOptions['door'];
  clients: number;
  eventsPerSecond: number;
  subscription?: object;
  stalled?: number;
}

interface Figures {
  frames: number;
  events: number;
  perSecond: number;
  isWhole: boolean;
  p50Ms: number;
  p99Ms: number;
  cpuSeconds: number;
  rssMb: number;
  rssPerClientKb: number;
}

class Clients {
  private constructor(private readonly children: ChildProcess[]) {}

  static async open(options: ClientsOptions): Promise<Clients> {
    const perProcess = 5000;
    const children: ChildProcess[] = [];
    for (let left = options.clients; left > 0; left -= perProcess) {
      const own = { ...options, clients: Math.min(left, perProcess) };
      const script = join(import.meta.dirname, 'live/clients.ts');
      const child = fork(join(ROOT, 'scripts/run-ts.mjs'), [script, JSON.stringify(own)]);
      await once(child, 'message');
      children.push(child);
    }
    return new Clients(children);
  }

  async ask(order: 'reset' | 'count'): Promise<Counted[]> {
    return Promise.all(
      this.children.map(async (child) => {
        const answered = once(child, 'message');
        child.send(order);
        return (await answered)[0] as Counted;
      }),
    );
  }

  async close(): Promise<void> {
    for (const child of this.children) {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    }
  }
}

/** What the clients have got when nothing more comes, or after a while. */
async function settled(clients: Clients): Promise<Counted[]> {
  const deadlineMs = performance.now() + 20_000;
  for (let known = -1; ;) {
    await sleep(1500);
    const counted = await clients.ask('count');
    const frames = counted.reduce((sum, one) => sum + one.frames, 0);
    if (frames === known || performance.now() > deadlineMs) return counted;
    known = frames;
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

async function measure(shape: Shape): Promise<Figures> {
  const { kind, door, clients: count, eventsPerSecond, subscription = EVENTS, stalled = 0 } = shape;
  const port = await freePort();
  const options: LiveServerOptions = { port, kind, eventsPerSecond };
  const server = await startServer('test/bench/live/server.ts', options);
  const emptyMb = rssMb(server.pid);
  const clients = await Clients.open({ port, door, clients: count, subscription, stalled });
  const filledMb = rssMb(server.pid);
  const publish = (): void => void process.kill(server.pid, 'SIGUSR2');
  publish();
  await sleep(1000);
  publish();
  await settled(clients);
  await clients.ask('reset');
  const before = cpuUs(server.pid);
  publish();
  await sleep(seconds * 1000);
  publish();
  const busyMb = rssMb(server.pid);
  const counted = await settled(clients);
  const cpuSeconds = (cpuUs(server.pid) - before) / 1e6;
  await clients.close();
  await server.stop();
  const latencies = counted.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const events = counted.reduce((sum, one) => sum + one.events, 0);
  process.stderr.write(
    `heard ${Math.min(...counted.map((one) => one.fewest))}..${Math.max(...counted.map((one) => one.most))}, told missed ${Math.max(...counted.map((one) => one.missed))}\n`,
  );
  const fewest = Math.min(...counted.map((one) => one.fewest));
  const figures = {
    frames: counted.reduce((sum, one) => sum + one.frames, 0),
    events,
    perSecond: events / seconds,
    isWhole: fewest === Math.max(...counted.map((one) => one.most)) && fewest > 0,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuSeconds,
    rssMb: busyMb,
    rssPerClientKb: (1024 * (filledMb - emptyMb)) / count,
  };
  show(shape, figures);
  return figures;
}

const rows: (string | number)[][] = [];
function show(shape: Shape, figures: Figures): void {
  const row = [
    shape.name,
    shape.clients,
    shape.eventsPerSecond,
    Math.round(figures.perSecond),
    Math.round(figures.frames / seconds),
    figures.isWhole ? 'all' : 'NOT ALL',
    figures.p50Ms,
    figures.p99Ms,
    ((1e6 * figures.cpuSeconds) / figures.events).toFixed(3),
    figures.rssMb.toFixed(0),
    figures.rssPerClientKb.toFixed(1),
  ];
  rows.push(row);
  process.stderr.write(`${row.join('  ')}\n`);
}

const BATCH = { ...EVENTS, batch: true };
const thousand = { clients: 1000, eventsPerSecond: 10 };
const bareWs = await measure({ name: 'bare ws', kind: 'bare ws', door: 'bare ws', ...thousand });
const bareIo = await measure({
  name: 'bare socket.io',
  kind: 'bare socket.io',
  door: 'bare socket.io',
  ...thousand,
});
const single = await measure({
  name: 'plain, a frame each',
  kind: 'ours',
  door: 'plain',
  ...thousand,
});
const singleIo = await measure({
  name: 'Socket.IO, a frame each',
  kind: 'ours',
  door: 'socket.io',
  ...thousand,
});
await measure({
  name: 'plain, a frame each',
  kind: 'ours',
  door: 'plain',
  clients: 100,
  eventsPerSecond: 40,
});
const flood = { clients: 1000, eventsPerSecond: 1000, subscription: BATCH };
const batched = await measure({ name: 'plain, batches', kind: 'ours', door: 'plain', ...flood });
const batchedIo = await measure({
  name: 'Socket.IO, batches',
  kind: 'ours',
  door: 'socket.io',
  ...flood,
});
// So many that the clients, on the same two cores, cannot take them in: as good as a slow network.
const over = { clients: 500, eventsPerSecond: 4000, subscription: BATCH };
const calm = await measure({ name: 'plain, much', kind: 'ours', door: 'plain', ...over });
const stalled = await measure({
  name: 'plain, much, 100 stalled',
  kind: 'ours',
  door: 'plain',
  ...over,
  clients: 600,
  stalled: 100,
});
const crowd = await measure({
  name: 'plain, a crowd',
  kind: 'ours',
  door: 'plain',
  clients: most,
  eventsPerSecond: 20,
  subscription: { ...BATCH, rate: 1 },
});

const heading = ['door', 'clients', 'events/s in', 'events/s out', 'messages/s out', 'delivered'];
console.log(table([...heading, 'p50 ms', 'p99 ms', 'CPU µs/event', 'RSS MB', 'KB/client'], rows));
const perCpu = (f: Figures): number => f.frames / f.cpuSeconds;
const perEvent = (f: Figures): number => (1e6 * f.cpuSeconds) / f.events;
const us = (value: number): string => `${value.toFixed(3)} µs`;
const rate = (value: number): string => `${Math.round(value)}/CPU s`;
console.log(
  ratioTable([
    [
      'frame each, plain / bare ws',
      rate(perCpu(single)),
      rate(perCpu(bareWs)),
      perCpu(single) / perCpu(bareWs),
      '≥',
      0.9,
    ],
    [
      'frame each, Socket.IO / bare socket.io',
      rate(perCpu(singleIo)),
      rate(perCpu(bareIo)),
      perCpu(singleIo) / perCpu(bareIo),
      '≥',
      0.9,
    ],
    [
      'batches, CPU per event / bare ws unbatched',
      us(perEvent(batched)),
      us(perEvent(bareWs)),
      perEvent(batched) / perEvent(bareWs),
      '≤',
      0.05,
    ],
    ['batches, p99 ms', `${batched.p99Ms} ms`, '200 ms', batched.p99Ms / 200, '≤', 1],
    [
      'batches, Socket.IO / plain',
      us(perEvent(batchedIo)),
      us(perEvent(batched)),
      perEvent(batchedIo) / perEvent(batched),
      '≤',
      1.7,
    ],
    [
      '100 stalled clients, MB each',
      `${((stalled.rssMb - calm.rssMb) / 100).toFixed(2)} MB`,
      '1 MB',
      (stalled.rssMb - calm.rssMb) / 100,
      '≤',
      1,
    ],
    [
      '100 stalled clients, p99 of the others',
      `${stalled.p99Ms} ms`,
      `${calm.p99Ms} ms`,
      stalled.p99Ms / calm.p99Ms,
      '≤',
      1.2,
    ],
    [`${most} clients, RSS`, `${crowd.rssMb.toFixed(0)} MB`, '500 MB', crowd.rssMb / 500, '≤', 1],
    [`${most} clients, p99`, `${crowd.p99Ms} ms`, '1500 ms', crowd.p99Ms / 1500, '≤', 1],
  ]),
);
