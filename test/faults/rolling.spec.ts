import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { Belongings } from '../support/belongings.js';
import { API } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase } from '../support/fresh-database.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { seeded } from '../support/random-history.js';
import { eventually as within, startTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const CHECK_MS = 100;
/** Many checks, since on a busy machine some come late. */
const DRAIN_SECONDS = 5;
const LANES = 6;

// Four starts, one after the other, on a machine that may have better things to do.
jest.setTimeout(600_000);

/** Passes connections on to a server that says it is ready, and knows nothing of HTTP. */
class Balancer {
  private readonly healthy = new Set<string>();
  private readonly sockets = new Set<Socket>();
  private turn = 0;
  private isOver = false;
  targets: string[] = [];

  private constructor(private readonly listener: Server) {}

  static async start(): Promise<Balancer> {
    const listener = createServer();
    const balancer = new Balancer(listener);
    listener.on('connection', (client: Socket) => balancer.pass(client));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    void balancer.check();
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  isHealthy(url: string): boolean {
    return this.healthy.has(url);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.listener.close(() => resolve()));
  }

  private async check(): Promise<void> {
    while (!this.isOver) {
      await Promise.all(
        this.targets.map(async (url) => {
          if ((await statusOf(`${url}/readyz`)) === 200) this.healthy.add(url);
          else this.healthy.delete(url);
        }),
      );
      await sleep(CHECK_MS);
    }
  }

  private pass(client: Socket): void {
    const open = this.targets.filter((url) => this.healthy.has(url));
    const target = open[(this.turn += 1) % open.length];
    if (target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(Number(new URL(target).port), '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => this.sockets.delete(from));
      from.pipe(to);
    }
  }
}

interface Answered {
  status: number;
  error?: string;
}

/** One request over a connection that may have been used before, and is not tried again. */
function ask(agent: Agent, url: string, path: string, body?: string): Promise<Answered> {
  return new Promise((resolve) => {
    const call = request(
      `${url}${path}`,
      {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
      },
      (answer) => {
        answer.resume().once('end', () => resolve({ status: answer.statusCode ?? 0 }));
        answer.once('error', (error) => resolve({ status: 0, error: error.message }));
      },
    );
    call.once('error', (error) => resolve({ status: 0, error: error.message }));
    call.end(body);
  });
}

describe('a rolling restart behind a load balancer', () => {
  const belongings = new Belongings();
  afterEach(() => belongings.end());

  it('fails no request and loses no record', async () => {
    const database = await freshDatabase('rolling');
    belongings.add(() => database.drop());
    const env = { DATABASE_URL: database.url, DRAIN_SECONDS: String(DRAIN_SECONDS) };
    const boot = async (): Promise<RunningTracker> => {
      const tracker = await startTracker(env);
      belongings.add(() => tracker.stop());
      expect(await within(async () => (await statusOf(`${tracker.url}/readyz`)) === 200)).toBe(
        true,
      );
      return tracker;
    };
    const balancer = await Balancer.start();
    belongings.add(() => balancer.stop());
    const known = (url: string): Promise<true> =>
      eventually(() => balancer.isHealthy(url) || undefined, `${url} to be ready`);
    let running = [await boot(), await boot()];
    balancer.targets = running.map(({ url }) => url);
    for (const { url } of running) await known(url);

    const ledger = new Ledger(seeded(Date.now()));
    const failures: Answered[] = [];
    let asked = 0;
    let isDone = false;
    const agent = new Agent({ keepAlive: true, maxSockets: LANES });
    belongings.add(() => agent.destroy());
    const lane = async (place: number): Promise<void> => {
      while (!isDone) {
        const batch = ledger.batch(5, place);
        const isWrite = asked % 2 === 0;
        const answer = isWrite
          ? await ask(agent, balancer.url, `${API}/metrics`, JSON.stringify(batch))
          : await ask(agent, balancer.url, `${API}/agents`);
        asked += 1;
        if (answer.status !== 200) failures.push(answer);
        else if (isWrite) ledger.acknowledge(batch);
        await sleep(2);
      }
    };
    const lanes = Promise.all(Array.from({ length: LANES }, (_, place) => lane(place)));
    await sleep(1000);
    for (const old of running) {
      old.signal('SIGTERM');
      await eventually(
        async () => (await statusOf(`${old.url}/readyz`)) === 503 || undefined,
        'readiness to be denied',
      );
      // While it drains it still does its work.
      expect(await statusOf(`${old.url}/livez`)).toBe(200);
      expect(await old.exited).toBe(0);
      const fresh = await boot();
      balancer.targets = [...balancer.targets.filter((url) => url !== old.url), fresh.url];
      await known(fresh.url);
      running = [...running, fresh];
      await sleep(500);
    }
    isDone = true;
    await lanes;
    process.stdout.write(`  rolling restart: ${asked} requests, ${failures.length} failed\n`);
    expect(failures).toEqual([]);
    expect(asked).toBeGreaterThan(100);
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
  });
});
