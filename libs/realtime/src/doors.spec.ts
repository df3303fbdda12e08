import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';

import { LiveApp, PlainClient, eventually } from '../test/live.app.js';
import { aRunningExecution, aStoredExecution, anAlertChange } from '../test/live.fixtures.js';

const DOORS = {
  'the plain WebSocket': (app: LiveApp, project = 'default') => app.plain(`?project=${project}`),
  'Socket.IO by WebSocket': (app: LiveApp, project = 'default') =>
    app.socketIo({ transports: ['websocket'], query: { project } }),
  'Socket.IO by polling': (app: LiveApp, project = 'default') =>
    app.socketIo({ transports: ['polling'], auth: { project } }),
};
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

  it('leaves upgrades of other paths alone', async () => {
    const elsewhere = new WebSocket(`ws://127.0.0.1:${app.port}/agent-performance/more`);
    elsewhere.on('error', () => undefined);
    await app.plain();
    expect(app.hub.clientCount).toBe(1);
    elsewhere.terminate();
  });
});

describe('clients that misbehave', () => {
  it('are told when a message makes no sense', async () => {
    const client = await app.plain();
    for (const message of ['{', '', Buffer.from([0xff]), '\u0000']) {
      client.webSocket.send(message);
      expect((await client.until('error')).data).toMatchObject({ code: 'malformed-json' });
    }
    for (const message of ['null', '[]', '7', '{}', '{"type":7}']) {
      client.webSocket.send(message);
      expect((await client.until('error')).data).toMatchObject({ code: 'invalid-request' });
    }
    expect(await client.ask('ping')).toHaveProperty('serverTime');
  });

  it('may put the parameters into `data`, as older clients do', async () => {
    const client = await app.plain();
    const data = { agentId: 'a' };
    client.webSocket.send(JSON.stringify({ type: 'getAgentMetrics', data }));
    expect((await client.until('reply')).data).toMatchObject({ data: { agentId: 'a' } });
  });

  it('are closed for a frame that is too large, and others stay', async () => {
    const [plain, socketIo, other] = [await app.plain(), await app.socketIo(), await app.plain()];
    plain.webSocket.send(JSON.stringify({ type: 'ping', padding: 'x'.repeat(65 * 1024) }));
    socketIo.socket.emit('ping', { padding: 'x'.repeat(65 * 1024) });
    expect((await plain.closed).code).toBe(1009);
    expect(await socketIo.closed).toMatch(/transport/);
    expect(await other.ask('ping')).toHaveProperty('serverTime');
    await eventually(() => app.hub.clientCount === 1 || undefined, 'the other alone');
  });

  it('are closed for asking too much', async () => {
    const [plain, socketIo] = [await app.plain(), await app.socketIo()];
    for (let i = 0; i < 1000; i += 1) {
      plain.webSocket.send('{"type":"ping"}');
      socketIo.socket.emit('ping');
    }
    expect((await plain.until('error')).data).toMatchObject({ code: 'rate_limited' });
    expect(await plain.closed).toEqual({ code: 1008, reason: 'rate_limited' });
    expect(await socketIo.closed).toBe('io server disconnect');
    expect(app.hub.clientCount).toBe(0);
  });

  it('do not bring the server down with packets that are no Socket.IO', async () => {
    const client = await app.socketIo({ transports: ['websocket'] });
    const { engine } = client.socket.io;
    client.socket.emit('subscribe', Buffer.from('x'));
    client.socket.emit('error', { fake: true });
    client.socket.emit('subscribe', null, 'more', 7);
    await client.until('error');
    engine.write('2/agent-performance,["subscribe"');
    await client.closed;
    expect(await (await app.plain()).ask('ping')).toHaveProperty('serverTime');
  });
});

describe('a client that stops reading', () => {
  const ALERTS = 60;
  const ROUNDS = 8;

  async function flood(): Promise<void> {
    const message = 'x'.repeat(50_000);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let i = 0; i < ALERTS; i += 1)
        app.bus.publish('alertChanged', anAlertChange({ message }));
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  it.each(['the plain WebSocket', 'Socket.IO by WebSocket'] as const)(
    'through %s slows nobody down and learns how much it missed',
    async (door) => {
      const [slow, fast] = [await DOORS[door](app), await app.plain()];
      const stream = slow instanceof PlainClient ? slow.webSocket : webSocketUnder(slow.socket);
      stream.pause();
      const started = performance.now();
      await flood();
      await eventually(() => fast.count('performance:alert') === ALERTS * ROUNDS || undefined);
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(fast.count('resync')).toBe(0);
      stream.resume();
      const resync = await eventually(() => slow.heard.find(({ type }) => type === 'resync'));
      expect(resync.data).toMatchObject({ reason: 'slow_consumer' });
      const missed = Number(resync.data['missed']);
      expect(missed).toBeGreaterThan(0);
      expect(slow.count('performance:alert') + missed).toBe(ALERTS * ROUNDS);
      app.bus.publish('executionsStarted', [aRunningExecution()]);
      await slow.until('performance:taskStarted');
    },
  );
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
    expect(await polling.closed).toBe('transport close');
    expect(app.hub.clientCount).toBe(0);
  });

  it('does not wait for clients that do not answer', async () => {
    const plain = await app.plain();
    const socketIo = await app.socketIo({ transports: ['websocket'] });
    plain.webSocket.pause();
    webSocketUnder(socketIo.socket).pause();
    const silent = connect(app.port, '127.0.0.1');
    const started = performance.now();
    await app.stop();
    expect(performance.now() - started).toBeLessThan(4000);
    silent.destroy();
  });
});

function webSocketUnder(socket: { io: { engine: { transport: unknown } } }): WebSocket {
  return (socket.io.engine.transport as { ws: WebSocket }).ws;
}
