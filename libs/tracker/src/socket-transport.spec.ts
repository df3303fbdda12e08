import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { INGEST_CLOSINGS } from '@app/contracts';
import WebSocket from 'ws';
import { AgentPerformanceTracker } from './agent-performance-tracker.js';
import { FakeSocketServer } from '../../../test/sdk/fake-socket-server.js';
import type { Flushed, Rejected, Retrying } from './events.js';
import type { SocketClass, TrackerOptions } from './options.js';

describe('delivery over the WebSocket', () => {
  let server: FakeSocketServer;
  let url: string;
  const open: AgentPerformanceTracker[] = [];

  beforeEach(async () => {
    server = new FakeSocketServer();
    url = await server.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tracker) => tracker.close()));
    await server.stop();
  });

  /** With a class of its own, so that the spec runs where Node has no WebSocket. */
  function aTracker(options: Partial<TrackerOptions> = {}): AgentPerformanceTracker {
    const webSocket = WebSocket as unknown as SocketClass;
    const quick = { url, webSocket, random: () => 0, closeTimeoutMs: 500 };
    const tracker = new AgentPerformanceTracker({ ...quick, ...options });
    open.push(tracker);
    return tracker;
  }

  async function finish(tracker: AgentPerformanceTracker, from: number, to = from): Promise<void> {
    for (let id = from; id <= to; id += 1) {
      await tracker.endTaskExecution('a', 'A', 'cognitive', String(id), true);
    }
  }
  const ids = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  const stored = () => server.acknowledged.map(({ taskId }) => taskId);

  it('takes the socket where there is one, on one connection, with the project', async () => {
    const tracker = aTracker({ project: 'my-project' });
    await finish(tracker, 1, 2);
    await tracker.flush();
    await finish(tracker, 3);
    await tracker.flush();
    expect(stored()).toEqual(['1', '2', '3']);
    expect(server.posted).toEqual([]);
    expect(server.connections).toHaveLength(1);
    expect(server.connections[0]?.request.url).toBe('/agent-performance/ingest?project=my-project');
    expect(tracker.stats()).toMatchObject({ accepted: 3, buffered: 0, requests: 2 });
  });

  it('sends on without waiting, and takes one acknowledgement for many messages', async () => {
    const tracker = aTracker({ maxBatch: 2, flushIntervalMs: 60_000 });
    await finish(tracker, 1);
    await tracker.flush();
    server.reply = (connection, { number }) => {
      if (number === 5) server.store(connection, 5, { duplicates: 3 });
    };
    const flushed: Flushed[] = [];
    tracker.on('flushed', (counts) => flushed.push(counts));
    await finish(tracker, 2, 9);
    await tracker.flush();
    expect(server.connections[0]?.messages.map(({ records }) => records.length)).toEqual([
      1, 2, 2, 2, 2,
    ]);
    expect(stored()).toEqual(ids(1, 9));
    expect(flushed.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(3);
    expect(tracker.stats()).toMatchObject({ accepted: 6, duplicates: 3, buffered: 0 });
  });

  it('tells which record of which message was rejected, and loses no other', async () => {
    const tracker = aTracker({ maxBatch: 3, flushIntervalMs: 60_000 });
    await finish(tracker, 1);
    await tracker.flush();
    const problem = { code: 'invalid-value' as const, path: 'taskId', detail: 'no' };
    server.reply = (connection, { number }) => {
      if (number === 3) {
        const rejected = [{ message: 2, index: 1, ...problem }];
        server.store(connection, 3, { rejected });
      }
    };
    const rejected: Rejected[] = [];
    tracker.on('rejected', (event) => rejected.push(event));
    await finish(tracker, 2, 7);
    await tracker.flush();
    expect(rejected).toMatchObject([{ record: { taskId: '3' }, problem }]);
    expect(tracker.stats()).toMatchObject({ accepted: 6, rejected: 1, buffered: 0 });
  });

  it('sends what was not acknowledged again when the connection breaks, in order', async () => {
    const tracker = aTracker({ maxBatch: 2, flushIntervalMs: 60_000 });
    await finish(tracker, 1);
    await tracker.flush();
    const withhold = server.reply;
    server.reply = (connection, { number }) => {
      if (number === 2) server.store(connection, 2);
      if (number !== 4) return;
      server.reply = withhold;
      connection.webSocket.terminate();
    };
    await finish(tracker, 2, 7);
    await until(() => tracker.stats().buffered === 0);
    expect(stored()).toEqual(ids(1, 7));
    expect(server.connections).toHaveLength(2);
    expect(tracker.stats()).toMatchObject({ accepted: 7, dropped: 0 });
  });

  it('goes on over HTTP when the upgrade is refused, without losing time on it again', async () => {
    server.refusal = 404;
    const tracker = aTracker();
    await finish(tracker, 1);
    await tracker.flush();
    server.refusal = null;
    await finish(tracker, 2);
    await tracker.flush();
    expect(server.posted.map(({ taskId }) => taskId)).toEqual(['1', '2']);
    expect(server.connections).toHaveLength(0);
    expect(tracker.stats()).toMatchObject({ accepted: 2, retries: 0 });
  });

  it('goes over to HTTP when connections end before anything is acknowledged', async () => {
    server.reply = ({ webSocket }) => webSocket.close(1011, 'internal');
    const tracker = aTracker();
    await finish(tracker, 1);
    await until(() => server.posted.length > 0);
    expect(server.posted).toHaveLength(1);
    expect(server.connections).toHaveLength(2);
  });

  it('comes back to the socket after an outage', async () => {
    const tracker = aTracker();
    await finish(tracker, 1);
    await tracker.flush();
    await server.stop();
    const causes: string[] = [];
    tracker.on('retrying', ({ cause }: Retrying) => causes.push(cause));
    await finish(tracker, 2);
    await tracker.flush();
    await tracker.flush();
    expect(causes).toContain('ECONNREFUSED');
    const first = server;
    server = new FakeSocketServer();
    await server.start(Number(new URL(url).port));
    await until(() => tracker.stats().buffered === 0);
    expect([first.posted, server.posted]).toEqual([[], []]);
    expect(stored()).toEqual(['2']);
  });

  it('waits and sends again when the server asks to come later', async () => {
    const store = server.reply;
    const { code, reason } = INGEST_CLOSINGS.tryAgainLater;
    server.reply = ({ webSocket }) => {
      server.reply = store;
      webSocket.close(code, reason);
    };
    const tracker = aTracker();
    const causes: string[] = [];
    tracker.on('retrying', ({ cause }: Retrying) => causes.push(cause));
    await finish(tracker, 1);
    await until(() => tracker.stats().buffered === 0);
    expect(causes).toEqual(['storage-unavailable']);
    expect(stored()).toEqual(['1']);
  });

  it('finds the one that is too large among several under way, losing only that', async () => {
    server.reply = (connection, { number, records }) => {
      const tooLarge = records.length > 2 || records.some(({ taskId }) => taskId === '6');
      if (tooLarge) connection.webSocket.close(INGEST_CLOSINGS.tooLarge.code);
      else if (connection.webSocket.readyState === 1) server.store(connection, number);
    };
    const tracker = aTracker({ maxBatch: 4, flushIntervalMs: 60_000 });
    await finish(tracker, 1, 9);
    await until(() => tracker.stats().buffered === 0);
    expect(stored()).toEqual(['1', '2', '3', '4', '5', '7', '8', '9']);
    expect(tracker.stats()).toMatchObject({ accepted: 8, dropped: 1 });
  });

  it('gives up a connection on which nothing is acknowledged in time', async () => {
    const store = server.reply;
    server.reply = () => {
      server.reply = store;
    };
    const tracker = aTracker({ timeoutMs: 50 });
    const causes: string[] = [];
    tracker.on('retrying', ({ cause }: Retrying) => causes.push(cause));
    await finish(tracker, 1);
    await until(() => tracker.stats().buffered === 0);
    expect(causes).toEqual(['no acknowledgement']);
    expect(server.received).toEqual(['1', '1']);
  });

  it.each(['nonsense', '{"acked":7}', '{"acked":-1}', '[]', '{}'])(
    'is not misled by the answer %s',
    async (answer) => {
      const store = server.reply;
      server.reply = ({ webSocket }) => {
        server.reply = store;
        webSocket.send(answer);
      };
      const tracker = aTracker();
      await finish(tracker, 1);
      await until(() => tracker.stats().buffered === 0);
      expect(stored()).toEqual(['1']);
      expect(tracker.stats()).toMatchObject({ accepted: 1 });
    },
  );

  it('says goodbye at close, and comes back when there is something again', async () => {
    const tracker = aTracker();
    await finish(tracker, 1);
    await tracker.close();
    await until(() => server.connections[0]?.webSocket.readyState === WebSocket.CLOSED);
    await finish(tracker, 2);
    await tracker.flush();
    expect(server.connections).toHaveLength(2);
    expect(stored()).toEqual(['1', '2']);
  });

  it('uses HTTP alone, or the socket alone, when told to', async () => {
    const overHttp = aTracker({ transport: 'http' });
    await finish(overHttp, 1);
    await overHttp.flush();
    expect([server.posted.length, server.connections.length]).toEqual([1, 0]);
    server.refusal = 404;
    const overSocket = aTracker({ transport: 'websocket' });
    await finish(overSocket, 2);
    await overSocket.flush();
    expect(overSocket.stats()).toMatchObject({ buffered: 1, retries: 1 });
    server.refusal = null;
    await until(() => stored().length === 1);
    expect([server.posted.length, stored()]).toEqual([1, ['2']]);
  });

  it('takes HTTP where there is no WebSocket, and refuses to promise one', async () => {
    const { WebSocket: own } = globalThis;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    try {
      const tracker = aTracker({ webSocket: undefined });
      await finish(tracker, 1);
      await tracker.flush();
      expect(server.posted).toHaveLength(1);
      const options = { url, transport: 'websocket' as const };
      expect(() => new AgentPerformanceTracker(options)).toThrow(TypeError);
    } finally {
      Object.assign(globalThis, { WebSocket: own });
    }
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
