import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HEARTBEAT_MS } from '@app/platform';
import { WebSocket } from 'ws';

import { LiveApp, PlainClient, eventually, webSocketUnder } from '../test/live.app.js';
import { aRunningExecution, aStoredExecution, anAlertChange } from '../test/live.fixtures.js';

const DOORS = {
  'the plain WebSocket': (app: LiveApp, project = 'default') => app.plain(`?project=${project}`),
  'Socket.IO by WebSocket': (app: LiveApp, project = 'default') =>
    app.socketIo({ transports: ['websocket'], query: { project } }),
  'Socket.IO by polling': (app: LiveApp, project = 'default') =>
    app.socketIo({ transports: ['polling'], auth: { project } }),
};
const COMPLETED = 'performance:taskCompleted';
const EVIL = 'http://evil.example';

let app: LiveApp;

beforeEach(async () => {
  app = await LiveApp.start();
});

afterEach(async () => {
  await app.dispose();
});

describe.each(Object.entries(DOORS))('%s', (_, enter) => {
  it('brings what happens in the project, numbered', async () => {
    const [client, other] = [await enter(app), await enter(app, 'other')];
    app.bus.publish('executionsStarted', [aRunningExecution()]);
    app.bus.publish('executionsStored', [aStoredExecution()]);
    app.bus.publish('alertChanged', anAlertChange());
    await eventually(() => client.heard[3], 'four events');
    const [started, completed, recorded, alert] = client.heard;
    expect(started).toMatchObject({ type: 'performance:taskStarted', data: { taskId: 'task-1' } });
    expect(completed).toMatchObject({
      type: 'performance:taskCompleted',
      data: { success: true, error: null, executionTime: 1250 },
    });
    expect(recorded).toMatchObject({ type: 'performance:metricRecorded', data: { cpuMs: null } });
    expect(alert).toMatchObject({ type: 'performance:alert', data: { transition: 'fired' } });
    const seqs = client.heard.map(({ seq }) => seq ?? NaN);
    expect(seqs).toEqual([0, 1, 2, 3].map((step) => Number(seqs[0]) + step));
    expect(other.heard).toEqual([]);
  });

  it('brings only what was subscribed to', async () => {
    const client = await enter(app);
    await client.ask('subscribe', { agentIds: ['b'], events: ['performance:taskCompleted'] });
    client.heard.length = 0;
    const executions = ['a', 'b'].map((agentId) => aStoredExecution({ agentId }));
    app.bus.publish('executionsStored', executions);
    const event = await client.until('performance:taskCompleted');
    expect(event.data).toMatchObject({ agentId: 'b' });
    expect(client.heard).toEqual([]);
  });

  it('brings batches, also large ones, the state to begin with, and what was missed', async () => {
    const before = await enter(app);
    const { stream } = before.welcome;
    await before.ask('subscribe', { events: [COMPLETED], batch: true });
    const publish = (from: number, to: number): void => {
      const ids = Array.from({ length: to - from }, (_, i) => from + i);
      app.bus.publish(
        'executionsStored',
        ids.map((durationMs) => aStoredExecution({ durationMs, taskName: 'ü'.repeat(50) })),
      );
    };
    publish(0, 300);
    const events = (client: typeof before): { durationMs: number; seq: number }[] =>
      client.heard.flatMap(({ type, data }) =>
        type === 'batch'
          ? (data as unknown as { data: { executionTime: number }; seq: number }[]).map(
              (event) => ({ durationMs: event.data.executionTime, seq: event.seq }),
            )
          : [],
      );
    await eventually(() => events(before)[299], '300 events');
    const { seq } = events(before)[199] ?? { seq: NaN };
    const after = await enter(app);
    const answer = await after.ask('subscribe', {
      events: [COMPLETED],
      batch: true,
      snapshot: true,
      since: { stream, seq },
    });
    expect(answer).toMatchObject({ data: { stream, resumed: true } });
    await eventually(() => after.count('performance:summary') || undefined, 'the state');
    publish(300, 310);
    await eventually(() => events(after)[109], '110 events');
    expect(events(after).map(({ durationMs }) => durationMs)).toEqual(
      Array.from({ length: 110 }, (_, i) => 200 + i),
    );
  });

  it('answers requests, also those that fail', async () => {
    const client = await enter(app, 'sample');
    expect(await client.ask('getAgentMetrics', { agentId: 'a' })).toEqual({
      requestId: 'r',
      data: { project: 'sample', agentId: 'a' },
    });
    client.heard.length = 0;
    expect(await client.ask('getPerformanceTrends', { agentId: 'a' })).toMatchObject({
      data: { period: 'day', lookback: 7 },
    });
    client.heard.length = 0;
    expect(await client.ask('getAgentMetrics', { agentId: 'broken' })).toMatchObject({
      requestId: 'r',
      code: 'internal',
    });
    client.heard.length = 0;
    expect(await client.ask('conquer')).toMatchObject({ requestId: 'r', code: 'unknown_type' });
    client.heard.length = 0;
    expect(await client.ask('ping')).toMatchObject({ serverTime: expect.any(String) });
  });

  it('refuses a project that does not exist', async () => {
    await expect(enter(app, 'absent')).rejects.toThrow();
    await expect(enter(app, 'No%00Slug')).rejects.toThrow();
    expect(app.hub.clientCount).toBe(0);
  });

  it('counts who comes and goes', async () => {
    const client = await enter(app);
    expect(app.hub.clientCount).toBe(1);
    if (client instanceof PlainClient) client.webSocket.close();
    else client.socket.disconnect();
    await eventually(() => app.hub.clientCount === 0 || undefined, 'nobody');
  });
});

describe('the snippet of the specification', () => {
  it('runs as written', async () => {
    const told: unknown[][] = [];
    const ws = new WebSocket(`ws://localhost:${app.port}/agent-performance`);
    ws.on('message', (data) => {
      const message = JSON.parse(data as unknown as string) as { type: string; data: unknown };
      switch (message.type) {
        case 'performance:taskStarted':
          told.push(['Task started:', message.data]);
          break;
        case 'performance:taskCompleted':
          told.push(['Task completed:', message.data]);
          break;
        case 'performance:metricRecorded':
          told.push(['New metric:', message.data]);
          break;
      }
    });
    await eventually(() => app.hub.clientCount === 1 || undefined, 'the client');
    app.bus.publish('executionsStarted', [aRunningExecution()]);
    app.bus.publish('executionsStored', [aStoredExecution()]);
    await eventually(() => told[2], 'three events');
    expect(told.map(([label]) => label)).toEqual([
      'Task started:',
      'Task completed:',
      'New metric:',
    ]);
    ws.terminate();
  });
});

describe('who may come in', () => {
  it('refuses foreign origins and hosts at the plain door', async () => {
    const refused = 'Unexpected server response: 403';
    await expect(app.plain('', { origin: EVIL })).rejects.toThrow(refused);
    await expect(app.plain('', { origin: 'null' })).rejects.toThrow(refused);
    await expect(app.plain('', { headers: { host: 'evil.example' } })).rejects.toThrow(refused);
    const own = `http://127.0.0.1:${app.port}`;
    await expect(app.plain('', { origin: own })).resolves.toBeInstanceOf(PlainClient);
  });

  it('says 404 to an unknown project, and waits for a tardy answer', async () => {
    await expect(app.plain('?project=absent')).rejects.toThrow('404');
    await expect(app.plain('?project=tardy')).resolves.toBeInstanceOf(PlainClient);
  });

  it('refuses foreign origins and hosts on Socket.IO by WebSocket', async () => {
    const forged: Record<string, string>[] = [{ origin: EVIL }, { host: 'evil.example' }];
    for (const extraHeaders of forged) {
      await expect(app.socketIo({ transports: ['websocket'], extraHeaders })).rejects.toThrow();
    }
    expect(app.hub.clientCount).toBe(0);
  });

  it('refuses foreign origins and hosts on Socket.IO by polling', async () => {
    expect(await app.poll({ origin: EVIL })).toBe(403);
    expect(await app.poll({ host: 'evil.example' })).toBe(403);
    expect(await app.poll({})).toBe(200);
  });

  it('serves nothing on the root namespace and no script', async () => {
    const client = await app.socketIo();
    const root = client.socket.io.socket('/');
    const failure = await new Promise((resolve) => root.once('connect_error', resolve));
    expect(failure).toBeInstanceOf(Error);
    const script = await fetch(`http://127.0.0.1:${app.port}/socket.io/socket.io.js`);
    expect(script.status).not.toBe(200);
  });

  it('refuses upgrades of any other path', async () => {
    await expect(app.plain('/more')).rejects.toThrow('404');
    await expect(app.plain('-else')).rejects.toThrow('404');
  });

  it('survives who hangs up in the middle of a handshake', async () => {
    for (const project of ['default', 'tardy', 'absent']) {
      const caller = connect(app.port, '127.0.0.1');
      caller.write(
        `GET /agent-performance?project=${project} HTTP/1.1\r\nHost: localhost\r\n` +
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      await new Promise((resolve) => setTimeout(resolve, 2));
      caller.resetAndDestroy();
    }
    await app.plain('?project=tardy');
    expect(app.hub.clientCount).toBe(1);
  });
});

describe('the heartbeat', () => {
  it('ends connections whose other side has silently gone', async () => {
    await app.dispose();
    const left = ['setTimeout', 'setImmediate', 'nextTick', 'Date', 'performance'] as const;
    jest.useFakeTimers({ doNotFake: [...left, 'queueMicrotask', 'clearTimeout', 'hrtime'] });
    app = await LiveApp.start();
    const [gone, present] = [await app.plain('', { autoPong: false }), await app.plain()];
    jest.advanceTimersByTime(HEARTBEAT_MS);
    // Answered after the pong that was sent before it.
    await new Promise((resolve) => present.webSocket.once('ping', resolve));
    await present.ask('ping');
    expect(app.hub.clientCount).toBe(2);
    jest.advanceTimersByTime(HEARTBEAT_MS);
    jest.useRealTimers();
    expect((await gone.closed).code).toBe(1006);
    await eventually(() => app.hub.clientCount === 1 || undefined, 'the other alone');
    present.heard.length = 0;
    expect(await present.ask('ping')).toHaveProperty('serverTime');
  });
});

describe('stopping the server', () => {
  it('says goodbye at both doors', async () => {
    const plain = await app.plain();
    const socketIo = await app.socketIo({ transports: ['websocket'] });
    const polling = await app.socketIo({ transports: ['polling'] });
    await app.stop();
    expect(await plain.closed).toEqual({ code: 1001, reason: 'server stopping' });
    // Not "io server disconnect", after which the client library would stay away for good.
    expect(await socketIo.closed).toBe('transport close');
    // Between two polls there is nothing to say goodbye on: the next poll fails instead.
    expect(await polling.closed).toMatch(/^transport (close|error)$/);
    expect(app.hub.clientCount).toBe(0);
  });

  it('does not wait for clients that do not answer', async () => {
    const plain = await app.plain();
    const socketIo = await app.socketIo({ transports: ['websocket'] });
    plain.webSocket.pause();
    webSocketUnder(socketIo.socket).pause();
    const started = performance.now();
    await app.stop();
    expect(performance.now() - started).toBeLessThan(4000);
    plain.webSocket.resume();
    webSocketUnder(socketIo.socket).resume();
  });
});
