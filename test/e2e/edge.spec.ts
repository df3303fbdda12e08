import { request } from 'node:http';
import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem } from '@app/contracts';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PROTOTYPE_KEYS } from '../support/hostile.js';
import { OpenApiJudge } from '../support/openapi-judge.js';
import type { OpenApiDocument, Route } from '../support/openapi-judge.js';

const UUID = '00000000-0000-4000-8000-000000000000';

describe('the edge', () => {
  let server: BootedApp;
  let routes: Route[];
  beforeAll(async () => {
    server = await bootApp();
    const document = await (await fetch(`${server.url}/api/openapi.json`)).json();
    ({ routes } = new OpenApiJudge(document as OpenApiDocument));
  });
  afterAll(() => server.close());

  const pathOf = ({ path }: Route): string => path.replace(/\{\w+\}/g, `1~${UUID}`);
  const bodied = (): Route[] => routes.filter(({ hasBody }) => hasBody);
  const send = async (route: Route, body: string | Buffer, type?: string): Promise<Problem> => {
    const answer = await fetch(`${server.url}${pathOf(route)}`, {
      method: route.method,
      headers: type === undefined ? {} : { 'content-type': type },
      // Bytes carry no type of their own.
      body: new Uint8Array(Buffer.from(body)),
    });
    return (await answer.json()) as Problem;
  };
  const raw = (
    method: string,
    path: string,
    headers = {},
  ): Promise<[number, NodeJS.Dict<string | string[]>]> =>
    new Promise((resolve, reject) => {
      const asked = request(`${server.url}${path}`, { method, headers }, (answer) => {
        answer.resume().once('end', () => resolve([answer.statusCode ?? 0, answer.headers]));
      });
      asked.once('error', reject).end();
    });

  it('has routes with bodies to look at', () => {
    expect(bodied().length).toBeGreaterThan(10);
  });

  it.each([
    ['text/plain', '{}'],
    ['application/x-www-form-urlencoded', 'a=1'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/xml', '<a/>'],
    [undefined, '{}'],
  ])('takes no body as %s, on any route', async (type, body) => {
    for (const route of bodied()) {
      const { status } = await send(route, body, type);
      expect([route.method, route.path, status]).toEqual([route.method, route.path, 415]);
    }
  });

  it.each([
    ['what is not JSON', '{"secret":"hunter2"', 'malformed-json'],
    ['nothing', '', 'empty-body'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), undefined],
    ['what nests too deeply', `{"metadata":${'['.repeat(5000)}${']'.repeat(5000)}}`, undefined],
  ])('takes not %s, on any route, and repeats nothing of it', async (_, body, code) => {
    for (const route of bodied()) {
      const problem = await send(route, body, 'application/json');
      expect([route.path, problem.status]).toEqual([route.path, 400]);
      if (code) expect([route.path, problem.code]).toEqual([route.path, code]);
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    }
  });

  it.each(PROTOTYPE_KEYS)('takes no field %s in a body, at any depth', async (key) => {
    for (const route of bodied()) {
      for (const body of [`{"${key}":{"polluted":1}}`, `{"a":[{"${key}":{"polluted":1}}]}`]) {
        const { status } = await send(route, body, 'application/json');
        expect([route.path, status]).toEqual([route.path, 400]);
      }
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('knows no other parameters and fields than it describes', async () => {
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      for (const name of ['bogus', ...PROTOTYPE_KEYS]) {
        const answer = await fetch(`${server.url}${pathOf(route)}?${name}=1`);
        expect([route.path, name, answer.status]).toEqual([route.path, name, 400]);
      }
    }
    for (const route of bodied()) {
      const { status } = await send(route, '{"bogus":1}', 'application/json');
      expect([route.path, status]).toEqual([route.path, 400]);
    }
  });

  it('names what a path can do where it cannot do what was asked', async () => {
    for (const path of new Set(routes.map(pathOf))) {
      const known = routes.filter((route) => pathOf(route) === path).map(({ method }) => method);
      const other = ['PATCH', 'PUT', 'DELETE', 'POST'].find((verb) => !known.includes(verb));
      const [status, headers] = await raw(other ?? 'TRACE', path);
      expect([path, other, status]).toEqual([path, other, 405]);
      for (const method of known) expect(headers['allow']).toContain(method);
    }
    expect((await raw('TRACE', '/livez'))[0]).toBe(405);
  });

  it('says to browsers what they must not do, whatever it answers', async () => {
    const long = `${API}/agents/${'x'.repeat(9000)}`;
    const paths = [
      '/livez',
      '/metrics',
      `${API}/summary`,
      `${API}/nothing`,
      '/nothing',
      long,
      '/%zz',
    ];
    for (const path of paths) {
      const [, headers] = await raw('GET', path);
      expect([path.slice(0, 50), headers]).toMatchObject([
        path.slice(0, 50),
        {
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'permissions-policy': expect.stringContaining('camera=()'),
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'cache-control': 'no-store',
          'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ]);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('answers what is no HTTP in the same form', async () => {
    const { port } = new URL(server.url);
    const said = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('x-content-type-options: nosniff');
    expect(JSON.parse(said.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'invalid-request' });
  });

  it('lets the page and the API’s own page run scripts of this server only', async () => {
    const policy = async (path: string): Promise<string> =>
      (await fetch(`${server.url}${path}`)).headers.get('content-security-policy') ?? '';
    for (const path of ['/agent-performance', '/api/docs']) {
      const directives = new Map(
        (await policy(path)).split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]),
      );
      expect([path, directives.get('script-src')]).toEqual([path, ["'self'"]]);
      expect([path, directives.get('frame-ancestors')]).toEqual([path, ["'none'"]]);
    }
    expect(await policy('/agent-performance')).toContain("require-trusted-types-for 'script'");
  });

  it('lets built files be kept for good, and the page never', async () => {
    const page = await fetch(`${server.url}/agent-performance`);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(html).not.toMatch(/\son\w+=/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+-[A-Za-z0-9_-]{8}\.(?:js|css))"/g)];
    expect(files.length).toBeGreaterThan(0);
    for (const [, file = ''] of files) {
      const answer = await fetch(`${server.url}/${file}`);
      expect([file, answer.headers.get('cache-control')]).toEqual([
        file,
        'public, max-age=31536000, immutable',
      ]);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each([
    '/package.json',
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/....//package.json',
    '/.env',
    '/.git/config',
    '/node_modules/pg/package.json',
    '/index.html/../../package.json',
    '/main.js.map',
    '//etc/passwd',
    '/agent-performance/../../../etc/passwd',
  ])('serves no file but those of the build: %s', async (path) => {
    const [status, headers] = await raw('GET', path);
    const text = await (await fetch(`${server.url}${path}`)).text();
    expect([400, 403, 404]).toContain(path.startsWith('/agent-performance') ? 404 : status);
    expect(text).not.toMatch(/"dependencies"|root:|\[core\]/);
    expect(headers['content-type']).not.toContain('octet-stream');
  });

  it('tells the state of the database to who sits on this machine only', async () => {
    const ready = async (headers = {}) =>
      (await fetch(`${server.url}/readyz`, { headers })).json() as Promise<object>;
    expect(await ready()).toMatchObject({ data: { durability: expect.any(String) } });
    expect(await ready({ 'x-forwarded-for': '203.0.113.9' })).toEqual({ data: { status: 'ok' } });
  });
});
