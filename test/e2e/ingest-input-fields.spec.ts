import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LIMITS, RECORD_FIELDS } from '@app/contracts';
import type { Answer, Execution, FieldRule, IngestResult, Problem } from '@app/contracts';
import fc from 'fast-check';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { aRecord } from '../support/ingest-requests.js';

const DAY_MS = 86_400_000;
const fields = Object.entries(RECORD_FIELDS) as [string, FieldRule][];
const namesOf = (...kinds: FieldRule['kind'][]): string[] =>
  fields.filter(([, rule]) => kinds.includes(rule.kind)).map(([name]) => name);
const texts = namesOf('text');
const numbers = namesOf('number', 'integer');

const UNSTORABLE = ['\u0000', 'a\u0000b', '\ud800', 'a\udc00b', '\udc00\ud800'];
const ATTACKS = [
  `'; DROP TABLE agents; --`,
  `1' OR '1'='1`,
  `"; SELECT pg_sleep(5); --`,
  `' || pg_sleep(5) || '`,
  `$$; SELECT pg_sleep(5); $$`,
  `\\'; SELECT pg_sleep(5); --`,
  `\\N\t\\.\n`,
  '{1,2}',
  '%s%n$1',
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("x")',
];

describe('records with fields that are not as they should be', () => {
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp({ env: { LOG_LEVEL: 'debug' } });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const send = async (body: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${server.url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };
  const batch = async (records: readonly unknown[]): Promise<IngestResult> =>
    (JSON.parse((await send(JSON.stringify(records))).text) as Answer<IngestResult>).data;
  const idsOf = async (agentId: string): Promise<string[]> => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT execution_id AS id FROM agent_performance_metrics
       JOIN agents USING (agent_key) WHERE agent_id = $1`,
      [agentId],
    );
    return rows.map(({ id }) => id);
  };

  /** Sends the bad ones with a good one on each side; only those may be stored. */
  const refusesEach = async (
    cases: readonly { name: string; record: unknown; path?: string; code?: string }[],
  ): Promise<void> => {
    const agentId = `good-${randomUUID()}`;
    const good = [aRecord({ agentId }), aRecord({ agentId })];
    const result = await batch([good[0], ...cases.map(({ record }) => record), good[1]]);
    const found = result.rejected.map(({ index, path, code, detail }) => ({
      name: cases[index - 1]?.name,
      path,
      code,
      named: path === undefined || detail.length > 5,
    }));
    expect(found).toEqual(
      cases.map(({ name, path, code }) => ({
        name,
        path,
        code: code ?? 'invalid-value',
        named: true,
      })),
    );
    expect(result.accepted).toBe(2);
    expect((await idsOf(agentId)).sort()).toEqual(good.map((one) => one.executionId).sort());
  };
  const changed = (name: string, value: unknown): object => ({ ...aRecord(), [name]: value });

  it('have text that PostgreSQL cannot hold, in any text field', () =>
    refusesEach(
      texts.flatMap((name) =>
        UNSTORABLE.map((text) => ({
          name: `${name}: ${JSON.stringify(text)}`,
          record: changed(name, text),
          path: name,
        })),
      ),
    ));

  it('have metadata that cannot be held', async () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 20; depth += 1) deep = { deep };
    const cases: [string, unknown][] = [
      ['a list', []],
      ['a text', 'x'],
      ['a number', 1],
      ['U+0000 in a value', { a: ['\u0000'] }],
      ['U+0000 in a key', { '\u0000': 1 }],
      ['half a pair', { a: { b: '\ud83e' } }],
      ['too deep', deep],
      ['too large', { a: 'x'.repeat(LIMITS.metadataBytes) }],
      [
        'too many tags',
        Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`t${i}`, i])),
      ],
      ['a constructor', { a: { constructor: { prototype: { x: 1 } } } }],
    ];
    await refusesEach(
      cases.map(([name, metadata]) => ({
        name,
        record: changed('metadata', metadata),
        path: 'metadata',
      })),
    );
  });

  it('reach for prototypes: refused, and nothing has changed', async () => {
    const json = JSON.stringify(aRecord()).slice(0, -1);
    const cases = [
      [`${json},"__proto__":{"x":1}}`, 'unknown-field', '__proto__'],
      [`${json},"constructor":{"prototype":{"x":1}}}`, 'unknown-field', 'constructor'],
      [`${json},"toString":1}`, 'unknown-field', 'toString'],
      [`${json},"metadata":{"__proto__":{"x":1}}}`, 'invalid-value', 'metadata'],
      [`${json},"metadata":{"a":[{"__proto__":{"x":1}}]}}`, 'invalid-value', 'metadata'],
    ];
    for (const [body, code, path] of cases) {
      const { status, text } = await send(body ?? '');
      expect([status, (JSON.parse(text) as Problem).errors?.map((e) => [e.code, e.path])]).toEqual([
        400,
        [[code, path]],
      ]);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('have numbers that are none, or out of bounds', async () => {
    const wrong = [-1, -0.001, -1e308, '5', '', true, [], {}, [5], 1e308];
    await refusesEach(
      numbers.flatMap((name) =>
        wrong.map((value) => ({
          name: `${name}: ${JSON.stringify(value)}`,
          record: changed(name, value),
          path: name,
        })),
      ),
    );
    await refusesEach(
      namesOf('integer').map((name) => ({ name, record: changed(name, 1.5), path: name })),
    );
    await refusesEach(
      [0, 6, 2.5, 'high'].map((complexity) => ({
        name: `complexity ${complexity}`,
        record: aRecord({ complexity }),
        path: 'complexity',
      })),
    );
  });

  it('have numbers that JSON can write and no double can hold', async () => {
    const json = JSON.stringify(aRecord()).slice(0, -1);
    for (const literal of ['1e999', '-1e999', '1e400']) {
      const { status, text } = await send(`${json},"cpuPercent":${literal}}`);
      expect([status, (JSON.parse(text) as Problem).errors?.[0]?.path]).toEqual([
        400,
        'cpuPercent',
      ]);
      expect((await send(`${json},"metadata":{"a":${literal}}}`)).status).toBe(400);
    }
    for (const literal of ['NaN', 'Infinity', '0x10', '01', '+1', '.5']) {
      const { status, text } = await send(`${json},"cpuPercent":${literal}}`);
      expect([status, (JSON.parse(text) as Problem).code]).toEqual([400, 'malformed-json']);
    }
    const agentId = 'tiny-numbers';
    const tiny = JSON.stringify(aRecord({ agentId })).slice(0, -1);
    for (const literal of ['-0', '1e-400', '0.0']) {
      const id = randomUUID();
      const body = tiny.replace(/"executionId":"[^"]+"/, `"executionId":"${id}"`);
      expect((await send(`${body},"cpuPercent":${literal}}`)).status).toBe(200);
    }
    const { body } = await server.get<Answer<Execution[]>>(`/metrics?agentId=${agentId}`);
    expect(body.data.map(({ cpuPercent }) => Object.is(cpuPercent, 0))).toEqual([true, true, true]);
  });

  it('have instants that are none', async () => {
    const wrong = [
      'infinity',
      '-infinity',
      'tomorrow',
      'now',
      'epoch',
      '',
      ' ',
      '2026-11-22',
      '10:00',
      '2026-11-22T10:00:00',
      '2026-11-22 10:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-11-22T25:00:00Z',
      '2026-11-22T10:00:00+25:00',
      '+275760-09-13T00:00:00Z',
      '-000001-01-01T00:00:00Z',
      '20261122T100000Z',
      1763805600,
      1763805600000,
      1e20,
      true,
      {},
      [],
      'x'.repeat(100_000),
    ];
    await refusesEach(
      ['startedAt', 'endedAt'].flatMap((name) =>
        wrong.map((value) => ({
          name: `${name}: ${JSON.stringify(value).slice(0, 40)}`,
          record: changed(name, value),
          path: name,
        })),
      ),
    );
  });

  it('lie too far back or ahead', async () => {
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    await refusesEach([
      {
        name: 'old',
        record: aRecord({ startedAt: at(-40 * DAY_MS) }),
        path: 'startedAt',
        code: 'too-old',
      },
      {
        name: '1970',
        record: aRecord({ startedAt: '1970-01-01T00:00:00Z' }),
        path: 'startedAt',
        code: 'too-old',
      },
      {
        name: '9999',
        record: aRecord({ startedAt: '9999-12-31T23:59:59Z' }),
        path: 'startedAt',
        code: 'in-future',
      },
      {
        name: 'in 6 min',
        record: aRecord({ startedAt: at(6 * 60_000) }),
        path: 'startedAt',
        code: 'in-future',
      },
      {
        name: 'ends in 6 min',
        record: aRecord({ endedAt: at(6 * 60_000), durationMs: undefined }),
        path: 'endedAt',
        code: 'in-future',
      },
      {
        name: 'ends before it starts',
        record: aRecord({ endedAt: at(-60_000) }),
        path: 'endedAt',
      },
    ]);
    const soon = await batch([aRecord({ startedAt: at(60_000), durationMs: 10 })]);
    expect(soon.accepted).toBe(1);
    for (const [startedAt, code] of [
      [at(-40 * DAY_MS), 'too-old'],
      [at(6 * 60_000), 'in-future'],
    ] as const) {
      const answer = await server.send<Problem>('POST', '/metrics', aRecord({ startedAt }));
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([422, code]);
    }
  });

  it('lack what is required, have what is unknown, or are no records', async () => {
    const required = ['agentId', 'agentType', 'taskId', 'status'];
    await refusesEach([
      ...required.flatMap((name) =>
        [undefined, null].map((value) => ({
          name: `${name} ${String(value)}`,
          record: changed(name, value),
          path: name,
          code: 'missing-field',
        })),
      ),
      ...['agentId', 'agentType', 'taskId'].map((name) => ({
        name: `${name} blank`,
        record: changed(name, '  '),
        path: name,
      })),
      { name: 'status', record: changed('status', 'abandoned'), path: 'status' },
      { name: 'id', record: changed('executionId', 'not-a-uuid'), path: 'executionId' },
      ...['colour', 'agent_id', 'projectId', 'agentKey', 'receivedAt'].map((name) => ({
        name,
        record: changed(name, 1),
        path: name,
        code: 'unknown-field',
      })),
      ...[null, 1, 'x', true, [], [aRecord()]].map((record) => ({
        name: JSON.stringify(record).slice(0, 20),
        record,
        code: 'invalid-record',
      })),
    ]);
  });

  it('have a megabyte in a field of 200 characters', () =>
    refusesEach(
      ['agentId', 'taskName', 'errorMessage', 'executionId', 'status'].map((name) => ({
        name,
        record: changed(name, 'x'.repeat(1_000_000)),
        path: name,
      })),
    ));

  it('are refused before the sender’s secret gets into an answer or a log', async () => {
    const canary = `canary-${randomUUID()}`;
    const said: string[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        said.push(String(chunk));
        return true;
      }),
    );
    try {
      for (const body of [
        `{"password":"${canary}"`,
        `${canary}`,
        `{"agentId":"${canary}",}`,
        JSON.stringify({ ...aRecord(), agentId: `${canary}\u0000` }),
        JSON.stringify([{ ...aRecord(), metadata: { secret: `${canary}\ud800` } }]),
        JSON.stringify({ ...aRecord(), startedAt: canary }),
      ]) {
        said.push((await send(body)).text);
      }
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    expect(said.join('\n')).not.toContain(canary);
    expect(said.length).toBeGreaterThanOrEqual(6);
  });

  it('may be 5,000 at once with every field', async () => {
    const full = (index: number): object => ({
      ...Object.fromEntries(texts.map((name) => [name, `${name} ${index}`])),
      ...Object.fromEntries(numbers.map((name) => [name, 3])),
      agentId: 'every-field',
      agentType: 'cognitive',
      executionId: randomUUID(),
      parentExecutionId: randomUUID(),
      status: 'failure',
      startedAt: new Date(Date.now() - 5000).toISOString(),
      endedAt: new Date(Date.now() - 4000).toISOString(),
      metadata: { index, tags: ['a', 'b'] },
    });
    const records = Array.from({ length: 5000 }, (_, index) => full(index));
    expect(Object.keys(records[0] ?? {}).sort()).toEqual(fields.map(([name]) => name).sort());
    expect(await batch(records)).toEqual({ accepted: 5000, duplicates: 0, rejected: [] });
    expect((await idsOf('every-field')).length).toBe(5000);
  });

  it('an empty batch is fine, one of 10,001 is not', async () => {
    expect(await batch([])).toEqual({ accepted: 0, duplicates: 0, rejected: [] });
    expect((await send(`[${'{},'.repeat(10_000)}{}]`)).status).toBe(413);
  });

  it('nests as deeply as a body has room for', async () => {
    for (const body of ['['.repeat(200_000), `${'['.repeat(50_000)}${']'.repeat(50_000)}`]) {
      expect([200, 400]).toContain((await send(body)).status);
    }
    const deep = `{"metadata":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`;
    expect((await send(deep)).status).toBe(400);
    const whole = JSON.stringify(aRecord()).slice(0, -1);
    expect((await send(`${whole},${deep.slice(1)}`)).status).toBe(400);
  });

  it('carry SQL, which stays text', async () => {
    const startedMs = performance.now();
    for (const attack of ATTACKS) {
      const changes = Object.fromEntries(texts.map((name) => [name, attack]));
      const record = aRecord({ ...changes, metadata: { [attack]: attack } });
      const answer = await server.send<Answer<IngestResult>>('POST', '/metrics', record);
      expect([attack, answer.body.data.accepted]).toEqual([attack, 1]);
      const path = `/metrics?agentId=${encodeURIComponent(attack)}`;
      const { body } = await server.get<Answer<Execution[]>>(path);
      expect(body.data[0]).toMatchObject({ ...changes, metadata: { [attack]: attack } });
    }
    // One of the sleeps alone would take five seconds.
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  it('keeps any text exactly, or says which field is at fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            '🦊',
            '\u202e',
            '\u200b',
            'é',
            '\u0301',
            'ключ',
            '\t',
            '\n',
            '"',
            '\\',
            'a',
          ),
          { maxLength: 300 },
        ),
        async (parts) => {
          const taskName = parts.join('');
          const executionId = randomUUID();
          const result = await batch([aRecord({ agentId: 'exact', executionId, taskName })]);
          if (taskName.length > LIMITS.nameLength) {
            expect(result.rejected.map(({ path }) => path)).toEqual(['taskName']);
            return;
          }
          const { rows } = await client.query<{ task_name: string }>(
            'SELECT task_name FROM agent_performance_metrics WHERE execution_id = $1',
            [executionId],
          );
          expect(rows).toEqual([{ task_name: taskName }]);
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  it('answers any JSON with what is true of it, and never fails', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...UNSTORABLE, -0, 1e308, 2 ** 53));
    const record = fc.dictionary(fc.constantFrom(...fields.map(([name]) => name), 'other'), value);
    const nearly = record.map((changes) => ({ ...aRecord(), ...changes }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(value, record, nearly), { maxLength: 20 }),
        async (all) => {
          const { status, text } = await send(JSON.stringify(all));
          expect(status).toBe(200);
          const { accepted, duplicates, rejected } = (JSON.parse(text) as Answer<IngestResult>)
            .data;
          expect(accepted + duplicates + rejected.length).toBe(all.length);
          for (const one of rejected) {
            expect(one.index).toBeLessThan(all.length);
            expect(one.code).not.toBe('refused-by-database');
            expect(one.detail).not.toBe('');
          }
        },
      ),
      { numRuns: 150, seed: 5 },
    );
  });
});
