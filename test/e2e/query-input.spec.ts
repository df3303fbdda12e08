import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem } from '@app/contracts';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const NOW = Date.parse('2026-11-20T15:23:37.311Z');

describe('bad questions', () => {
  let server: BootedApp;

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    await server.send('POST', '/metrics', {
      agentId: 'agent-1',
      agentType: 'cognitive',
      taskId: 'only',
      status: 'success',
      startedAt: new Date(NOW - 60_000).toISOString(),
      durationMs: 10,
    });
  });
  afterAll(() => server.close());

  const ranges: [string, string, RegExp][] = [
    ['from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'to', /after from/],
    ['from=2026-11-01T00:00:00Z&to=2026-11-01T00:00:00Z', 'to', /after from/],
    ['from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z', 'from', /future/],
    ['from=2030-01-01T00:00:00Z', 'from', /future/],
    ['from=1999-01-01T00:00:00Z', 'from', /days before to/],
    ['from=0001-01-01T00:00:00Z', 'from', /1970/],
    ['from=2026-13-01T00:00:00Z', 'from', /exists/],
    ['from=2026-02-30T00:00:00Z', 'from', /exists/],
    ['from=2026-11-01T25:00:00Z', 'from', /exists/],
    ['from=2026-11-01', 'from', /ISO 8601/],
    ['from=now-6h', 'from', /ISO 8601/],
    ['to=2026-11-01T00:00:00Z', 'from', /required/],
    ['window=1h&from=2026-11-01T00:00:00Z', 'window', /without from/],
    ['window=2h', 'window', /15m, 1h, 6h, 24h, 7d, 30d/],
    ['window=1h&window=1h', 'window', /one of/],
    ['from=2026-11-01T00:00:00Z&from=2026-11-01T00:00:00Z', 'from', /ISO 8601/],
    ['nonsense=1', 'nonsense', /not known/],
    ['Window=1h', 'Window', /not known/],
    ['project=default&project=default', 'project', /slug/],
  ];
  const routes = [
    '/summary?',
    '/summary/total?',
    '/trends?',
    '/compare?agentIds=agent-1&',
    '/metrics?',
    '/metrics?format=csv&',
    '/agents/agent-1?',
    '/agents/agent-1/breakdown?',
  ];
  const everywhere = routes.flatMap((route) =>
    ranges.map(([query, name, reason]): [string, string, RegExp] => [route + query, name, reason]),
  );
  const own: [string, string, RegExp][] = [
    ['/summary?sort=passwords', 'sort', /rank, agentId, .*p95Ms/],
    ['/summary?order=up', 'order', /asc, desc/],
    ['/summary?sort=total&sort=total', 'sort', /one of/],
    ['/summary?limit=0', 'limit', /less than 1/],
    ['/summary?limit=1001', 'limit', /1000/],
    ['/summary?limit=1e2', 'limit', /integer/],
    ['/summary?limit=5&limit=5', 'limit', /integer/],
    ['/summary?limit=', 'limit', /integer/],
    ['/summary?q=', 'q', /longer/],
    ['/summary?q=a&q=b', 'q', /string/],
    ['/summary?agentId=a%00b', 'agentId', /zero character/],
    ['/summary?tag=team', 'tag', /key:value/],
    ['/summary?tag=:x', 'tag', /key:value/],
    ['/summary?tag=team:x&window=30d', 'tag', /7 days/],
    ['/summary?agentVersion=1&window=30d', 'agentVersion', /7 days/],
    ['/trends?period=year', 'period', /minute, hour, day, week, month/],
    ['/trends?period=day&period=day', 'period', /one of/],
    ['/trends?period=minute&window=30d', 'period', /allows hour, day, week, month/],
    ['/trends?period=hour&from=2024-11-01T00:00:00Z', 'period', /allows day, week, month/],
    ['/trends?period=day&from=2022-11-01T00:00:00Z', 'period', /allows week, month/],
    ['/trends?lookback=0', 'lookback', /less than 1/],
    ['/trends?lookback=1001', 'lookback', /1000/],
    ['/trends?lookback=1e9', 'lookback', /integer/],
    ['/trends?lookback=5&window=1h', 'window', /without lookback/],
    ['/trends?tz=Mars%2FBase', 'tz', /IANA/],
    ['/trends?tz=', 'tz', /IANA/],
    ['/trends?tz=UTC&tz=UTC', 'tz', /IANA/],
    ['/trends?agentId=agent-1&agentIds=agent-1', 'agentIds', /without agentId/],
    ['/trends?complexity=6', 'complexity', /5/],
    ['/compare?', 'agentIds', /./],
    ['/compare?agentIds=,', 'agentIds', /./],
    [
      `/compare?agentIds=${Array.from({ length: 51 }, (_, i) => `a${i}`).join(',')}`,
      'agentIds',
      /50/,
    ],
    ['/metrics?status=ok', 'status', /success, failure, timeout/],
    ["/metrics?status=success'--", 'status', /one of/],
    ['/metrics?executionId=5', 'executionId', /UUID/i],
    ['/metrics?minDurationMs=-1', 'minDurationMs', /number/],
    ['/metrics?maxDurationMs=1e400', 'maxDurationMs', /number/],
    ['/metrics?format=xml', 'format', /json, csv, ndjson/],
    ['/metrics?agentId=agent-1&agentIds=agent-1', 'agentIds', /without agentId/],
    ['/agents/agent-1/breakdown?tz=Nowhere', 'tz', /IANA/],
  ];

  it('are each refused by the name of the parameter and what is allowed', async () => {
    for (const [path, name, reason] of [...everywhere, ...own]) {
      const { status, headers, body } = await server.get<Problem>(path);
      expect([path, status]).toEqual([path, 400]);
      expect(headers.get('content-type')).toContain('application/problem+json');
      const error = body.errors?.find((one) => one.path.split('.')[0] === name);
      expect([path, error?.detail]).toEqual([path, expect.stringMatching(reason)]);
    }
  });

  it.each([
    '/summary?agentId=ghost',
    '/trends?agentId=ghost',
    '/trends?agentIds=agent-1,ghost',
    '/compare?agentIds=agent-1,ghost',
    '/metrics?agentId=ghost',
    '/metrics?format=csv&agentId=ghost',
    '/agents/ghost',
    '/agents/ghost/breakdown',
  ])('about nobody get 404: %s', async (path) => {
    const { status, body } = await server.get<Problem>(path);
    expect([status, body.code]).toEqual([404, 'unknown-agent']);
    expect(body.detail).toContain('ghost');
  });

  it.each(['/summary', '/summary/total', '/trends', '/metrics', '/agents'])(
    'about a project that is none get 404: %s',
    async (path) => {
      const { status, body } = await server.get<Problem>(`${path}?project=nowhere`);
      expect([status, body.code]).toEqual([404, 'unknown-project']);
    },
  );

  it('in SQL are only strange names', async () => {
    for (const text of ["' OR 1=1 --", "'; SELECT pg_sleep(9); --", '%', '_', '\\', '"', '{}']) {
      const value = encodeURIComponent(text);
      for (const name of ['taskId', 'taskName', 'taskType', 'model', 'traceId', 'errorType']) {
        const { status, body } = await server.get<{ data: unknown[] }>(`/metrics?${name}=${value}`);
        expect([name, text, status, body.data]).toEqual([name, text, 200, []]);
      }
      const { body } = await server.get<{ data: unknown[] }>(`/summary?q=${value}`);
      expect([text, body.data]).toEqual([text, []]);
      expect((await server.get(`/summary?tag=${value}:${value}`)).status).toBe(
        text.includes(':') ? 400 : 200,
      );
    }
  });
});
