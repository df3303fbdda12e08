import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { LiveApp, PlainClient, eventually, webSocketUnder } from '../test/live.app.js';
import type { Heard } from '../test/live.app.js';
import { aRunningExecution, anAlertChange } from '../test/live.fixtures.js';

let app: LiveApp;

beforeEach(async () => {
  app = await LiveApp.start();
});

afterEach(async () => {
  await app.dispose();
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

  it.each(['the plain WebSocket', 'Socket.IO'])(
    'through %s slows nobody down and learns how much it missed',
    async (door) => {
      const [slow, fast] = [
        await (door === 'Socket.IO' ? app.socketIo({ transports: ['websocket'] }) : app.plain()),
        await app.plain(),
      ];
      const stream = slow instanceof PlainClient ? slow.webSocket : webSocketUnder(slow.socket);
      stream.pause();
      const started = performance.now();
      await flood();
      await eventually(() => fast.count('performance:alert') === ALERTS * ROUNDS || undefined);
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(fast.count('resync')).toBe(0);
      stream.resume();
      const resyncs = (): Heard[] => slow.heard.filter(({ type }) => type === 'resync');
      const missed = (): number =>
        resyncs().reduce((sum, { data }) => sum + Number(data['missed']), 0);
      await eventually(
        () => slow.count('performance:alert') + missed() === ALERTS * ROUNDS || undefined,
        'all alerts to be told or counted',
      );
      expect(missed()).toBeGreaterThan(0);
      for (const { data } of resyncs()) expect(data).toMatchObject({ reason: 'slow_consumer' });
      app.bus.publish('executionsStarted', [aRunningExecution()]);
      await slow.until('performance:taskStarted');
    },
  );
});
