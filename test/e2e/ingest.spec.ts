import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Answer,
  Execution,
  ExecutionRecord,
  IngestResult,
  Problem,
  RunningExecution,
  SummaryRow,
} from '@app/contracts';
import fc from 'fast-check';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const aRecord = (changes: Partial<Record<keyof ExecutionRecord, unknown>> = {}): object => ({
  executionId: randomUUID(),
  agentId: 'reader-1',
  agentType: 'cognitive',
  taskId: 'task-1',
  status: 'success',
  startedAt: new Date(Date.now() - 5000).toISOString(),
  durationMs: 1200,
  ...changes,
});

describe('POST /metrics', () => {
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp();
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string>,
  ): Promise<Response> => fetch(`${server.url}${API}/metrics`, { method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };
  const stored = async (executionId: string): Promise<number> => {
    const { rows } = await client.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM agent_performance_metrics WHERE execution_id = $1',
      [executionId],
    );
    return rows[0]?.n ?? 0;
  };

  it('has committed what it accepts', async () => {
    const executionId = randomUUID();
    const answer = await server.send<Answer<IngestResult>>(
      'POST',
      '/metrics',
      aRecord({ executionId }),
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { accepted: 1, duplicates: 0, rejected: [] } },
    });
    expect(await stored(executionId)).toBe(1);
  });

  it('stores a record once, however often and however it is sent', async () => {
    const record = aRecord({ agentId: 'twice', executionId: randomUUID() }) as ExecutionRecord;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        server.send<Answer<IngestResult>>('POST', '/metrics', [record, record]),
      ),
    );
    const accepted = answers.reduce((sum, { body }) => sum + body.data.accepted, 0);
    const duplicates = answers.reduce((sum, { body }) => sum + body.data.duplicates, 0);
    expect({ accepted, duplicates }).toEqual({ accepted: 1, duplicates: 99 });
    expect(await stored(record.executionId ?? '')).toBe(1);
  });

  it('knows a record without an id again', async () => {
    const record = { ...aRecord({ agentId: 'nameless' }), executionId: undefined };
    const first = await server.send<Answer<IngestResult>>('POST', '/metrics', record);
    const again = await server.send<Answer<IngestResult>>('POST', '/metrics', record);
    expect([first.body.data.accepted, again.body.data.duplicates]).toEqual([1, 1]);
  });

  it('stores the good records of a batch and names the bad ones', async () => {
    const batch = [
      aRecord({ agentId: 'mixed' }),
      aRecord({ complexity: 2.5 }),
      aRecord({ taskName: 'zero\u0000byte' }),
      aRecord({ startedAt: '2019-01-01T00:00:00Z' }),
      aRecord({ startedAt: new Date(Date.now() + 600_000).toISOString() }),
      { ...aRecord(), colour: 'red' },
      'no object',
      aRecord({ agentId: 'mixed' }),
    ];
    const { body } = await server.send<Answer<IngestResult>>('POST', '/metrics', batch);
    expect(body.data.accepted).toBe(2);
    expect(body.data.rejected.map(({ index, code, path }) => [index, code, path])).toEqual([
      [1, 'invalid-value', 'complexity'],
      [2, 'invalid-value', 'taskName'],
      [3, 'too-old', 'startedAt'],
      [4, 'in-future', 'startedAt'],
      [5, 'unknown-field', 'colour'],
      [6, 'invalid-record', undefined],
    ]);
  });

  it('reads NDJSON, gzip and zstd', async () => {
    const lines = `${JSON.stringify(aRecord())}\nnot json\n\n${JSON.stringify(aRecord())}\n`;
    const ndjson = await post(lines, { 'content-type': 'application/x-ndjson' });
    const { data } = (await ndjson.json()) as Answer<IngestResult>;
    expect([data.accepted, data.rejected]).toEqual([
      2,
      [{ index: 1, line: 2, code: 'invalid-record', detail: 'the line is not valid JSON' }],
    ]);
    for (const [encoding, compress] of [
      ['gzip', promisify(gzip)],
      ['zstd', promisify(zstdCompress)],
    ] as const) {
      const packed = await post(
        new Uint8Array(await compress(Buffer.from(JSON.stringify([aRecord()])))),
        {
          ...json,
          'content-encoding': encoding,
        },
      );
      expect(((await packed.json()) as Answer<IngestResult>).data.accepted).toBe(1);
    }
  });

  it.each([
    ['text', 'text/plain', '{}', 415, 'unsupported-media-type'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 415, 'unsupported-media-type'],
    ['broken JSON', 'application/json', '{"secret-canary": ', 400, 'malformed-json'],
    ['nothing', 'application/json', '', 400, 'empty-body'],
    ['a string', 'application/json', '"x"', 400, 'invalid-request'],
    ['null', 'application/json', 'null', 400, 'invalid-request'],
    ['a list in a list', 'application/json', '[[]]', 200, undefined],
  ])('answers %s as what it is', async (_name, type, body, status, code) => {
    const answer = await post(body, { 'content-type': type });
    const text = await answer.text();
    expect(answer.status).toBe(status);
    expect(text).not.toContain('canary');
    if (code !== undefined) expect((JSON.parse(text) as Problem).code).toBe(code);
  });

  it('bounds what it decompresses', async () => {
    const bomb = await promisify(gzip)(Buffer.alloc(32 * 1024 * 1024, ' '));
    const answer = await post(new Uint8Array(bomb), { ...json, 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
    const batch = await server.send<Problem>('POST', '/metrics', Array(10_001).fill(aRecord()));
    expect([batch.status, batch.body.code]).toEqual([413, 'batch-too-large']);
  });

  it('names the field of a single bad record', async () => {
    const { status, headers, body } = await server.send<Problem>(
      'POST',
      '/metrics',
      aRecord({ cpuPercent: -1 }),
    );
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(headers.get('x-request-id')).toBe(body.requestId);
    expect(body.errors).toEqual([
      {
        path: 'cpuPercent',
        code: 'invalid-value',
        detail: 'cpuPercent must be a number from 0 to 100000',
      },
    ]);
  });

  it('never fails for any JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        const answer = await post(body, json);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('keeps text exactly', async () => {
    const text = 'naïve 🦊 ‮rtl‬ 𝒳 "quotes" \\ é';
    const executionId = randomUUID();
    const metadata = { 'ключ 🔑': [1, { deep: text }] };
    await server.send(
      'POST',
      '/metrics',
      aRecord({ agentId: 'texts', executionId, taskName: text, metadata }),
    );
    const { body } = await server.get<Answer<Execution[]>>('/metrics?agentId=texts');
    expect(body.data[0]).toMatchObject({ executionId, taskName: text, metadata });
  });

  describe('running executions', () => {
    const running = async (): Promise<RunningExecution[]> =>
      (await server.get<Answer<RunningExecution[]>>('/executions/running')).body.data;

    it('are seen before they end, and end by their id', async () => {
      const id = { executionId: randomUUID(), agentId: 'runner', taskId: 'long' };
      await server.send(
        'POST',
        '/metrics',
        aRecord({ ...id, status: 'running', durationMs: undefined }),
      );
      expect((await running()).map(({ executionId }) => executionId)).toContain(id.executionId);
      const end = { ...id, agentType: 'cognitive', status: 'success' };
      await server.send('POST', '/metrics', end);
      expect((await running()).map(({ executionId }) => executionId)).not.toContain(id.executionId);
      expect(await stored(id.executionId)).toBe(1);
      const again = await server.send<Answer<IngestResult>>('POST', '/metrics', end);
      expect(again.body.data).toMatchObject({ accepted: 0, duplicates: 1 });
    });

    it('end by agent and task, keeping what the start had said', async () => {
      const start = { agentId: 'runner-2', agentType: 'cognitive', taskId: 'a-b', complexity: 4 };
      await server.send('POST', '/metrics', {
        ...start,
        status: 'running',
        taskName: 'Read',
        startedAt: new Date(Date.now() - 2000).toISOString(),
      });
      const end = { agentId: 'runner-2', agentType: 'cognitive', taskId: 'a-b', status: 'failure' };
      await server.send('POST', '/metrics', { ...end, errorType: 'Unreadable' });
      const { body } = await server.get<Answer<Execution[]>>('/metrics?agentId=runner-2');
      expect(body.data[0]).toMatchObject({ status: 'failure', complexity: 4, taskName: 'Read' });
      expect(body.data[0]?.durationMs).toBeGreaterThanOrEqual(2000);
    });

    it('do not come back to life by a late start', async () => {
      const record = aRecord({ agentId: 'late' }) as ExecutionRecord;
      await server.send('POST', '/metrics', record);
      await server.send('POST', '/metrics', {
        ...record,
        status: 'running',
        durationMs: undefined,
      });
      const ids = (await running()).map(({ agentId }) => agentId);
      expect(ids).not.toContain('late');
    });

    it('cannot be ended when nothing runs', async () => {
      const end = { agentId: 'nobody', agentType: 'cognitive', taskId: 'none', status: 'success' };
      const { status, body } = await server.send<Problem>('POST', '/metrics', end);
      expect([status, body.errors?.[0]?.code]).toEqual([422, 'no-running-execution']);
    });
  });

  it('keeps projects apart', async () => {
    await server.send('POST', '/metrics?project=sample', aRecord({ agentId: 'only-in-sample' }));
    const here = await server.get<Answer<SummaryRow[]>>('/summary');
    const there = await server.get<Answer<SummaryRow[]>>('/summary?project=sample');
    expect(here.body.data.map(({ agentId }) => agentId)).not.toContain('only-in-sample');
    expect(there.body.data.map(({ agentId }) => agentId)).toEqual(['only-in-sample']);
    expect((await server.get<Problem>('/summary?project=nope')).body.code).toBe('unknown-project');
  });

  it('survives the loss of every connection', async () => {
    const executionId = randomUUID();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const answer = await server.send<Answer<IngestResult>>(
      'POST',
      '/metrics',
      aRecord({ executionId }),
    );
    expect(answer.body.data.accepted + answer.body.data.duplicates).toBe(1);
    expect(await stored(executionId)).toBe(1);
  });
});
