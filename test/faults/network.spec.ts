import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { API } from '../support/boot-app.js';
import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { Load } from '../support/load.js';
import { seeded } from '../support/random-history.js';
import { HttpSender, SocketSender } from '../support/senders.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { eventually, startReadyTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

describe('a bad link to the database', () => {
  const random = seeded(Date.now());
  const belongings = new Belongings();
  let database: FreshDatabase;
  let proxy: TcpProxy;
  let tracker: RunningTracker;
  let ledger: Ledger;

  beforeAll(async () => {
    database = await freshDatabase('network');
    belongings.add(() => database.drop());
    const { hostname, port } = new URL(database.url);
    proxy = await TcpProxy.start({ host: hostname, port: Number(port) }, random);
    belongings.add(() => proxy.close());
    tracker = await startReadyTracker({ DATABASE_URL: proxy.through(database.url) });
    belongings.add(async () => expect(await tracker.stop()).toBe(0));
    // The first group makes partitions and agents, and is no plain one.
    await new HttpSender(tracker.url).send(new Ledger(random).batch(1));
  });
  beforeEach(() => {
    ledger = new Ledger(random);
  });
  afterEach(() => proxy.set());
  afterAll(() => belongings.end());

  const expectWhole = async (): Promise<void> => {
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
  };

  it.each(['before-commit', 'after-commit'] as const)(
    'cut %s: the answer comes all the same, and the record is there once',
    async (cut) => {
      const before = proxy.cuts;
      const sender = new HttpSender(tracker.url);
      for (let round = 0; round < 3; round += 1) {
        // A new agent takes the long way of several statements, one that is known the short one.
        const batch = ledger.batch(5, round >> 1);
        proxy.cutNext(cut);
        expect(await sender.send(batch)).toBe('kept');
        ledger.acknowledge(batch);
      }
      expect(proxy.cuts - before).toBe(3);
      await expectWhole();
      expect(await ledger.stored(database.url)).toHaveLength(15);
    },
  );

  it.each(['before-commit', 'after-commit'] as const)(
    'cut %s, again and again under load: nothing acknowledged is lost or doubled',
    async (cut) => {
      const before = proxy.cuts;
      const senders = [new HttpSender(tracker.url), new SocketSender(tracker.url)];
      const load = new Load({ ledger, senders, random });
      for (let round = 0; round < 8; round += 1) {
        proxy.cutNext(cut, 1 + Math.floor(random() * 6));
        await sleep(150);
        if (round % 3 === 0) proxy.reset();
      }
      await load.kept();
      await load.stop();
      expect(load.surprises).toEqual([]);
      expect(proxy.cuts).toBeGreaterThan(before);
      await expectWhole();
    },
  );

  it('slow and in small pieces: later, and whole', async () => {
    proxy.set({ latencyMs: 100, jitterMs: 200, sliceBytes: 512 });
    const senders = [new HttpSender(tracker.url), new SocketSender(tracker.url)];
    const load = new Load({ ledger, senders, random });
    await load.kept();
    await sleep(2000);
    await load.kept();
    await load.stop();
    expect(load.surprises).toEqual([]);
    await expectWhole();
  });

  it('silent: unready and refusing in bounded time, and well again when it speaks', async () => {
    const load = new Load({ ledger, senders: [new HttpSender(tracker.url, 60_000)], random });
    await load.kept();
    proxy.set({ blackhole: true });
    expect(await eventually(async () => (await readiness(tracker)) === 503, 10_000)).toBe(true);
    expect(await statusOf(`${tracker.url}/livez`)).toBe(200);
    const { refused } = load.counts;
    expect(await eventually(() => load.counts.refused > refused, 45_000)).toBe(true);
    proxy.set();
    await load.kept(40_000);
    expect(await eventually(async () => (await readiness(tracker)) === 200, 40_000)).toBe(true);
    await load.stop();
    expect(load.surprises).toEqual([]);
    await expectWhole();
  }, 150_000);
});

describe('a client that breaks off', () => {
  it('in the middle of a body leaves nothing behind, and disturbs nobody', async () => {
    const database = await freshDatabase('abort');
    const tracker = await startReadyTracker({ DATABASE_URL: database.url });
    const ledger = new Ledger(seeded(Date.now()));
    const body = JSON.stringify(ledger.batch(50));
    const { port, host } = new URL(tracker.url);
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${API}/metrics HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 100 + round * 400)}`,
      );
      await sleep(20);
      socket.resetAndDestroy();
    }
    const whole = ledger.batch(5);
    expect(await new HttpSender(tracker.url).send(whole)).toBe('kept');
    expect(await ledger.stored(database.url)).toHaveLength(5);
    tracker.signal('SIGTERM');
    expect(await tracker.exited).toBe(0);
    expect(tracker.stderr()).not.toMatch(/nhandled|    at /);
    await database.drop();
  });
});

/** Patient enough for the probe's own patience. */
async function readiness(tracker: RunningTracker): Promise<number | null> {
  try {
    return (await fetch(`${tracker.url}/readyz`, { signal: AbortSignal.timeout(8000) })).status;
  } catch {
    return null;
  }
}
