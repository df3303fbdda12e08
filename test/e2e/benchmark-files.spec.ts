import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Benchmark, BenchmarkImport, BenchmarkVersion, Problem } from '@app/contracts';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const complete = {
  agentType: 'poet',
  taskType: 'ode, "long"',
  complexity: 2,
  expectedMs: 400,
  maxCpuPercent: 30,
  maxMemoryMb: 200,
  minSuccessRate: 75,
};

describe('files and history of benchmarks', () => {
  let server: BootedApp;
  beforeAll(async () => {
    server = await bootApp();
  });
  afterEach(async () => {
    for (const { id } of await poets()) await server.send('DELETE', `/benchmarks/${id}`);
  });
  afterAll(() => server.close());

  async function poets(): Promise<Benchmark[]> {
    return (await server.get<Answer<Benchmark[]>>('/benchmarks?agentType=poet')).body.data;
  }

  async function importCsv(text: string | Buffer, query = '', type = 'text/csv') {
    const response = await fetch(`${server.url}${API}/benchmarks/import${query}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: text,
    });
    const body = (await response.json()) as Answer<BenchmarkImport> & Problem;
    return { ...body, status: response.status };
  }

  async function history(id: string): Promise<BenchmarkVersion[]> {
    return (await server.get<Answer<BenchmarkVersion[]>>(`/benchmarks/${id}/versions`)).body.data;
  }

  it('keeps who changed what and when, also of what is gone', async () => {
    const put = (body: object, by: string) =>
      server.send<Answer<Benchmark>>('PUT', `/benchmarks?changedBy=${by}`, body);
    const { id } = (await put(complete, 'maria')).body.data;
    await put({ ...complete, expectedMs: 500 }, 'jo');
    await server.send('DELETE', `/benchmarks/${id}?changedBy=maria`);
    const { agentType: _, taskType: __, complexity: ___, ...figures } = complete;
    const custom = { ...figures, source: 'custom' };
    const versions = await history(id);
    expect(versions).toMatchObject([
      {
        version: 3,
        action: 'deleted',
        changedBy: 'maria',
        before: { expectedMs: 500 },
        after: null,
      },
      {
        version: 2,
        action: 'changed',
        changedBy: 'jo',
        before: custom,
        after: { expectedMs: 500 },
      },
      { version: 1, action: 'created', changedBy: 'maria', before: null, after: custom },
    ]);
    for (const { changedAt } of versions) {
      expect(Math.abs(Date.parse(changedAt) - Date.now())).toBeLessThan(60_000);
    }
    const page = await server.get<Answer<BenchmarkVersion[]>>(`/benchmarks/${id}/versions?limit=2`);
    expect(page.body.page).toEqual({ nextCursor: '2' });
    const rest = await server.get<Answer<BenchmarkVersion[]>>(
      `/benchmarks/${id}/versions?limit=2&cursor=2`,
    );
    expect(rest.body).toMatchObject({ data: [{ version: 1 }], page: { nextCursor: null } });
  });

  it('knows no history of what never was, and none of what nobody changed', async () => {
    const unknown = '0b1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91';
    const { status, body } = await server.get<Problem>(`/benchmarks/${unknown}/versions`);
    expect([status, body.code]).toEqual([404, 'unknown-benchmark']);
    expect((await server.get('/benchmarks/17/versions')).status).toBe(400);
    const { data } = (await server.get<Answer<Benchmark[]>>('/benchmarks')).body;
    expect(await history(data[0]?.id ?? '')).toEqual([]);
  });

  it('counts every change of many at once in the history', async () => {
    const { id } = (await server.send<Answer<Benchmark>>('PUT', '/benchmarks', complete)).body.data;
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        server.send('PUT', '/benchmarks', { ...complete, expectedMs: 500 + index }),
      ),
    );
    const versions = await history(id);
    expect(versions.map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    for (const [index, { before }] of versions.slice(0, -1).entries()) {
      expect(before).toEqual(versions[index + 1]?.after);
    }
  });

  it.each(['json', 'csv'])(
    'takes back its own %s export without changing anything',
    async (format) => {
      await server.send('PUT', '/benchmarks', complete);
      const before = (await server.get<Answer<Benchmark[]>>('/benchmarks')).body.data;
      const response = await fetch(`${server.url}${API}/benchmarks/export?format=${format}`);
      expect(response.headers.get('content-disposition')).toBe(
        `attachment; filename="benchmarks.${format}"`,
      );
      const text = await response.text();
      const type = format === 'csv' ? 'text/csv' : 'application/json';
      expect(await importCsv(text, '', type)).toMatchObject({
        status: 200,
        data: { created: 0, changed: 0, unchanged: before.length },
      });
      expect((await server.get<Answer<Benchmark[]>>('/benchmarks')).body.data).toEqual(before);
    },
  );

  it('tells what an import would do, then does it', async () => {
    await server.send('PUT', '/benchmarks', complete);
    const csv = [
      'agentType,taskType,complexity,expectedMs',
      'poet,"ode, ""long""",2,450',
      'poet,default,2,300',
      '',
    ].join('\r\n');
    const dry = await importCsv(csv, '?dryRun=true');
    expect(dry.data).toMatchObject({
      dryRun: true,
      created: 1,
      changed: 1,
      rows: [
        { index: 0, action: 'changed', before: { expectedMs: 400 }, after: { expectedMs: 450 } },
        {
          index: 1,
          action: 'created',
          before: null,
          after: { expectedMs: 300, maxMemoryMb: 1024 },
        },
      ],
    });
    expect(await poets()).toMatchObject([{ expectedMs: 400, version: 1 }]);
    const done = await importCsv(csv, '?changedBy=maria');
    expect(done.data).toMatchObject({ dryRun: false, created: 1, changed: 1, unchanged: 0 });
    const [fallback, ode] = await poets();
    expect([fallback, ode]).toMatchObject([
      { taskType: 'default', expectedMs: 300 },
      { expectedMs: 450, maxMemoryMb: 200, version: 2 },
    ]);
    expect((await history(ode?.id ?? ''))[0]).toMatchObject({ changedBy: 'maria', version: 2 });
  });

  it('imports nothing when one row cannot be taken', async () => {
    const rows = [complete, { ...complete, taskType: 'haiku', expectedMs: undefined }];
    const refused = await importCsv(JSON.stringify({ data: rows }), '', 'application/json');
    expect(refused).toMatchObject({
      status: 422,
      code: 'refused-import',
      errors: [{ path: 'rows.1.expectedMs', code: 'missing-field' }],
    });
    const bad = await importCsv('agentType,complexity,expectedMs\npoet,1,5\npoet,9,-5\n');
    expect(bad.status).toBe(422);
    expect(bad.errors?.map(({ path }) => path).sort()).toEqual([
      'rows.1.complexity',
      'rows.1.expectedMs',
    ]);
    expect(await poets()).toEqual([]);
  });

  it('refuses what is no import', async () => {
    expect((await importCsv(Buffer.from([0xff, 0xfe]))).status).toBe(400);
    expect((await importCsv('')).status).toBe(400);
    expect((await importCsv('{}', '', 'application/json')).status).toBe(400);
    expect((await importCsv('x', '', 'text/plain')).status).toBe(415);
    expect((await importCsv('x', '?dryRun=perhaps')).status).toBe(400);
    expect((await importCsv(Buffer.alloc(3 * 1024 * 1024, 'a'))).status).toBe(413);
    const elsewhere = await fetch(`${server.url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: 'agentId\na\n',
    });
    expect(elsewhere.status).toBe(415);
  });

  it('describes every route of benchmarks and notifications', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary?: string; description?: string }>>;
    };
    const operations = Object.entries(document.paths)
      .filter(([path]) => /\/(benchmarks|notifications)/.test(path))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
      );
    expect(operations.length).toBe(17);
    for (const { operation } of operations) {
      expect(operation.summary).toBeTruthy();
      expect(operation.description).toBeTruthy();
    }
  });
});
