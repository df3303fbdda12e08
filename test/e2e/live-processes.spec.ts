import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionRecord } from '@app/contracts';
import pg from 'pg';

import { API } from '../support/boot-app.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { LiveWatcher, storedIds } from '../support/live-watcher.js';
import { uuidFrom, seeded } from '../support/random-history.js';
import { startRedis, wantsRedis } from '../support/redis.js';
import type { RedisServer } from '../support/redis.js';
import { eventually, startReadyTracker } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const random = seeded(6);
const DOORS = ['plain', 'Socket.IO'] as const;

const post = async (
  url: string,
  records: ExecutionRecord | ExecutionRecord[],
): Promise<boolean> => {
  const response = await fetch(`${url}${API}/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(records),
  }).catch(() => null);
  return response?.ok ?? false;
};

const ended = (agentId: string, task: number, over: Partial<ExecutionRecord> = {}) =>
  ({
    executionId: uuidFrom(random),
    agentId,
    agentType: 'cognitive',
    taskId: `task-${String(task).padStart(5, '0')}`,
    status: 'success',
    endedAt: new Date().toISOString(),
    durationMs: 20,
    ...over,
  }) satisfies ExecutionRecord;

const buses = [
  { bus: 'the database', redis: false },
  { bus: 'Redis', redis: true },
];

describe.each(buses)('two server processes joined by $bus', ({ redis: byRedis }) => {
  const onBus = byRedis && !wantsRedis ? it.skip : it;
  let database: FreshDatabase;
  let redis: RedisServer | undefined;
  let env: Record<string, string>;
  let a: RunningTracker;
  let b: RunningTracker;
  const watchers: LiveWatcher[] = [];

  beforeAll(async () => {
    if (byRedis && !wantsRedis) return;
    database = await freshDatabase();
    redis = byRedis ? await startRedis() : undefined;
    env = { DATABASE_URL: database.url, ...(redis && { REDIS_URL: redis.url }) };
    a = await startReadyTracker(env);
    b = await startReadyTracker(env);
  }, 120_000);
  afterEach(() => {
    for (const watcher of watchers.splice(0)) watcher.close();
  });
  afterAll(async () => {
    await Promise.all([a, b].map((tracker) => tracker?.stop()));
    await redis?.stop();
    await database?.drop();
  });

  const watch = async (door: (typeof DOORS)[number], ...servers: RunningTracker[]) => {
    const watcher = new LiveWatcher(
      door,
      servers.map(({ url }) => url),
    );
    watchers.push(watcher);
    expect(await eventually(() => watcher.welcomes > 0)).toBe(true);
    return watcher;
  };

  /** Each watcher knows what is stored, no more and no less. */
  const expectEqualTotals = async (server: RunningTracker, list: LiveWatcher[]): Promise<void> => {
    const stored = (await storedIds(server.url)).sort();
    const agrees = async (watcher: LiveWatcher): Promise<boolean> => {
      await watcher.settle();
      return watcher.known.size === stored.length;
    };
    for (const watcher of list) {
      await eventually(() => agrees(watcher));
      expect([...watcher.known].sort()).toEqual(stored);
    }
  };

  const connectionsOf = async (kill: boolean): Promise<number> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rowCount } = await client.query(
      `SELECT pid, ${kill ? 'pg_terminate_backend(pid)' : 'true'} FROM pg_stat_activity
       WHERE application_name = 'agent-performance-tracker live'
         AND datname = current_database()`,
    );
    await client.end();
    return rowCount ?? 0;
  };

  onBus('take what one is told to the clients of the other, in order and once', async () => {
    const list = await Promise.all(DOORS.map((door) => watch(door, b)));
    const agents = ['first', 'second', 'third'].map((name) => `order-${name}`);
    for (let task = 0; task < 60; task += 1) {
      await Promise.all(
        agents.map(async (agentId) => {
          const record = ended(agentId, task);
          const { executionId, agentType, taskId } = record;
          const start = { executionId, agentId, agentType, taskId, status: 'running' } as const;
          expect(await post(a.url, { ...start, startedAt: new Date().toISOString() })).toBe(true);
          expect(await post(a.url, record)).toBe(true);
        }),
      );
    }
    for (const watcher of list) {
      const kinds = ['taskStarted', 'taskCompleted', 'metricRecorded'] as const;
      for (const kind of kinds) {
        for (const agentId of agents) {
          const heard = () => watcher.tasksOf(agentId, `performance:${kind}`);
          await eventually(() => heard().length >= 60);
          expect(heard()).toEqual(
            Array.from({ length: 60 }, (_, task) => `task-${String(task).padStart(5, '0')}`),
          );
        }
      }
      expect(watcher.resyncs).toEqual([]);
    }
  });

  onBus('tell everybody of an alert, whichever process noticed it', async () => {
    const list = await Promise.all(
      [a, b].flatMap((server) => DOORS.map((door) => watch(door, server))),
    );
    const slow = { agentType: 'orchestrator', complexity: 1, durationMs: 30_000 };
    for (const server of [a, b]) {
      const agentId = `slow-${server.pid}`;
      expect(await post(server.url, ended(agentId, 1, slow))).toBe(true);
      for (const watcher of list) {
        const fired = () =>
          watcher
            .alerts()
            .filter(({ transition, alert }) => transition === 'fired' && alert.agentId === agentId);
        await eventually(() => fired().length > 0);
        expect(fired().map(({ alert }) => alert.type)).toEqual(['slow_execution']);
      }
    }
  });

  onBus('take a flood of batches across, chunked, and lose nothing', async () => {
    const list = await Promise.all(DOORS.map((door) => watch(door, b)));
    for (let round = 0; round < 20; round += 1) {
      const batch = Array.from({ length: 300 }, (_, task) => ended(`flood-${task % 7}`, task));
      expect(await post(a.url, batch)).toBe(true);
    }
    await expectEqualTotals(b, list);
    for (const watcher of list) expect(Math.max(...watcher.told.values())).toBe(1);
  });

  onBus('let no client believe that it has all, when the bus breaks', async () => {
    const list = await Promise.all([watch('plain', b), watch('Socket.IO', b)]);
    for (let round = 0; round < 4; round += 1) {
      for (let task = 0; task < 25; task += 1) {
        expect(await post(a.url, ended(`broken-${round}`, task))).toBe(true);
        if (task === 10) {
          if (redis) await redis.cutConnections();
          else {
            // They come back one after the other.
            expect(await eventually(async () => (await connectionsOf(false)) === 2)).toBe(true);
            expect(await connectionsOf(true)).toBe(2);
          }
        }
      }
    }
    if (redis) {
      await redis.kill();
      expect(await post(a.url, ended('without', 1))).toBe(true);
      await redis.start();
    }
    await expectEqualTotals(b, list);
    // And all is as before.
    const heard = list.map(({ told }) => told.size);
    await eventually(async () => {
      await post(a.url, ended('after', 1));
      return list.every(({ told }, index) => told.size > (heard[index] ?? 0));
    });
    list.forEach(({ told }, index) => expect(told.size).toBeGreaterThan(heard[index] ?? 0));
    if (redis) return;
    expect(await eventually(async () => (await connectionsOf(false)) === 2)).toBe(true);
  });

  onBus('serve clients that change servers ten times: their totals are those of REST', async () => {
    const list = await Promise.all(DOORS.map((door) => watch(door, a, b)));
    for (let round = 0; round < 10; round += 1) {
      for (let task = 0; task < 10; task += 1) {
        expect(await post(task % 2 ? a.url : b.url, ended(`moving-${round}`, task))).toBe(true);
        if (task === 5) for (const watcher of list) watcher.cut();
      }
      await eventually(() => list.every(({ welcomes }) => welcomes >= round + 2));
    }
    await expectEqualTotals(a, list);
    for (const watcher of list) expect(watcher.welcomes).toBeGreaterThanOrEqual(11);
  });

  onBus('outlive one that is killed: clients go to the other and miss nothing', async () => {
    const victim = await startReadyTracker(env);
    const list = await Promise.all([
      ...DOORS.map((door) => watch(door, victim, b)),
      // These stay where they are, and must learn that something may be missing.
      ...DOORS.map((door) => watch(door, b)),
    ]);
    let tasks = 0;
    let killed = false;
    const sending = (async () => {
      while (!killed || tasks < 120) {
        tasks += 1;
        const record = ended('killed', tasks);
        if (!(await post(killed ? b.url : victim.url, record))) await post(b.url, record);
      }
    })();
    await eventually(() => tasks > 60);
    victim.signal('SIGKILL');
    await victim.exited;
    killed = true;
    await sending;
    await eventually(() => list.slice(2).every(({ resyncs }) => resyncs.length > 0));
    for (const { resyncs } of list.slice(2)) {
      expect(resyncs).toContainEqual({ reason: 'gap', missed: 0 });
    }
    await expectEqualTotals(b, list);
  });
});

describe('a server process that is alone', () => {
  it('notifies nobody of what is stored', async () => {
    const database = await freshDatabase();
    const tracker = await startReadyTracker({ DATABASE_URL: database.url });
    const listener = new pg.Client({ connectionString: database.url });
    await listener.connect();
    const notified: string[] = [];
    listener.on('notification', ({ payload }) => void notified.push(payload ?? ''));
    await listener.query('LISTEN "apt-live#/agent-performance"');
    const watcher = new LiveWatcher('plain', [tracker.url]);
    try {
      await eventually(() => watcher.welcomes > 0);
      for (let task = 0; task < 100; task += 1) {
        expect(await post(tracker.url, ended('alone', task))).toBe(true);
      }
      await eventually(() => watcher.told.size === 100);
      expect(watcher.told.size).toBe(100);
      await listener.query('SELECT 1');
      expect(notified.filter((text) => !text.includes('beat'))).toEqual([]);
      expect(notified.length).toBeLessThanOrEqual(5);
    } finally {
      watcher.close();
      await listener.end();
      await tracker.stop();
      await database.drop();
    }
  });
});
