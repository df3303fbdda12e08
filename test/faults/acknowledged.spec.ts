import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentPerformanceTracker } from '@app/tracker';

import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { Load } from '../support/load.js';
import { seeded } from '../support/random-history.js';
import { HttpSender, SocketSender } from '../support/senders.js';
import type { Sender } from '../support/senders.js';
import { freePort, startReadyTracker, temporaryFolder } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const KILLS = 3;

describe('what was acknowledged, when the server is killed under load', () => {
  const seed = Date.now();
  const random = seeded(seed);
  const belongings = new Belongings();
  let database: FreshDatabase;
  let env: Record<string, string>;
  let tracker: RunningTracker;

  beforeAll(async () => {
    const folder = temporaryFolder();
    belongings.add(() => rmSync(folder, { recursive: true, force: true }));
    database = await freshDatabase('faults');
    belongings.add(() => database.drop());
    env = {
      DATABASE_URL: database.url,
      DATA_DIR: join(folder, 'data'),
      PORT: String(await freePort()),
    };
    tracker = await startReadyTracker(env);
    belongings.add(() => tracker.stop());
  });
  afterAll(() => belongings.end());

  const killAndRestart = async (): Promise<void> => {
    await sleep(200 + random() * 500);
    tracker.signal('SIGKILL');
    await tracker.exited;
    tracker = await startReadyTracker(env);
  };

  const ways: [string, (url: string) => Sender][] = [
    ['HTTP', (url) => new HttpSender(url)],
    ['the ingest socket', (url) => new SocketSender(url)],
  ];
  it.each(ways)(
    `is stored, each once, and nothing else is: over %s (seed ${seed})`,
    async (...way) => {
      const ledger = new Ledger(random);
      const senders = [way[1](tracker.url), way[1](tracker.url)];
      const load = new Load({ ledger, senders, random });
      for (let kill = 0; kill < KILLS; kill += 1) {
        await load.kept();
        await killAndRestart();
      }
      await load.kept();
      await load.stop();
      expect(load.surprises).toEqual([]);
      expect(load.counts.unknown + load.counts.refused).toBeGreaterThan(0);
      expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
    },
  );

  it('loses nothing of the SDK, which keeps what is not yet acknowledged', async () => {
    const ledger = new Ledger(random);
    const client = new AgentPerformanceTracker({
      url: tracker.url,
      flushIntervalMs: 20,
      timeoutMs: 2000,
    });
    const restart = killAndRestart();
    for (let task = 0; task < 150; task += 1) {
      const id = [ledger.agentId(0), 'SDK agent', 'cognitive', `task-${task}`] as const;
      ledger.attempt(await client.startTaskExecution(...id, 'work', 1));
      await client.endTaskExecution(...id, true);
      await sleep(10);
    }
    await restart;
    await client.flush();
    await client.close();
    const stored = await ledger.stored(database.url);
    expect(stored.sort()).toEqual([...ledger.attempted].sort());
  });
});
