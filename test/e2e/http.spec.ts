import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Execution, IngestResult, Problem, SummaryRow } from '@app/contracts';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

interface Operation {
  summary?: string;
  requestBody?: { content: Record<string, unknown> };
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, { example?: unknown }> }> };
}

describe('the HTTP face', () => {
  let server: BootedApp;

  beforeAll(async () => {
    server = await bootApp();
    const records = Array.from({ length: 25 }, (_, index) => ({
      agentId: `agent-${index % 3}`,
      agentType: 'cognitive',
      taskId: `=task-${index}`,
      taskName: index === 0 ? '=HYPERLINK("x"), "quoted"' : 'plain',
      status: 'success',
      startedAt: new Date(Date.now() - 60_000 - index * 1000).toISOString(),
      durationMs: 100 + index,
    }));
    await server.send<Answer<IngestResult>>('POST', '/metrics', records);
  });
  afterAll(() => server.close());

  /** fetch does not let a test choose its Host. */
  const raw = (method: string, path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(`${server.url}${path}`, { method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });

  it('answers only to this machine’s names', async () => {
    expect(await raw('GET', `${API}/summary`, { host: 'evil.example' })).toBe(403);
    expect(await raw('GET', `${API}/summary`, { host: 'localhost:1' })).toBe(200);
  });

  it('lets no other site change anything', async () => {
    const port = new URL(server.url).port;
    const post = (headers: Record<string, string>) =>
      raw('POST', `${API}/aggregate`, { host: `localhost:${port}`, ...headers });
    expect(await post({ origin: 'http://evil.example' })).toBe(403);
    expect(await post({ origin: 'null' })).toBe(403);
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post({ origin: `http://localhost:${port}` })).toBe(202);
  });

  it.each([
    ['/summary?bogus=1', 'bogus'],
    ['/summary?limit=x', 'limit'],
    ['/summary?limit=1000000', 'limit'],
    ['/summary?window=2h', 'window'],
    ['/summary?from=tomorrow', 'from'],
    ['/summary?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
    ['/summary?sort=passwords', 'sort'],
    ['/summary?cursor=zzz', 'cursor'],
    ['/trends?agentId=agent-1&lookback=1e9', 'lookback'],
    ['/trends?agentId=agent-1&lookback=1.5', 'lookback'],
    ['/trends?agentId=agent-1&period=year', 'period'],
    ['/trends?period=minute&window=30d', 'period'],
    ['/trends?agentId=a&agentId=b', 'agentId'],
    ['/compare', 'agentIds'],
    ['/compare?agentIds=', 'agentIds'],
    ['/compare?agentIds=a&agentIds=b', 'agentIds'],
    ['/alerts?limit=0', 'limit'],
    ['/metrics?complexity=6', 'complexity'],
    ["/metrics?status=success'--", 'status'],
  ])('refuses %s by the name of the parameter', async (path, name) => {
    const { status, body } = await server.get<Problem>(path);
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.path.split('.')[0])).toContain(name);
  });

  it.each(['/compare?agentIds=agent-1,ghost', '/trends?agentId=ghost', '/agents/ghost'])(
    'says which agent it does not know: %s',
    async (path) => {
      const { status, body } = await server.get<Problem>(path);
      expect([status, body.code]).toEqual([404, 'unknown-agent']);
      expect(body.detail).toContain('ghost');
    },
  );

  it('answers an unknown route as a problem', async () => {
    const { status, headers, body } = await server.get<Problem>('/nothing');
    expect([status, body.code]).toEqual([404, 'not-found']);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('pages through everything once', async () => {
    const seen: string[] = [];
    for (let path = '/metrics?limit=7'; path !== '';) {
      const { body } = await server.get<Answer<Execution[]>>(path);
      seen.push(...body.data.map(({ executionId }) => executionId));
      path = body.page?.nextCursor ? `/metrics?limit=7&cursor=${body.page.nextCursor}` : '';
    }
    expect([seen.length, new Set(seen).size]).toEqual([25, 25]);
    const first = await server.get<Answer<SummaryRow[]>>('/summary?limit=2&sort=agentId&order=asc');
    const cursor = first.body.page?.nextCursor ?? '';
    const second = await server.get<Answer<SummaryRow[]>>(
      `/summary?limit=2&sort=agentId&order=asc&cursor=${cursor}`,
    );
    const ids = [...first.body.data, ...second.body.data].map(({ agentId }) => agentId);
    expect(ids).toEqual(['agent-0', 'agent-1', 'agent-2']);
  });

  it('exports CSV that no spreadsheet calculates, and NDJSON', async () => {
    const url = `${server.url}${API}/metrics?window=1h`;
    const csv = await (await fetch(url, { headers: { accept: 'text/csv' } })).text();
    const lines = csv.trimEnd().split('\r\n');
    expect(lines.length).toBe(26);
    expect(csv).toContain(`"'=HYPERLINK(""x""), ""quoted"""`);
    expect(csv).toContain(",'=task-0,");
    const ndjson = await (await fetch(url, { headers: { accept: 'application/x-ndjson' } })).text();
    const ids = ndjson
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Execution).executionId);
    expect(new Set(ids).size).toBe(25);
  });

  it('runs the snippets of its documentation', async () => {
    const agentId = 'agent-1';
    const response = await fetch(`${server.url}/api/v1/agent-performance/summary`);
    const { data } = (await response.json()) as Answer<SummaryRow[]>;
    expect(data.map((row) => row.agentId).sort()).toEqual(['agent-0', 'agent-1', 'agent-2']);
    const trends = await fetch(
      `${server.url}/api/v1/agent-performance/trends?agentId=${agentId}&period=day&lookback=7`,
    );
    expect(((await trends.json()) as Answer<unknown[]>).data.length).toBe(7);
  });

  describe('API description', () => {
    let document: OpenApi;

    beforeAll(async () => {
      document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as OpenApi;
    });

    it('describes every route of the contract', () => {
      expect(document.openapi).toBe('3.1.0');
      const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      for (const route of [
        'POST /metrics',
        'GET /metrics',
        'GET /summary',
        'GET /trends',
        'GET /compare',
        'GET /alerts',
        'POST /alerts/{id}/resolve',
        'GET /benchmarks',
        'PUT /benchmarks',
        'POST /aggregate',
        'GET /executions/running',
        'GET /status',
      ]) {
        expect(routes).toContain(route.replace(' ', ` ${API}`));
      }
      for (const methods of Object.values(document.paths)) {
        for (const operation of Object.values(methods)) expect(operation.summary).toBeTruthy();
      }
    });

    it('lets every GET without parameters in its path be tried out', async () => {
      const required: Record<string, string> = {
        [`${API}/compare`]: '?agentIds=agent-0,agent-1',
        [`${API}/benchmarks/preview`]: '?agentType=cognitive&complexity=3',
      };
      for (const path of Object.keys(document.paths)) {
        if (!document.paths[path]?.get || path.includes('{') || path === '/metrics') continue;
        const answer = await fetch(`${server.url}${path}${required[path] ?? ''}`);
        expect([path, answer.status]).toEqual([path, 200]);
        expect(await answer.json()).toHaveProperty('data');
      }
    });

    it('offers bodies that work as they are', async () => {
      const bodyOf = (path: string, method: string): unknown =>
        document.paths[`${API}${path}`]?.[method]?.requestBody?.content['application/json'];
      const { examples } = bodyOf('/metrics', 'post') as {
        examples: Record<string, { value: unknown }>;
      };
      expect(Object.keys(examples).length).toBeGreaterThan(1);
      for (const { value } of Object.values(examples)) {
        const { status, body } = await server.send<Answer<IngestResult>>('POST', '/metrics', value);
        expect([status, body.data.rejected]).toEqual([200, []]);
      }
      const schemas = document.components.schemas;
      const example = Object.fromEntries(
        Object.entries(schemas.BenchmarkInputDto?.properties ?? {})
          .filter(([, property]) => property.example !== undefined)
          .map(([name, property]) => [name, property.example]),
      );
      expect(Object.keys(example).length).toBeGreaterThan(2);
      expect((await server.send('PUT', '/benchmarks', example)).status).toBe(200);
    });

    it('is shown by Swagger UI', async () => {
      const page = await (await fetch(`${server.url}/api/docs`)).text();
      expect(page).toContain('swagger-ui');
    });
  });
});
