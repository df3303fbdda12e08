import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert, Answer, ExecutionRecord, IngestResult } from '@app/contracts';
import pg from 'pg';

import { API } from '../support/boot-app.js';
import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { Load } from '../support/load.js';
import { seeded } from '../support/random-history.js';
import { HttpSender } from '../support/senders.js';
import { eventually, startReadyTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const METRICS = 'agent_performance_metrics';

describe('a database that is busy with others', () => {
  const random = seeded(Date.now());
  const belongings = new Belongings();
  let database: FreshDatabase;
  let tracker: RunningTracker;
  let admin: pg.Client;
  let ledger: Ledger;

  beforeAll(async () => {
    database = await freshDatabase('busy');
    belongings.add(() => database.drop());
    tracker = await startReadyTracker({
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '4',
      // Two of them are for exports.
      DATABASE_READ_POOL_SIZE: '4',
    });
    belongings.add(async () => expect(await tracker.stop()).toBe(0));
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    belongings.add(() => admin.end());
  });
  beforeEach(() => {
    ledger = new Ledger(random);
  });
  afterEach(async () => {
    await admin.query('ROLLBACK');
    await admin.query(NO_TRIGGER);
  });
  afterAll(() => belongings.end());

  it('holds every connection: reads are refused in bounded time, and served right after', async () => {
    const summary = (): Promise<number | null> => timed(`${tracker.url}${API}/metrics?window=1h`);
    await admin.query(`BEGIN; LOCK TABLE ${METRICS}`);
    const begunMs = performance.now();
    const answers = Promise.all(Array.from({ length: 12 }, summary));
    await sleep(500);
    const late = await timed(`${tracker.url}${API}/metrics?window=1h`);
    expect(late).toBe(503);
    expect(performance.now() - begunMs).toBeLessThan(25_000);
    await admin.query('ROLLBACK');
    const statuses = await answers;
    // The two that had a connection were only slow.
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(2);
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
    expect(await eventually(async () => (await summary()) === 200)).toBe(true);
    expect(await statusOf(`${tracker.url}/readyz`)).toBe(200);
  });

  it('fails two of three writes with a deadlock: it is tried again, and no record is refused', async () => {
    await admin.query(
      faultyTrigger('IF nextval($$faults$$) % 3 = 0 THEN RETURN NULL; END IF;', '40P01'),
    );
    const senders = [new HttpSender(tracker.url)];
    const load = new Load({ ledger, senders, random, lanes: 1, batchSize: 1 });
    for (let round = 0; round < 5; round += 1) await load.kept();
    await load.stop();
    const [{ last_value: writes }] = (
      await admin.query<{ last_value: string }>('SELECT last_value FROM faults')
    ).rows as [{ last_value: string }];
    await admin.query(NO_TRIGGER);
    expect(Number(writes)).toBeGreaterThan(10);
    expect(load.surprises).toEqual([]);
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
  });

  it('fails for a reason of its own: 503, never a record refused for good', async () => {
    await admin.query(faultyTrigger('', 'XX000'));
    const batch = ledger.batch(8);
    expect(await new HttpSender(tracker.url).send(batch)).toBe('refused');
    await admin.query(NO_TRIGGER);
    expect(await new HttpSender(tracker.url).send(batch)).toBe('kept');
    ledger.acknowledge(batch);
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
  });
});

describe('two trackers on one database', () => {
  const random = seeded(Date.now());
  const belongings = new Belongings();
  let database: FreshDatabase;
  const trackers: RunningTracker[] = [];
  beforeAll(async () => {
    database = await freshDatabase('two');
    belongings.add(() => database.drop());
    belongings.add(() => Promise.all(trackers.map((tracker) => tracker.stop())));
    const start = async (): Promise<void> => {
      trackers.push(await startReadyTracker({ DATABASE_URL: database.url }));
    };
    await Promise.all([start(), start()]);
  });
  afterAll(() => belongings.end());

  it('that get the same records at once keep each once, and nobody waits for a deadlock', async () => {
    const ledger = new Ledger(random);
    let accepted = 0;
    for (let round = 0; round < 25; round += 1) {
      // Several agents, in another order at the other one.
      const batch = [0, 1, 2, 3].flatMap((agent) => ledger.batch(25, round * 2 + agent));
      const answers = await Promise.all([
        post(trackers[0]?.url ?? '', batch),
        post(trackers[1]?.url ?? '', batch.toReversed()),
      ]);
      for (const answer of answers) {
        expect(answer.rejected).toEqual([]);
        expect(answer.accepted + answer.duplicates).toBe(batch.length);
        accepted += answer.accepted;
      }
      ledger.acknowledge(batch);
    }
    expect(accepted).toBe(ledger.attempted.size);
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
    expect(await ledger.stored(database.url)).toHaveLength(ledger.attempted.size);
  });

  it('raise an alert once between them', async () => {
    const ledger = new Ledger(random);
    // Complexity 1 is expected to take 2 s; one and a half times of that is a slow execution.
    const slow = ledger.batch(10).map((record) => ({ ...record, durationMs: 600_000 }));
    await Promise.all(trackers.map(({ url }) => post(url, slow)));
    const agentId = ledger.agentId(0);
    const open = async (): Promise<Alert[]> => {
      const path = `${API}/alerts?type=slow_execution&agentId=${agentId}`;
      const answer = await fetch(`${trackers[0]?.url ?? ''}${path}`);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as Answer<Alert[]>).data;
    };
    expect(await eventually(async () => (await open()).length > 0)).toBe(true);
    await sleep(1500);
    const alerts = await open();
    expect(alerts).toHaveLength(1);
  });
});

const NO_TRIGGER = `DROP TRIGGER IF EXISTS faulty ON ${METRICS}`;

/** Makes every statement that writes metrics fail, but for those that `unless` lets go. */
function faultyTrigger(unless: string, sqlState: string): string {
  return `CREATE SEQUENCE IF NOT EXISTS faults;
    CREATE OR REPLACE FUNCTION faulty() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN ${unless.replaceAll('$$', "'")} RAISE EXCEPTION 'faulty' USING ERRCODE = '${sqlState}'; END $body$;
    CREATE TRIGGER faulty BEFORE INSERT ON ${METRICS} FOR EACH STATEMENT EXECUTE FUNCTION faulty()`;
}

async function timed(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(45_000) });
  await answer.arrayBuffer();
  return answer.status;
}

async function post(url: string, batch: ExecutionRecord[]): Promise<IngestResult> {
  const answer = await fetch(`${url}${API}/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Answer<IngestResult>).data;
}
