import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestGuard } from '@app/access';
import { SCOPES } from '@app/contracts';
import type { Scope } from '@app/contracts';
import Fastify from 'fastify';

import { AccessWorld } from '../support/access-world.js';

interface Operation {
  'x-access'?: string;
  'x-access-everywhere'?: boolean;
  parameters?: { name: string; in: string; schema?: { format?: string } }[];
  responses: Record<string, unknown>;
  security?: object[];
}

interface Route {
  method: string;
  path: string;
  access: string | undefined;
  everywhere: boolean;
  operation: Operation;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const PREFIX = '/api/v1/agent-performance';
const UUID = '00000000-0000-4000-8000-000000000000';
const INCLUDED: Record<Scope, readonly string[]> = {
  ingest: ['ingest'],
  read: ['read'],
  operate: ['read', 'operate'],
  admin: ['read', 'operate', 'admin'],
};

/** Anybody may call these; every other route is asked of in turn. */
const PUBLIC = [
  'GET /livez',
  'GET /readyz',
  `POST ${PREFIX}/auth/invitation`,
  `POST ${PREFIX}/auth/invitation/accept`,
  `POST ${PREFIX}/auth/reset`,
  `POST ${PREFIX}/auth/reset/accept`,
  `POST ${PREFIX}/auth/session`,
];

/** Those that change something are reviewed here, one by one. */
const CHANGES: Record<string, string> = {
  'POST /metrics': 'ingest',
  'POST /aggregate': 'operate',
  'POST /alerts/bulk': 'operate',
  'POST /alerts/{id}/acknowledge': 'operate',
  'POST /alerts/{id}/resolve': 'operate',
  'POST /alerts/{id}/snooze': 'operate',
  'POST /alerts/{id}/unacknowledge': 'operate',
  'POST /alerts/rules': 'operate',
  'PUT /alerts/rules/{id}': 'operate',
  'DELETE /alerts/rules/{id}': 'operate',
  'POST /alerts/rules/backtest': 'operate',
  'POST /alerts/silences': 'operate',
  'PUT /alerts/silences/{id}': 'operate',
  'DELETE /alerts/silences/{id}': 'operate',
  'PUT /benchmarks': 'operate everywhere',
  'DELETE /benchmarks/{id}': 'operate everywhere',
  'POST /benchmarks/import': 'operate everywhere',
  'POST /notifications/channels': 'admin',
  'PATCH /notifications/channels/{id}': 'admin',
  'DELETE /notifications/channels/{id}': 'admin',
  'POST /notifications/channels/{id}/test': 'admin',
  'POST /notifications/deliveries/{id}/retry': 'operate',
  // Their owners' own: read is enough to arrange what one sees.
  'POST /views': 'read',
  'PUT /views/{id}': 'read',
  'DELETE /views/{id}': 'read',
  'POST /keys': 'admin',
  'DELETE /keys/{keyId}': 'admin',
  'PUT /members/{userId}': 'admin',
  'DELETE /members/{userId}': 'admin',
  'POST /invitations': 'admin',
  'DELETE /invitations/{invitationId}': 'admin',
  'POST /users': 'admin everywhere',
  'PATCH /users/{userId}': 'admin everywhere',
  'DELETE /users/{userId}': 'admin everywhere',
  'POST /users/{userId}/reset': 'admin everywhere',
  'POST /projects': 'admin everywhere',
  'PATCH /projects/{slug}': 'admin everywhere',
  'DELETE /auth/session': 'signed-in',
  'DELETE /auth/sessions': 'signed-in',
  'DELETE /auth/sessions/{sessionId}': 'signed-in',
  'POST /auth/password': 'signed-in',
};

describe('every route', () => {
  let world: AccessWorld;
  let routes: Route[];
  /** By scope: a key of project `default`, one of another project, and one of every project. */
  const local = new Map<Scope, string>();
  const foreign = new Map<Scope, string>();
  const everywhere = new Map<Scope, string>();

  beforeAll(async () => {
    world = await AccessWorld.boot({ env: { RATE_LIMIT_PER_SECOND: '0' } });
    await world.aProject('elsewhere');
    for (const scope of SCOPES) {
      local.set(scope, (await world.aKey([scope])).key);
      foreign.set(scope, (await world.aKey([scope], 'elsewhere')).key);
      everywhere.set(scope, (await world.aKey([scope], 'default', { allProjects: true })).key);
    }
    const { text } = await world.ask('GET', '/api/openapi.json', { key: world.admin });
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method]) => METHODS.includes(method))
        .map(([method, operation]) => ({
          method: method.toUpperCase(),
          path,
          access: operation['x-access'],
          everywhere: operation['x-access-everywhere'] === true,
          operation,
        })),
    );
  });
  afterAll(async () => world?.close());

  const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
  const restricted = (): Route[] => routes.filter((route) => !PUBLIC.includes(nameOf(route)));

  /** A request that is refused for its content at the latest, so that nothing is changed. */
  function ask({ method, path }: Route, key?: string, query = ''): Promise<{ status: number }> {
    const filled = path.replace(/\{[^}]+\}/g, UUID);
    const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { raw: '{"unknownField":1}' } : {};
    return world.ask(method, `${filled}${query}`, { isWhole: true, ...(key && { key }), ...body });
  }

  it('is described, and says what it asks', () => {
    expect(routes.length).toBeGreaterThan(60);
    expect(routes.filter(({ access }) => access === undefined).map(nameOf)).toEqual([]);
    const open = routes.filter(({ access }) => access === 'public').map(nameOf);
    expect(open.sort()).toEqual(PUBLIC);
    for (const route of restricted()) {
      expect([nameOf(route), '401' in route.operation.responses]).toEqual([nameOf(route), true]);
      expect([nameOf(route), route.operation.security?.length]).not.toEqual([nameOf(route), 0]);
    }
  });

  it('that changes something asks what was agreed on', () => {
    const changing = restricted().filter(({ method }) => method !== 'GET');
    const asked = Object.fromEntries(
      changing.map((route) => [
        nameOf(route).replace(PREFIX, ''),
        `${String(route.access)}${route.everywhere ? ' everywhere' : ''}`,
      ]),
    );
    expect(asked).toMatchObject(CHANGES);
    // New ones ask for at least as much as is asked for changes of their kind.
    const weak = Object.entries(asked).filter(
      ([name, access]) => access === 'read' && !(name in CHANGES),
    );
    expect(weak).toEqual([]);
  });

  it('is refused without a key', async () => {
    for (const route of restricted()) {
      const { status } = await ask(route);
      expect([nameOf(route), status]).toEqual([nameOf(route), 401]);
    }
  });

  it('is open to exactly the keys with its scope', async () => {
    for (const route of restricted()) {
      for (const scope of SCOPES) {
        const has = route.access === 'signed-in' || INCLUDED[scope].includes(route.access ?? '');
        for (const [keys, reaches] of [
          [local, has && !route.everywhere],
          [everywhere, has],
        ] as const) {
          const { status } = await ask(route, keys.get(scope));
          const isRefused = status === 401 || status === 403;
          // A password is changed by who has signed in with one.
          const isPassword = route.path.endsWith('/auth/password');
          expect([nameOf(route), scope, status, isRefused && !isPassword]).toEqual([
            nameOf(route),
            scope,
            status,
            !reaches && !isPassword,
          ]);
          expect([nameOf(route), scope, status < 500]).toEqual([nameOf(route), scope, true]);
        }
      }
    }
  });

  it('of a project looks like none to keys of another', async () => {
    for (const route of restricted()) {
      if (route.access === 'signed-in' || route.everywhere) continue;
      for (const scope of SCOPES) {
        const query = '?project=default';
        const there = (await ask(route, foreign.get(scope), query)) as {
          status: number;
          text: string;
        };
        const nowhere = (await ask(route, foreign.get(scope), '?project=no-such-project')) as {
          status: number;
          text: string;
        };
        expect([nameOf(route), scope, there.status]).toEqual([nameOf(route), scope, 404]);
        const plain = ({ text }: { text: string }, slug: string): string =>
          text.replace(/"requestId":"[^"]+"/, '').replaceAll(slug, 'x');
        expect(plain(there, 'default')).toBe(plain(nowhere, 'no-such-project'));
      }
    }
  });

  it('outside the description is public only where it is the dashboard', async () => {
    for (const path of ['/', '/agent-performance', '/agent-performance/alerts']) {
      expect([path, (await world.ask('GET', path)).status === 401]).toEqual([path, false]);
    }
    for (const path of ['/api/docs', '/api/docs/', '/api/openapi.json', '/api/openapi.yaml']) {
      expect([path, (await world.ask('GET', path)).status]).toEqual([path, 401]);
      const withKey = await world.ask('GET', path, { key: local.get('read') ?? '' });
      expect([path, withKey.status < 400]).toEqual([path, true]);
    }
    const exposition = (key?: string): Promise<number> =>
      fetch(`${world.url}/metrics`, {
        headers: key ? { authorization: `Bearer ${key}` } : {},
      }).then(({ status }) => status);
    expect(await exposition()).toBe(401);
    expect(await exposition(local.get('admin'))).toBe(403);
    expect(await exposition(everywhere.get('read'))).toBe(200);
  });

  it('without a mark ends the start', async () => {
    const fastify = Fastify();
    world.server.app.get(RequestGuard).watch(fastify);
    fastify.get('/forgotten', () => 'secret');
    await expect(fastify.ready()).rejects.toThrow('/forgotten');
  });

  it('tells of health only what is needed to those whom it does not know', async () => {
    expect((await world.ask('GET', '/livez')).status).toBe(200);
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const ready = await world.ask('GET', '/readyz', { headers });
    expect([ready.status, ready.body.data]).toEqual([200, { status: 'ok' }]);
  });
});
