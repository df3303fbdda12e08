import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS } from '@app/contracts';
import type { Answer, Execution, Problem } from '@app/contracts';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { IngestDesk, changed, fieldsOf } from '../support/ingest-desk.js';
import { aRecord } from '../support/ingest-requests.js';

const DAY_MS = 86_400_000;
const texts = fieldsOf('text');
const numbers = fieldsOf('number', 'integer');
const UNSTORABLE = ['\u0000', 'a\u0000b', '\ud800', 'a\udc00b', '\udc00\ud800'];

describe('values that records must not hold', () => {
  let server: BootedApp;
  let client: pg.Client;
  let desk: IngestDesk;

  beforeAll(async () => {
    server = await bootApp();
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    desk = new IngestDesk(server, client);
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  it('have text that PostgreSQL cannot hold, in any text field', () =>
    desk.refusesEach(
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
    await desk.refusesEach(
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
      const { status, text } = await desk.send(body ?? '');
      expect([status, (JSON.parse(text) as Problem).errors?.map((e) => [e.code, e.path])]).toEqual([
        400,
        [[code, path]],
      ]);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('have numbers that are none, or out of bounds', async () => {
    const wrong = [-1, -0.001, -1e308, '5', '', true, [], {}, [5], 1e308];
    await desk.refusesEach(
      numbers.flatMap((name) =>
        wrong.map((value) => ({
          name: `${name}: ${JSON.stringify(value)}`,
          record: changed(name, value),
          path: name,
        })),
      ),
    );
    await desk.refusesEach(
      fieldsOf('integer').map((name) => ({ name, record: changed(name, 1.5), path: name })),
    );
    await desk.refusesEach(
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
      const { status, text } = await desk.send(`${json},"cpuPercent":${literal}}`);
      expect([status, (JSON.parse(text) as Problem).errors?.[0]?.path]).toEqual([
        400,
        'cpuPercent',
      ]);
      expect((await desk.send(`${json},"metadata":{"a":${literal}}}`)).status).toBe(400);
    }
    for (const literal of ['NaN', 'Infinity', '0x10', '01', '+1', '.5']) {
      const { status, text } = await desk.send(`${json},"cpuPercent":${literal}}`);
      expect([status, (JSON.parse(text) as Problem).code]).toEqual([400, 'malformed-json']);
    }
    const agentId = 'tiny-numbers';
    const tiny = JSON.stringify(aRecord({ agentId })).slice(0, -1);
    for (const literal of ['-0', '1e-400', '0.0']) {
      const id = randomUUID();
      const body = tiny.replace(/"executionId":"[^"]+"/, `"executionId":"${id}"`);
      expect((await desk.send(`${body},"cpuPercent":${literal}}`)).status).toBe(200);
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
    await desk.refusesEach(
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
    await desk.refusesEach([
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
    const soon = await desk.batch([aRecord({ startedAt: at(60_000), durationMs: 10 })]);
    expect(soon.accepted).toBe(1);
    for (const [startedAt, code] of [
      [at(-40 * DAY_MS), 'too-old'],
      [at(6 * 60_000), 'in-future'],
    ] as const) {
      const answer = await server.send<Problem>('POST', '/metrics', aRecord({ startedAt }));
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([422, code]);
    }
  });
});
