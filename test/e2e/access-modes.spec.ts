import { request as httpRequest } from 'node:http';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { KeysService } from '@app/access';
import type { CreatedInvitation, Session } from '@app/contracts';
import { WebSocket } from 'ws';

import { AccessWorld, PASSWORD } from '../support/access-world.js';
import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** fetch lets nobody choose Host or Origin. */
function raw(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(`${url}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('on this machine, without asking', () => {
  let server: BootedApp;
  let host: string;

  beforeAll(async () => {
    server = await bootApp();
    host = new URL(server.url).host;
  });
  afterAll(() => server?.close());

  const read = (headers: Record<string, string>): Promise<Raw> =>
    raw(server.url, 'GET', `${API}/agents`, headers);
  const post = (headers: Record<string, string>, body = '{"name":"x","scopes":["read"]}') =>
    raw(server.url, 'POST', `${API}/keys`, { ...JSON_TYPE, ...headers }, body);

  it('its own programs and pages are the administrator of everything', async () => {
    expect((await read({})).status).toBe(200);
    expect((await read({ host: `localhost:${new URL(server.url).port}` })).status).toBe(200);
    expect((await post({ origin: server.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    const { body } = await server.get<{ data: Session }>('/auth/session');
    expect(body.data).toMatchObject({
      kind: 'open',
      everywhere: ['admin', 'operate', 'read', 'ingest'],
    });
    expect(body.data.projects.map(({ slug }) => slug)).toEqual(['default', 'sample']);
  });

  it.each([
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'via',
  ])('who comes through a proxy (%s) is not', async (name) => {
    expect((await read({ [name]: '127.0.0.1' })).status).toBe(401);
    expect((await post({ [name]: '127.0.0.1' })).status).toBe(401);
  });

  it('names that were bent to this machine are refused', async () => {
    for (const name of ['evil.example', `evil.example:${new URL(server.url).port}`, '10.0.0.1']) {
      expect([name, (await read({ host: name })).status]).toEqual([name, 403]);
      expect([name, (await post({ host: name })).status]).toEqual([name, 403]);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'http://evil.example' }],
    ['no origin to speak of', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['another scheme', { origin: 'https://HOST' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the site', { 'sec-fetch-site': 'same-site' }],
  ])('pages of %s are refused, and read nothing', async (_, given) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace('HOST', host)]),
    );
    for (const answer of [await read(headers), await post(headers)]) {
      expect([401, 403]).toContain(answer.status);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    }
    const preflight = await raw(server.url, 'OPTIONS', `${API}/keys`, {
      ...headers,
      'access-control-request-method': 'POST',
    });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('forms are refused', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      const answer = await post({ 'content-type': type, origin: server.url });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  });

  it.each([{ origin: 'http://evil.example' }, { headers: { 'x-forwarded-for': '1.2.3.4' } }])(
    'sockets of strangers are refused (%j)',
    async (options) => {
      const socket = new WebSocket(
        `${server.url.replace('http', 'ws')}/agent-performance`,
        options,
      );
      socket.on('error', () => undefined);
      const status = await new Promise<number | undefined>((resolve) => {
        socket.once('open', () => resolve(0));
        socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
      });
      expect([401, 403]).toContain(status);
    },
  );

  it('a key that is shown is looked at all the same', async () => {
    expect((await read({ authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('a session that is over does not lock anybody out', async () => {
    expect((await read({ cookie: `apt_session=${'x'.repeat(43)}` })).status).toBe(200);
  });
});

describe('on the network', () => {
  let world: AccessWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  it('everybody is asked, those on this machine too', async () => {
    world = await AccessWorld.boot({ env: { HOST: '0.0.0.0', AUTH: 'auto' } });
    expect((await world.ask('GET', '/agents')).status).toBe(401);
    expect((await world.ask('GET', '/agents', { key: world.admin })).status).toBe(200);
    const headers = { host: 'tracker.lan:9999', authorization: `Bearer ${world.admin}` };
    expect((await raw(world.url, 'GET', `${API}/agents`, headers)).status).toBe(200);
  });

  it('the first key is made once', async () => {
    world = await AccessWorld.boot();
    expect(await world.server.app.get(KeysService).first()).toBeNull();
    const keys = await world.query<{ name: string }>('SELECT name FROM api_keys');
    expect(keys).toEqual([{ name: 'First administrator' }]);
  });

  it('cookies are for TLS alone where the public address is', async () => {
    world = await AccessWorld.boot({ env: { PUBLIC_URL: 'https://tracker.example.com' } });
    await world.aUser('maria', 'viewer');
    const body = JSON.stringify({ name: 'maria', password: PASSWORD });
    const origin = 'https://tracker.example.com';
    const own = { ...JSON_TYPE, host: 'tracker.example.com', origin };
    const answer = await raw(world.url, 'POST', `${API}/auth/session`, own, body);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^__Host-apt_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure;/,
    );
    expect(cookie).not.toMatch(/domain/i);
    const sent = { host: 'tracker.example.com', cookie: cookie.split(';')[0] ?? '' };
    expect((await raw(world.url, 'GET', `${API}/agents`, sent)).status).toBe(200);
    const plain = { ...sent, cookie: sent.cookie.replace('__Host-', '') };
    expect((await raw(world.url, 'GET', `${API}/agents`, plain)).status).toBe(401);
  });

  it('links hold the public address, whatever a request calls us', async () => {
    world = await AccessWorld.boot({
      env: { PUBLIC_URL: 'https://tracker.example.com', HOST: '0.0.0.0', TRUST_PROXY: '127.0.0.1' },
    });
    const headers = {
      ...JSON_TYPE,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      authorization: `Bearer ${world.admin}`,
    };
    const answer = await raw(world.url, 'POST', `${API}/invitations`, headers, '{"role":"viewer"}');
    const { data } = JSON.parse(answer.text) as { data: CreatedInvitation };
    expect(data.url).toBe(`https://tracker.example.com/agent-performance/invitation#${data.token}`);
  });
});

describe('with a session', () => {
  let world: AccessWorld;
  let cookie: string;

  beforeAll(async () => {
    world = await AccessWorld.boot();
    await world.aUser('maria', 'admin');
    cookie = await world.signInAs('maria');
  });
  afterAll(async () => world?.close());

  const body = '{"name":"forged","scopes":["admin"]}';
  const post = (headers: Record<string, string>): Promise<Raw> =>
    raw(world.url, 'POST', `${API}/keys`, { cookie, ...JSON_TYPE, ...headers }, body);

  it('our own page changes things', async () => {
    expect((await post({ origin: world.url })).status).toBe(201);
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  });

  it.each<[string, Record<string, string>]>([
    ['of another site', { origin: 'http://evil.example' }],
    ['of no origin', { origin: 'null' }],
    ['that does not say where it is from', {}],
    ['that the browser calls foreign', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['that was typed in', { 'sec-fetch-site': 'none' }],
  ])('a page %s changes nothing', async (_, headers) => {
    const before = (await world.keys()).length;
    expect((await post(headers)).status).toBe(403);
    expect((await world.keys()).length).toBe(before);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a form (%s) changes nothing',
    async (type) => {
      const before = (await world.keys()).length;
      expect([403, 415]).toContain((await post({ 'content-type': type })).status);
      expect((await post({ 'content-type': type, origin: world.url })).status).toBe(415);
      expect((await world.keys()).length).toBe(before);
    },
  );

  it('answers are not for other pages, and not to be kept', async () => {
    const answer = await raw(world.url, 'GET', `${API}/agents`, { cookie });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('switched off', () => {
  it.each<[Record<string, string>, 'open' | 'guarded']>([
    [{ PUBLIC_URL: 'https://tracker.example.com' }, 'open'],
    [{ TRUST_PROXY: '127.0.0.1' }, 'open'],
    [{}, 'guarded'],
  ])('behind a proxy (%j) says that it is %s, and to strangers nothing', async (env, access) => {
    const server = await bootApp({ env: { AUTH: 'off', ...env } });
    try {
      const ready = await raw(server.url, 'GET', '/readyz');
      const { data } = JSON.parse(ready.text) as { data: { access?: string } };
      expect(data.access).toBe(access === 'open' ? 'open' : undefined);
      const elsewhere = await raw(server.url, 'GET', '/readyz', { 'x-forwarded-for': '1.2.3.4' });
      expect(JSON.parse(elsewhere.text)).toEqual({ data: { status: 'ok' } });
      const { body } = await server.get<{ data: { access: string } }>('/status');
      expect(body.data.access).toBe(access);
    } finally {
      await server.close();
    }
  });

  it('everybody on this machine is the administrator, but for other sites’ pages', async () => {
    const server = await bootApp({ env: { AUTH: 'off' } });
    try {
      expect((await server.get('/keys')).status).toBe(200);
      const proxied = { 'x-forwarded-for': '1.2.3.4' };
      expect((await raw(server.url, 'GET', `${API}/keys`, proxied)).status).toBe(200);
      const foreign = { ...JSON_TYPE, origin: 'http://evil.example' };
      expect((await raw(server.url, 'POST', `${API}/keys`, foreign, '{}')).status).toBe(403);
      const bent = { host: 'evil.example' };
      expect((await raw(server.url, 'GET', `${API}/keys`, bent)).status).toBe(403);
    } finally {
      await server.close();
    }
  });
});
