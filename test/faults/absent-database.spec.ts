import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import type { Problem } from '@app/contracts';

import { atBest } from '../support/at-best.js';
import { API } from '../support/boot-app.js';
import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { eventually, freePort, startTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

/** Less than any wait for a database that a stop would have to sit out. */
const STOP_MS = 3000;
/** For how long nobody may answer while the server takes the place of the waiting room. */
const GAP_MS = 1000;

/** How PostgreSQL refuses a session: an ErrorResponse with severity, SQLSTATE and text. */
function refusing(sqlState: string, text: string): (socket: Socket) => void {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${text}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return (socket) => socket.once('data', () => socket.end(Buffer.concat([head, body])));
}

describe('a tracker whose database is not there yet', () => {
  const belongings = new Belongings();
  afterEach(() => belongings.end());
  const start = async (databaseUrl: string): Promise<RunningTracker> => {
    const tracker = await startTracker({ DATABASE_URL: databaseUrl });
    belongings.add(() => tracker.stop());
    return tracker;
  };
  const lives = async ({ url }: RunningTracker): Promise<boolean> =>
    (await statusOf(`${url}/livez`)) === 200;
  const listen = async (talk: (socket: Socket) => void): Promise<string> => {
    const port = await freePort();
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      talk(socket);
    });
    belongings.add(() => listener.close());
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    return `postgres://me:hunter2@127.0.0.1:${port}/x`;
  };
  const proxied = async (): Promise<{ proxy: TcpProxy; url: string }> => {
    const database = await freshDatabase('absent');
    belongings.add(() => database.drop());
    const { hostname, port } = new URL(database.url);
    const proxy = await TcpProxy.start({ host: hostname, port: Number(port) }, Math.random);
    belongings.add(() => proxy.close());
    return { proxy, url: proxy.through(database.url) };
  };

  const refusals: [string, (socket: Socket) => void][] = [
    ['starting up', refusing('57P03', 'the database system is starting up')],
    ['full', refusing('53300', 'sorry, too many clients already')],
    ['resetting', (socket) => socket.resetAndDestroy()],
    ['silent', () => undefined],
  ];
  it.each(refusals)(
    'which is %s: lives, is not ready, says so once, and stops at once',
    async (...way) => {
      const url = await listen(way[1]);
      const tracker = await start(url);
      expect(await eventually(() => lives(tracker))).toBe(true);
      for (const path of ['/readyz', '/', `${API}/summary`, '/no/such/path']) {
        const answer = await fetch(`${tracker.url}${path}`);
        expect(answer.status).toBe(503);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(((await answer.json()) as Problem).code).toBe('storage-unavailable');
      }
      await sleep(1500);
      expect(tracker.stderr()).toMatch(
        /^DATABASE_URL: cannot connect to [^\n]*; waiting for it\n$/,
      );
      expect(tracker.stderr()).not.toContain('hunter2');
      let waiting: RunningTracker | undefined = tracker;
      const stop = async (): Promise<number> => {
        const stopped = waiting ?? (await start(url));
        waiting = undefined;
        expect(await eventually(() => lives(stopped))).toBe(true);
        const toldAtMs = performance.now();
        stopped.signal('SIGTERM');
        expect(await stopped.exited).toBe(0);
        return performance.now() - toldAtMs;
      };
      expect(await atBest(STOP_MS, stop)).toBeLessThan(STOP_MS);
    },
  );

  it('migrates and serves on the same port as soon as it is there', async () => {
    expect(await atBest(GAP_MS, comeBack)).toBeLessThan(GAP_MS);
  });

  /** @returns for how long nobody answered at worst */
  async function comeBack(): Promise<number> {
    const { proxy, url } = await proxied();
    proxy.set({ refusing: true });
    const tracker = await start(url);
    const isAlive = (): Promise<boolean> => lives(tracker);
    expect(await eventually(isAlive)).toBe(true);
    let isWatching = true;
    let longestGapMs = 0;
    const watch = async (): Promise<void> => {
      let answeredAtMs = performance.now();
      while (isWatching) {
        if (await isAlive()) answeredAtMs = performance.now();
        else longestGapMs = Math.max(longestGapMs, performance.now() - answeredAtMs);
        await sleep(5);
      }
    };
    const watching = watch();
    await sleep(1000);
    // Again away in the middle of the first steps.
    proxy.set({ latencyMs: 20 });
    await sleep(600);
    proxy.set({ refusing: true });
    proxy.reset();
    await sleep(500);
    const isAway = async (): Promise<boolean> => (await statusOf(`${tracker.url}/readyz`)) === 503;
    expect(await eventually(isAway)).toBe(true);
    proxy.set();
    const isReady = async (): Promise<boolean> => (await statusOf(`${tracker.url}/readyz`)) === 200;
    expect(await eventually(isReady)).toBe(true);
    isWatching = false;
    await watching;
    expect((await fetch(`${tracker.url}${API}/summary`)).status).toBe(200);
    tracker.signal('SIGTERM');
    expect(await tracker.exited).toBe(0);
    return longestGapMs;
  }

  it('finishes migrations that a kill has interrupted', async () => {
    const { proxy, url } = await proxied();
    // A slow link makes the migrations long enough to hit.
    proxy.set({ latencyMs: 15 });
    for (const afterMs of [300, 700, 1100]) {
      const tracker = await start(url);
      await eventually(() => proxy.connections > 0);
      await sleep(afterMs);
      tracker.signal('SIGKILL');
      await tracker.exited;
    }
    proxy.set();
    const tracker = await start(url);
    const isReady = async (): Promise<boolean> => (await statusOf(`${tracker.url}/readyz`)) === 200;
    expect(await eventually(isReady)).toBe(true);
    expect((await fetch(`${tracker.url}${API}/summary`)).status).toBe(200);
    tracker.signal('SIGTERM');
    expect(await tracker.exited).toBe(0);
  });
});
