import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LIMITS } from '@app/contracts';
import type { Answer, Execution, IngestResult } from '@app/contracts';
import fc from 'fast-check';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { IngestDesk, changed, fieldsOf, recordFields } from '../support/ingest-desk.js';
import { aRecord } from '../support/ingest-requests.js';

const texts = fieldsOf('text');
const numbers = fieldsOf('number', 'integer');
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

describe('records as they may come', () => {
  let server: BootedApp;
  let client: pg.Client;
  let desk: IngestDesk;

  beforeAll(async () => {
    // What it says at its start is not looked at.
    const quiet = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    server = await bootApp({ env: { LOG_LEVEL: 'debug' } }).finally(() => quiet.mockRestore());
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    desk = new IngestDesk(server, client);
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  it('lack what is required, have what is unknown, or are no records', async () => {
    const required = ['agentId', 'agentType', 'taskId', 'status'];
    await desk.refusesEach([
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
    desk.refusesEach(
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
        said.push((await desk.send(body)).text);
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
      // Progress belongs to what still runs.
      progress: undefined,
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
    expect(Object.keys(records[0] ?? {}).sort()).toEqual(recordFields.map(([name]) => name).sort());
    expect(await desk.batch(records)).toEqual({ accepted: 5000, duplicates: 0, rejected: [] });
    expect((await desk.idsOf('every-field')).length).toBe(5000);
  });

  it('an empty batch is fine, one of 10,001 is not', async () => {
    expect(await desk.batch([])).toEqual({ accepted: 0, duplicates: 0, rejected: [] });
    expect((await desk.send(`[${'{},'.repeat(10_000)}{}]`)).status).toBe(413);
  });

  it('nests as deeply as a body has room for', async () => {
    for (const body of ['['.repeat(200_000), `${'['.repeat(50_000)}${']'.repeat(50_000)}`]) {
      expect([200, 400]).toContain((await desk.send(body)).status);
    }
    const deep = `{"metadata":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`;
    expect((await desk.send(deep)).status).toBe(400);
    const whole = JSON.stringify(aRecord()).slice(0, -1);
    expect((await desk.send(`${whole},${deep.slice(1)}`)).status).toBe(400);
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
          const result = await desk.batch([aRecord({ agentId: 'exact', executionId, taskName })]);
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
    const record = fc.dictionary(
      fc.constantFrom(...recordFields.map(([name]) => name), 'other'),
      value,
    );
    const nearly = record.map((changes) => ({ ...aRecord(), ...changes }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(value, record, nearly), { maxLength: 20 }),
        async (all) => {
          const { status, text } = await desk.send(JSON.stringify(all));
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
