import { once } from 'node:events';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LIVE_REQUEST_SCOPES, SCOPES } from '@app/contracts';
import type { Scope } from '@app/contracts';
import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { AccessWorld, aRecord } from '../support/access-world.js';
import { eventually } from '../support/eventually.js';

const LIVE = '/agent-performance';
const INGEST = '/agent-performance/ingest';
/** What each request has to be sent with to be answered with success. */
const PARAMETERS: Record<keyof typeof LIVE_REQUEST_SCOPES, () => object> = {
  subscribe: () => ({}),
  getAgentMetrics: () => ({}),
  getPerformanceTrends: () => ({ agentId: 'socket-agent' }),
  ingest: () => ({ records: aRecord('socket-agent') }),
  ping: () => ({}),
};

describe('sockets where a key is asked for', () => {
  let world: AccessWorld;
  const opened: { close(): unknown }[] = [];

  beforeAll(async () => {
    world = await AccessWorld.boot();
    await world.aProject('other');
  });
  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
  });
  afterAll(async () => world?.close());

  const bearer = (key: string): ClientOptions => ({ headers: { authorization: `Bearer ${key}` } });

  /** Opened, or the status that it was refused with. */
  async function plain(
    path: string,
    options: ClientOptions = {},
    protocols: string[] = [],
  ): Promise<WebSocket | number> {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}${path}`, protocols, options);
    opened.push(socket);
    socket.on('error', () => undefined);
    return new Promise((resolve) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    });
  }

  async function open(path: string, options: ClientOptions, protocols: string[] = []) {
    const socket = await plain(path, options, protocols);
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    return socket;
  }

  /** Connected, or the code that it was refused with. */
  async function socketIo(
    options: Partial<ManagerOptions & SocketOptions>,
  ): Promise<Socket | string> {
    const socket = io(`${world.url}${LIVE}`, {
      forceNew: true,
      reconnection: false,
      transports: ['websocket'],
      ...options,
    });
    opened.push(socket);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', (error: Error & { data?: { code: string } }) =>
        resolve(error.data?.code ?? error.message),
      );
    });
  }

  const answerTo = async (
    socket: WebSocket,
    type: string,
    parameters: object,
  ): Promise<unknown> => {
    const requestId = `${type}-${Math.random()}`;
    const answered = new Promise<unknown>((resolve) => {
      socket.on('message', (raw: Buffer) => {
        const { data } = JSON.parse(raw.toString()) as { data: { requestId?: string } };
        if (data.requestId === requestId) resolve(data);
      });
    });
    socket.send(JSON.stringify({ type, requestId, ...parameters }));
    return answered;
  };

  it.each([LIVE, INGEST])('%s refuses those without a key, and with a wrong one', async (path) => {
    expect(await plain(path)).toBe(401);
    expect(await plain(path, bearer(`apt_aaaaaaaa_${'a'.repeat(32)}`))).toBe(401);
    expect(await plain(path, { headers: { authorization: 'Basic eDp5' } })).toBe(401);
    const { key } = await world.aKey(['read', 'ingest']);
    expect([400, 401]).toContain(await plain(`${path}?apiKey=${key}`));
  });

  it.each([LIVE, INGEST])('%s takes a key as header and as subprotocol', async (path) => {
    const { key } = await world.aKey(['read', 'ingest']);
    await open(path, bearer(key));
    const chosen = await open(path, {}, ['apt.v1', `apt.key.${key}`]);
    expect(chosen.protocol).toBe('apt.v1');
    const reversed = await open(path, {}, [`apt.key.${key}`, 'apt.v1']);
    expect(reversed.protocol).toBe('apt.v1');
    await open(path, {}, [`apt.key.${key}`]);
  });

  it('Socket.IO takes a key in auth and as header, by WebSocket and by polling', async () => {
    const { key } = await world.aKey(['read']);
    expect(await socketIo({})).toBe('unauthenticated');
    expect(await socketIo({ transports: ['polling'] })).toBe('unauthenticated');
    expect(await socketIo({ auth: { apiKey: 'wrong' } })).toBe('unauthenticated');
    expect(await socketIo({ auth: { apiKey: { toString: 1 } } })).toBe('unauthenticated');
    expect(await socketIo({ query: { apiKey: key } })).toBe('unauthenticated');
    for (const transports of [['websocket'], ['polling']]) {
      expect(typeof (await socketIo({ transports, auth: { apiKey: key } }))).toBe('object');
      const extraHeaders = { authorization: `Bearer ${key}` };
      expect(typeof (await socketIo({ transports, extraHeaders }))).toBe('object');
    }
  });

  it('keeps a key inside its project, and leads there without being told', async () => {
    const { key } = await world.aKey(['read', 'ingest'], 'other');
    expect(await plain(`${LIVE}?project=default`, bearer(key))).toBe(404);
    expect(await plain(`${INGEST}?project=default`, bearer(key))).toBe(404);
    expect(await plain(`${LIVE}?project=ghost`, bearer(key))).toBe(404);
    expect(await socketIo({ auth: { apiKey: key, project: 'default' } })).toBe('unknown-project');
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}${LIVE}`, bearer(key));
    opened.push(socket);
    const [raw] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(raw.toString())).toMatchObject({ data: { project: 'other' } });
  });

  it('tells nobody what happens in another project', async () => {
    const mine = await world.aKey(['read'], 'other');
    const theirs = await world.aKey(['read']);
    const ours: string[] = [];
    const heard: string[] = [];
    (await open(LIVE, bearer(mine.key))).on('message', (raw: Buffer) => ours.push(raw.toString()));
    (await open(LIVE, bearer(theirs.key))).on('message', (raw: Buffer) =>
      heard.push(raw.toString()),
    );
    const { key } = await world.aKey(['ingest']);
    await world.must('POST', '/metrics', { key, body: aRecord('whispering') });
    await eventually(() => heard.some((text) => text.includes('whispering')) || undefined);
    expect(ours.filter((text) => text.includes('whispering'))).toEqual([]);
  });

  it('lets those in who may send, and tells them nothing', async () => {
    const { key } = await world.aKey(['ingest']);
    const reader = await world.aKey(['read']);
    const told: string[] = [];
    const sender = await open(LIVE, bearer(key));
    sender.on('message', (raw: Buffer) => told.push(raw.toString()));
    const heard: string[] = [];
    (await open(LIVE, bearer(reader.key))).on('message', (raw: Buffer) =>
      heard.push(raw.toString()),
    );
    const answer = await answerTo(sender, 'ingest', { records: aRecord('loud') });
    expect(answer).toMatchObject({ data: { accepted: 1 } });
    await eventually(() => heard.some((text) => text.includes('loud')) || undefined);
    expect(told.filter((text) => text.includes('loud'))).toEqual([]);
    expect(await plain(INGEST, bearer(reader.key))).toBe(403);
  });

  const cases = (['plain', 'socket.io'] as const).flatMap((door) =>
    SCOPES.flatMap((scope) =>
      Object.entries(LIVE_REQUEST_SCOPES).map(
        ([type, needed]) => [door, scope, type, needed] as const,
      ),
    ),
  );
  const INCLUDED: Record<Scope, readonly Scope[]> = {
    ingest: ['ingest'],
    read: ['read'],
    operate: ['read', 'operate'],
    admin: ['read', 'operate', 'admin'],
  };

  it.each(cases)('%s: a key for %s asks %s', async (door, scope, type, needed) => {
    const { key } = await world.aKey([scope]);
    const parameters = PARAMETERS[type as keyof typeof PARAMETERS]();
    let answer: unknown;
    if (door === 'plain') {
      answer = await answerTo(await open(LIVE, bearer(key)), type, parameters);
    } else {
      const socket = await socketIo({ auth: { apiKey: key } });
      if (typeof socket === 'string') throw new Error(socket);
      answer = await socket.timeout(10_000).emitWithAck(type, parameters);
    }
    const isAllowed = needed === null || INCLUDED[scope].includes(needed);
    const code = (answer as { code?: string }).code;
    expect([type, code]).toEqual([type, isAllowed ? undefined : 'forbidden']);
  });

  it('closes what a revoked key has open, with the reason, and lets nothing back in', async () => {
    const { key, keyId } = await world.aKey(['read', 'ingest']);
    const live = await open(LIVE, bearer(key));
    const ingest = await open(INGEST, bearer(key));
    const socket = await socketIo({
      auth: { apiKey: key },
      reconnection: true,
      reconnectionDelay: 10,
    });
    if (typeof socket === 'string') throw new Error(socket);
    const untouched = await world.aKey(['read']);
    const stays = await open(LIVE, bearer(untouched.key));
    const closings = Promise.all([
      once(live, 'close') as Promise<[number, Buffer]>,
      once(ingest, 'close') as Promise<[number, Buffer]>,
    ]);
    const reasons: unknown[] = [];
    socket.on('error', (error) => reasons.push(error));
    const dropped = new Promise((resolve) => socket.once('disconnect', resolve));
    const begunMs = performance.now();
    await world.must('DELETE', `/keys/${keyId}`, { key: world.admin });
    const closed = await closings;
    expect(closed.map(([code, reason]) => [code, reason.toString()])).toEqual([
      [1008, 'credential_revoked'],
      [1008, 'credential_revoked'],
    ]);
    expect(await dropped).toBe('io server disconnect');
    expect(reasons).toMatchObject([{ code: 'credential_revoked' }]);
    expect(performance.now() - begunMs).toBeLessThan(5000);
    expect(await plain(LIVE, bearer(key))).toBe(401);
    // Recovery of the connection must not go round the door.
    socket.connect();
    const [error] = await new Promise<[Error & { data?: { code: string } }]>((resolve) =>
      socket.once('connect_error', (...args) => resolve(args as never)),
    );
    expect(error.data?.code).toBe('unauthenticated');
    expect(socket.recovered).not.toBe(true);
    expect(stays.readyState).toBe(WebSocket.OPEN);
  });

  it('closes what a key has open that expires', async () => {
    const expiresAt = new Date(Date.now() + 1200).toISOString();
    const { key } = await world.aKey(['read'], 'default', { expiresAt });
    const live = await open(LIVE, bearer(key));
    const [code] = (await once(live, 'close')) as [number];
    expect(code).toBe(1008);
    const lateMs = Date.now() - Date.parse(expiresAt);
    expect(lateMs).toBeGreaterThanOrEqual(-50);
    expect(lateMs).toBeLessThan(5000);
  });

  it('takes a session from our own pages only', async () => {
    await world.aUser('socket-person', 'viewer');
    const cookie = await world.signInAs('socket-person');
    const own = { headers: { cookie }, origin: world.url };
    await open(LIVE, own);
    expect(await plain(LIVE, { headers: { cookie } })).toBe(403);
    expect(await plain(LIVE, { headers: { cookie }, origin: 'http://evil.example' })).toBe(403);
    expect(await plain(LIVE, { headers: { cookie }, origin: 'null' })).toBe(403);
    expect(await plain(INGEST, own)).toBe(403);
    const extraHeaders = { cookie };
    expect(await socketIo({ extraHeaders })).toBe('forbidden-origin');
    const withOrigin = { cookie, origin: world.url };
    expect(typeof (await socketIo({ extraHeaders: withOrigin }))).toBe('object');
  });

  it('closes what a session has open when its person signs out, or may do less', async () => {
    const userId = await world.aUser('leaving', 'operator');
    const connect = async (): Promise<{ cookie: string; closed: Promise<unknown[]> }> => {
      const cookie = await world.signInAs('leaving');
      const socket = await open(LIVE, { headers: { cookie }, origin: world.url });
      return { cookie, closed: once(socket, 'close') };
    };
    const first = await connect();
    await world.must('DELETE', '/auth/session', { cookie: first.cookie });
    expect((await first.closed)[0]).toBe(1008);
    const second = await connect();
    await world.must('PUT', `/members/${userId}`, { key: world.admin, body: { role: 'viewer' } });
    expect((await second.closed)[0]).toBe(1008);
  });
});
