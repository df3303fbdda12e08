import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, IngestResult, Problem, Status } from '@app/contracts';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { aRecord, openIngest, toNdjson } from '../support/ingest-requests.js';
import { eventually } from '../support/eventually.js';

const MIB = 1024 * 1024;

interface Answered {
  status: number;
  retryAfter: string | null;
  body: Answer<IngestResult> & Problem;
}

describe('more records than the database takes', () => {
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp();
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    // Today's partition and the agent's key are there: what follows is about the table alone.
    await server.send('POST', '/metrics', aRecord({ agentId: 'flood' }));
  });
  afterEach(() => client.query('ROLLBACK'));
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const stall = async (): Promise<void> => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE agent_performance_metrics IN ACCESS EXCLUSIVE MODE');
  };
  const post = async (body: string): Promise<Answered> => {
    const answer = await fetch(`${server.url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      body: (await answer.json()) as Answered['body'],
    };
  };
  const status = async (): Promise<Status['ingest']> =>
    (await server.get<Answer<Status>>('/status')).body.data.ingest;
  const batchOf = (count: number, pad = 0): string =>
    JSON.stringify(
      Array.from({ length: count }, () =>
        aRecord({ agentId: 'flood', ...(pad > 0 && { errorMessage: 'x'.repeat(pad) }) }),
      ),
    );
  const stored = async (): Promise<number> => {
    const { rows } = await client.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM agent_performance_metrics',
    );
    return rows[0]?.n ?? 0;
  };
  const flood = async (
    requests: number,
    count: number,
    pad: number,
  ): Promise<{ waiting: Promise<Answered>[]; refusals: Answered[]; held: number }> => {
    const waiting: Promise<Answered>[] = [];
    const refusals: Answered[] = [];
    for (let sent = 0; sent < requests && refusals.length === 0; sent += 1) {
      const before = (await status()).queuedRecords;
      const answer = post(batchOf(count, pad));
      waiting.push(answer);
      void answer.then((one) => one.status === 503 && refusals.push(one));
      // The first ones are taken off the queue to be written.
      if (sent < 2) continue;
      await eventually(
        async () =>
          refusals.length > 0 || (await status()).queuedRecords > before ? true : undefined,
        'a place in the queue, or a refusal',
      );
    }
    return { waiting, refusals, held: (await status()).queuedRecords };
  };

  it.each([
    ['many records', 10_000, 0],
    ['large records', 4000, 3500],
  ])('are refused at once when too much waits: %s', async (_name, count, pad) => {
    const before = await status();
    const storedBefore = await stored();
    await stall();
    const { waiting, refusals, held } = await flood(40, count, pad);
    expect(refusals.map((one) => [one.status, one.body.code])).toEqual([[503, 'overloaded']]);
    expect(Number(refusals[0]?.retryAfter)).toBeGreaterThan(0);
    // Bounded by bytes as well as by number.
    expect(held).toBeLessThanOrEqual(100_000);
    expect(held * (pad + 200)).toBeLessThan(80 * MIB);
    const during = await status();
    // Before it was read, or after.
    const unread = (during.refusedUnread - before.refusedUnread) * count;
    expect(during.refused - before.refused + unread).toBe(count);

    // A single one is refused just as quickly, or finds the last place.
    const [live, ready, agents] = await Promise.all([
      fetch(`${server.url}/livez`),
      fetch(`${server.url}/readyz`),
      server.get('/agents'),
    ]);
    expect([live.status, ready.status, agents.status]).toEqual([200, 200, 200]);

    await client.query('COMMIT');
    const answers = await Promise.all(waiting);
    const accepted = answers
      .filter((one) => one.status === 200)
      .reduce((sum, one) => sum + one.body.data.accepted, 0);
    expect(accepted).toBe((answers.length - 1) * count);
    expect((await stored()) - storedBefore).toBe(accepted);
    expect((await status()).queuedRecords).toBe(0);
    expect((await post(JSON.stringify(aRecord()))).status).toBe(200);
  });

  it('are refused within the time of a read, while others wait', async () => {
    await stall();
    const { waiting, refusals } = await flood(40, 10_000, 0);
    expect(refusals.length).toBe(1);
    const times: Record<string, number> = {};
    const timed = async (name: string, act: () => Promise<unknown>): Promise<void> => {
      const startedMs = performance.now();
      await act();
      times[name] = performance.now() - startedMs;
    };
    await timed('livez', () => fetch(`${server.url}/livez`));
    await timed('read', () => server.get('/agents'));
    await timed('refusal', () => post(batchOf(10_000)));
    // Nobody waited for the lock, which is held all the while; a busy machine may take its time.
    expect(Math.max(...Object.values(times))).toBeLessThan(3000);
    await client.query('COMMIT');
    await Promise.all(waiting);
  });

  it('as NDJSON: the queue that is full for it says what it had stored', async () => {
    const first = aRecord({ agentId: 'flood', executionId: randomUUID() });
    const { body, answer } = openIngest(server.url, { 'content-type': 'application/x-ndjson' });
    body.write(toNdjson([first]));
    const storedBefore = await stored();
    await eventually(async () => ((await stored()) > storedBefore ? true : undefined), 'the first');
    await stall();
    const { waiting } = await flood(40, 10_000, 0);
    body.write(toNdjson(Array.from({ length: 9000 }, () => aRecord({ agentId: 'flood' }))));
    const { status: code, text } = await answer;
    const problem = JSON.parse(text) as Problem;
    expect([code, problem.code, problem.committed?.accepted]).toEqual([503, 'overloaded', 1]);
    body.destroy();
    await client.query('COMMIT');
    await Promise.all(waiting);
  });
});
