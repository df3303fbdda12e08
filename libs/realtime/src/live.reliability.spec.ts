import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { LiveApp, eventually } from '../test/live.app.js';
import type { PlainClient } from '../test/live.app.js';
import { aStoredExecution } from '../test/live.fixtures.js';
import { LIVE_LIMITS } from './live.limits.js';

/**
 * What crowds and careless clients do to the sockets. Elsewhere: 10,000 clients in
 * `npm run bench:live`; frames too large, floods and clients that do not read in
 * doors-misuse.spec.ts; resuming in live.subscription.spec.ts and test/e2e/live-stream.spec.ts;
 * keys, sessions and their end in test/e2e/access-sockets.spec.ts; Origin and Host in doors.spec.ts.
 */
describe('many clients', () => {
  const SLOW_MS = 120_000;
  let app: LiveApp;

  beforeEach(async () => {
    app = await LiveApp.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.dispose();
  });

  /** Calls so many times, a hundred at a time. */
  async function crowd<T>(count: number, call: () => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    while (results.length < count) {
      results.push(...(await Promise.all(Array.from({ length: 100 }, call))));
    }
    return results;
  }

  it('are refused above the most there may be, and those inside stay', async () => {
    const inside = await app.plain();
    const full = jest.replaceProperty<{ clients: number }, 'clients'>(LIVE_LIMITS, 'clients', 1);
    await expect(app.plain()).rejects.toThrow('503');
    await expect(app.socketIo({ transports: ['websocket'] })).rejects.toMatchObject({
      data: { code: 'overloaded' },
    });
    expect(await inside.ask('ping')).toHaveProperty('serverTime');
    expect(app.hub.clientCount).toBe(1);
    full.restore();
    await expect(app.plain()).resolves.toBeDefined();
  });

  it('take no more places by Socket.IO than there are, though they never say who they are', async () => {
    const few = jest.replaceProperty<{ connections: number }, 'connections'>(
      LIVE_LIMITS,
      'connections',
      3,
    );
    const open = `http://127.0.0.1:${app.port}/socket.io/?EIO=4&transport=polling`;
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await fetch(open)).status);
    expect(statuses).toEqual([200, 200, 200, 403, 403, 403]);
    few.restore();
    expect((await fetch(open)).status).toBe(200);
  });

  it(
    'leave nothing behind, however often they come and go',
    async () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const visit = async (): Promise<void> => {
        const client = await app.plain('?hold=1');
        client.webSocket.terminate();
        await client.closed;
      };
      const settledHeap = async (): Promise<number> => {
        app.forget();
        await eventually(() => app.hub.clientCount === 0 || undefined, 'nobody');
        collect();
        return process.memoryUsage().heapUsed;
      };
      await crowd(500, visit);
      const before = await settledHeap();
      await crowd(5000, visit);
      const grownBytes = (await settledHeap()) - before;
      // A client that stays costs more than two kibibytes.
      expect(grownBytes).toBeLessThan(5000 * 1024);
    },
    SLOW_MS,
  );

  it(
    'that come back to a new process at once are told so, and cost one query',
    async () => {
      const since = { stream: 'of the process before', seq: 7 };
      const asked = jest.spyOn(app.queries, 'agentMetrics');
      const startedMs = performance.now();
      const comeBack = async (): Promise<PlainClient> => {
        const client = await app.plain('?hold=1');
        await client.ask('subscribe', { since, snapshot: true });
        return client;
      };
      const clients = await crowd(1000, comeBack);
      for (const client of clients) {
        const resync = await eventually(() => client.heard.find(({ type }) => type === 'resync'));
        expect(resync.data).toMatchObject({ reason: 'restart' });
        await eventually(() => client.heard.find(({ type }) => type === 'performance:summary'));
      }
      const tookSeconds = (performance.now() - startedMs) / 1000;
      expect(tookSeconds).toBeLessThan(60);
      // Nothing is asked again within a second.
      expect(asked.mock.calls.length).toBeLessThanOrEqual(Math.ceil(tookSeconds) + 1);
      app.bus.publish('executionsStored', [aStoredExecution()]);
      await eventually(
        () =>
          clients.every((client) => client.count('performance:taskCompleted') === 1) || undefined,
        'all to hear what happens next',
      );
    },
    SLOW_MS,
  );

  it('keep one subscription each, the newest, however often they subscribe', async () => {
    const client = await app.plain();
    for (let i = 0; i < LIVE_LIMITS.messagesPerSecond - 10; i += 1) {
      client.webSocket.send(JSON.stringify({ type: 'subscribe', agentIds: [`a${i}`] }));
    }
    await client.ask('subscribe', { agentIds: ['b'] });
    client.heard.length = 0;
    const executions = ['a1', 'b', 'a2'].map((agentId) => aStoredExecution({ agentId }));
    app.bus.publish('executionsStored', executions);
    const event = await client.until('performance:metricRecorded');
    expect(event.data).toMatchObject({ agentId: 'b' });
    expect(client.heard).toEqual([]);
  });

  it('hear the events of an agent in order, without gaps, whatever else they ask', async () => {
    const client = await app.plain();
    const TASKS = 300;
    for (let task = 1; task <= TASKS; task += 1) {
      app.bus.publish('executionsStored', [aStoredExecution({ durationMs: task })]);
      if (task % 10 === 0) client.webSocket.send('{"type":"ping"}');
      // More at once than a flush may hold would be told of by a resync.
      if (task % 50 > 0) continue;
      await eventually(
        () => client.count('performance:metricRecorded') === task || undefined,
        `${task} tasks`,
      );
    }
    const events = client.heard.filter(({ seq }) => seq !== undefined);
    const first = events[0]?.seq ?? 0;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
    expect(client.count('resync')).toBe(0);
  });
});
