import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { WebSocket } from 'ws';

import { boundBodyTime } from '../../apps/api/src/http-edges.js';
import { AccessWorld, aRecord } from '../support/access-world.js';
import { API } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('who wants to wear the server out', () => {
  let world: AccessWorld;
  let reader: string;
  let agent: string;

  beforeAll(async () => {
    world = await AccessWorld.boot({ env: { RATE_LIMIT_PER_SECOND: '0' } });
    reader = (await world.aKey(['operate'])).key;
    agent = (await world.aKey(['ingest'])).key;
  });
  afterAll(async () => world?.close());

  const send = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body,
    }).then(async (answer) => ({ status: answer.status, text: await answer.text() }));

  it('is heard for a few kilobytes only before saying who they are, packed or not', async () => {
    const long = JSON.stringify({ name: 'x'.repeat(20 * 1024), password: 'y' });
    const bomb = gzipSync(JSON.stringify({ name: 'x'.repeat(10 * MIB), password: 'y' }));
    expect(bomb.length).toBeLessThan(16 * 1024);
    const gzip = { 'content-encoding': 'gzip' };
    for (const path of ['/auth/session', '/auth/invitation', '/auth/invitation/accept']) {
      expect([path, (await send(`${API}${path}`, long)).status]).toEqual([path, 413]);
      expect([path, (await send(`${API}${path}`, bomb, gzip)).status]).toEqual([path, 413]);
    }
    for (const path of ['/nowhere', `${API}/nowhere`, '/agent-performance']) {
      const { status } = await send(path, bomb, gzip);
      expect([path, [404, 405, 413].includes(status)]).toEqual([path, true]);
    }
  });

  it('is heard for no more than a request of its kind takes', async () => {
    const headers = { authorization: `Bearer ${reader}` };
    const long = JSON.stringify({ action: 'resolve', ids: ['x'.repeat(3 * MIB)] });
    const gzip = { ...headers, 'content-encoding': 'gzip' };
    expect((await send(`${API}/alerts/bulk`, long, headers)).status).toBe(413);
    expect((await send(`${API}/alerts/bulk`, gzipSync(long), gzip)).status).toBe(413);
    const records = Array.from({ length: 6000 }, () => ({
      ...aRecord(),
      errorMessage: 'x'.repeat(500),
    }));
    const batch = JSON.stringify(records);
    expect(batch.length).toBeGreaterThan(3 * MIB);
    const key = { authorization: `Bearer ${agent}` };
    const stored = await send(`${API}/metrics`, batch, key);
    expect([stored.status, stored.text]).toEqual([200, expect.stringContaining('"accepted":6000')]);
  });

  it('finds no other way to the records, however the path is written', async () => {
    const key = { authorization: `Bearer ${agent}` };
    for (const path of ['/%6Detrics', '/metrics/', '/metrics;x', '//metrics', '/METRICS']) {
      const { status, text } = await send(`${API}${path}`, JSON.stringify(aRecord()), key);
      // The same route, with all that belongs to it, or none.
      const isRoute = status === 200 && text.includes('"accepted":1');
      expect([path, isRoute || status === 404 || status === 405]).toEqual([path, true]);
    }
  });

  it('cannot send a body drop by drop', async () => {
    const fastify = Fastify();
    boundBodyTime(fastify, 100);
    fastify.post('/', (request) => ({ got: request.body }));
    const url = new URL(await fastify.listen({ port: 0, host: '127.0.0.1' }));
    const socket = connect(Number(url.port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{',
    );
    const drip = setInterval(() => socket.write(' '), 20);
    await closed;
    clearInterval(drip);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('body-timeout');
    const quick = await fetch(url, { method: 'POST', headers: JSON_TYPE, body: '{"a":1}' });
    expect(await quick.json()).toEqual({ got: { a: 1 } });
    await fastify.close();
  });

  it('guesses no more at the same time than one after the other', async () => {
    await world.aUser('victim', 'viewer');
    const tries = Array.from({ length: 40 }, (_, n) =>
      world.ask('POST', '/auth/session', { body: { name: 'victim', password: `guess ${n}` } }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
  });

  it('begins no sessions without end with a key that may do next to nothing', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 70; n += 1) {
      statuses.push((await world.ask('POST', '/auth/session', { body: { key: agent } })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
    const [kept] = await world.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM user_sessions WHERE key_id IS NOT NULL',
    );
    expect(kept?.n).toBe(50);
  });

  it('comes in once with one connection, however often it asks', async () => {
    const url = `${world.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url);
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    await new Promise((resolve) => socket.once('open', resolve));
    const ask = `40/agent-performance,${JSON.stringify({ apiKey: reader })}`;
    for (let n = 0; n < 20; n += 1) socket.send(ask);
    const about = (code: string): string[] =>
      heard.filter((text) => text.startsWith(`${code}/agent-performance,`));
    await eventually(
      () => (about('40').length + about('44').length === 20 ? true : undefined),
      '20 answers',
    );
    expect([about('40').length, about('44').length]).toEqual([1, 19]);
    // No id to come back with unasked: connections are not recovered.
    expect(about('40')[0]).not.toContain('pid');
    socket.close();
  });

  it('sends no request inside another one', async () => {
    const both =
      'POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /secret HTTP/1.1\r\n\r\n';
    const twice =
      'POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde';
    const folded =
      'GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n\tX-Forwarded-For: c\r\n\r\n';
    const spaced = 'GET /livez HTTP/1.1\r\nHost : evil.example\r\nHost: localhost\r\n\r\n';
    const noHost = 'GET /livez HTTP/1.1\r\n\r\n';
    const twoHosts = 'GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n';
    for (const text of [both, twice, spaced, noHost, twoHosts, folded]) {
      const answer = await rawly(world.url, text);
      const statuses = answer.match(/^HTTP\/1\.1 \d{3}/gm) ?? [];
      expect([text.slice(0, 120), statuses.length]).toEqual([text.slice(0, 120), 1]);
      if (text === folded || text === twoHosts) continue;
      expect([text.slice(0, 120), /^HTTP\/1\.1 4/.test(answer)]).toEqual([
        text.slice(0, 120),
        true,
      ]);
    }
  });
});

/** What a server says to these bytes until it has nothing more to say. */
function rawly(url: string, text: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.setTimeout(1500, () => socket.destroy());
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(heard));
  });
}

describe('instants that are written as nobody would', () => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.boot({ env: { RATE_LIMIT_PER_SECOND: '0' } });
  });
  afterAll(async () => world?.close());

  it.each([
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
    '2026-01-31T08:00:00+23:00',
    '2026-01-31T24:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-W01-1T00:00:00Z',
    '20260131T080000Z',
    '2026-01-31',
    '2026',
    'infinity',
    '-infinity',
    'now',
    '2026-01-31T08:00:00 PST',
    '+275760-09-13T00:00:00Z',
    '-271821-04-20T00:00:00Z',
  ])('%s brings nothing down', async (instant) => {
    const key = world.admin;
    const later = '2026-03-01T00:00:00Z';
    const text = encodeURIComponent(instant);
    for (const path of [
      `/audit?from=${text}`,
      `/audit?to=${text}`,
      `/alerts?from=${text}`,
      `/alerts/stats?from=${text}`,
      `/summary?from=${text}`,
      `/trends?from=${text}&to=${later}`,
      `/metrics?to=${text}`,
    ]) {
      const { status } = await world.ask('GET', path, { key });
      expect([path, [200, 400].includes(status)]).toEqual([path, true]);
    }
    const silence = { matchers: [{ field: 'type', operator: 'glob', value: '*' }] };
    const bodies: [string, object][] = [
      ['/aggregate', { from: instant, to: later }],
      ['/aggregate', { from: later, to: instant }],
      ['/alerts/silences', { ...silence, startsAt: instant, endsAt: later }],
      ['/alerts/silences', { ...silence, startsAt: later, endsAt: instant }],
      ['/alerts/rules/backtest', { from: instant, to: later }],
      ['/keys', { name: 'x', scopes: ['read'], expiresAt: instant }],
    ];
    for (const [path, body] of bodies) {
      const { status, text: said } = await world.ask('POST', path, { key, body });
      expect([path, body, status, said.slice(0, 200)]).toEqual([
        path,
        body,
        status < 500 || status === 503 ? status : 'no 5xx',
        said.slice(0, 200),
      ]);
    }
  });
});
