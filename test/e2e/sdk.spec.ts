import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '@app/contracts';
import { AgentPerformanceTracker } from '@app/tracker';
import type { SocketClass, TrackerOptions } from '@app/tracker';
import WebSocket from 'ws';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/tracker-process.js';

describe('the SDK and the whole server', () => {
  let server: BootedApp;
  const open: AgentPerformanceTracker[] = [];

  beforeAll(async () => {
    server = await bootApp();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tracker) => tracker.close()));
  });
  afterAll(() => server.close());

  /** Counts its connections, so that a test knows which way the records went. */
  function countingSocket(): { made: string[]; webSocket: SocketClass } {
    const made: string[] = [];
    class Counting extends WebSocket {
      constructor(url: string) {
        super(url);
        made.push(url);
      }
    }
    return { made, webSocket: Counting };
  }

  function aTracker(options: Partial<TrackerOptions> = {}): AgentPerformanceTracker {
    const tracker = new AgentPerformanceTracker({ url: server.url, ...options });
    open.push(tracker);
    return tracker;
  }

  async function executions(agentId: string): Promise<Execution[]> {
    const { body } = await server.get<{ data: Execution[] }>(
      `/metrics?agentId=${agentId}&limit=1000`,
    );
    return body.data;
  }

  it('stores over the socket, many messages under way, what the SDK metered', async () => {
    const { made, webSocket } = countingSocket();
    const tracker = aTracker({ webSocket, maxBatch: 20 });
    const agent = { id: 'socket-agent', name: 'Socket agent', type: 'cognitive' };
    await tracker.track(agent, { id: 'outer', name: 'outer', traceId: 'trace-7' }, async () => {
      await Promise.all(
        Array.from({ length: 150 }, (_, index) =>
          tracker.track(
            agent,
            { id: `t-${index}`, name: 'inner', complexity: 2 },
            async (meter) => {
              await Promise.resolve();
              meter.addUsage({ inputTokens: index, costUsd: 0.25 });
            },
          ),
        ),
      );
    });
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ accepted: 302, rejected: 0, dropped: 0, buffered: 0 });
    expect(made).toHaveLength(1);
    const stored = await executions('socket-agent');
    expect(stored).toHaveLength(151);
    const outer = stored.find(({ taskId }) => taskId === 'outer');
    const inner = stored.find(({ taskId }) => taskId === 't-77');
    expect(inner).toMatchObject({
      parentExecutionId: outer?.executionId,
      traceId: 'trace-7',
      inputTokens: 77,
      costUsd: 0.25,
      complexity: 2,
    });
  });

  it('stores once what was committed but not acknowledged, when it comes again over HTTP', async () => {
    /** Hears no answer, as when the connection dies at the wrong moment. */
    class Deaf extends WebSocket {
      constructor(url: string) {
        super(url);
        Object.defineProperty(this, 'onmessage', { set: () => undefined });
      }
    }
    const webSocket = Deaf as unknown as SocketClass;
    const tracker = aTracker({ webSocket, timeoutMs: 500, random: () => 0 });
    const id = await tracker.startTaskExecution('twice', 'Twice', 'cognitive', 't', 'task');
    await tracker.endTaskExecution('twice', 'Twice', 'cognitive', 't', true);
    await tracker.flush();
    expect(await eventually(() => tracker.stats().buffered === 0)).toBe(true);
    expect(tracker.stats()).toMatchObject({ retries: 2, dropped: 0 });
    expect(tracker.stats().duplicates).toBeGreaterThan(0);
    expect((await executions('twice')).map(({ executionId }) => executionId)).toEqual([id]);
  });

  it.each(['websocket', 'http'] as const)(
    'is told over %s which record is wrong, and the others are stored',
    async (transport) => {
      const { webSocket } = countingSocket();
      const tracker = aTracker({ webSocket, transport });
      const rejected: string[] = [];
      tracker.on('rejected', ({ record, problem }) => {
        rejected.push(`${record.status} ${String(problem.path)}`);
      });
      const agentId = `wrong-${transport}`;
      for (const taskId of ['1', 'x'.repeat(300), '2']) {
        await tracker.startTaskExecution(agentId, 'Wrong', 'cognitive', taskId, 'task');
        await tracker.endTaskExecution(agentId, 'Wrong', 'cognitive', taskId, true);
      }
      await tracker.flush();
      expect(rejected).toEqual(['running taskId', 'success taskId']);
      expect(tracker.stats()).toMatchObject({ accepted: 4, rejected: 2, dropped: 0, buffered: 0 });
      const stored = await executions(agentId);
      expect(stored.map(({ taskId }) => taskId).toSorted()).toEqual(['1', '2']);
    },
  );

  it('sends large batches compressed', async () => {
    const tracker = aTracker({ transport: 'http', compressAboveBytes: 1000 });
    const metadata = { note: 'x'.repeat(4000) };
    for (let task = 0; task < 20; task += 1) {
      await tracker.startTaskExecution('big', 'Big', 'cognitive', `${task}`, 'task', 1, {
        metadata,
      });
      await tracker.endTaskExecution('big', 'Big', 'cognitive', `${task}`, true);
    }
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ accepted: 40, buffered: 0 });
    expect(tracker.stats().sentBytes).toBeLessThan(20_000);
    expect((await executions('big'))[0]?.metadata).toEqual(metadata);
  });

  it('says over HTTP why, when the project does not exist', async () => {
    const { webSocket } = countingSocket();
    const tracker = aTracker({ webSocket, project: 'no-such-project' });
    const dropped: unknown[] = [];
    tracker.on('dropped', (event) => dropped.push(event));
    await tracker.startTaskExecution('lost', 'Lost', 'cognitive', 't', 't');
    await tracker.flush();
    expect(await eventually(() => dropped.length === 1)).toBe(true);
    expect(dropped).toEqual([{ count: 1, reason: 'refused', status: 404 }]);
  });
});
