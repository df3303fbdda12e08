import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AggregationJob, ExecutionRecord } from '@app/contracts';
import pg from 'pg';

import { API } from '../support/boot-app.js';
import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { marksLeft, oddRollups } from '../support/rollup-oracle.js';
import { eventually, startReadyTracker } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const CRON_MS = 5 * 60_000;
const LONG_MS = 90_000;
/** Each tracker has a role of its own, by which the database can tell them apart. */
const NAMES = ['one', 'two', 'first', 'second'] as const;
const PRELOAD = pathToFileURL(join(import.meta.dirname, '../support/shifted-clock.mjs')).href;

type JobRow = { state: AggregationJob['state']; buckets: number; error: string | null };

describe('two trackers on one database, each with its cron', () => {
  const belongings = new Belongings();
  let url: string;
  let client: pg.Client;
  /** Roles belong to all databases of the server. */
  const suffix = randomBytes(6).toString('hex');

  beforeAll(async () => {
    const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
    belongings.add(() => admin.end());
    for (const name of NAMES) {
      await admin.query(`CREATE ROLE ${name}_${suffix} SUPERUSER LOGIN PASSWORD '${suffix}'`);
      belongings.add(() => admin.query(`DROP ROLE ${name}_${suffix}`));
    }
    const database = await freshDatabase('crons');
    belongings.add(() => database.drop());
    url = database.url;
    client = new pg.Client({ connectionString: url });
    await client.connect();
    belongings.add(() => client.end());
  });
  afterAll(() => belongings.end());

  /** A tracker whose clock strikes the next five minutes at an instant of ours. */
  const start = async (
    name: (typeof NAMES)[number],
    strikesAtMs: number,
  ): Promise<RunningTracker> => {
    const own = new URL(url);
    own.username = `${name}_${suffix}`;
    own.password = suffix;
    const tracker = await startReadyTracker({
      DATABASE_URL: own.href,
      NODE_OPTIONS: `--import ${PRELOAD}`,
      CLOCK_SHIFT_MS: String((CRON_MS - (strikesAtMs % CRON_MS)) % CRON_MS),
    });
    belongings.add(() => tracker.stop());
    return tracker;
  };
  const report = async ({ url: at }: RunningTracker, seed: number): Promise<void> => {
    const span = { fromMs: Date.now() - 5 * 3_600_000, toMs: Date.now() };
    const records: ExecutionRecord[] = randomHistory({
      ...span,
      count: 400,
      agents: 5,
      random: seeded(seed),
    });
    const answer = await fetch(`${at}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(records),
    });
    expect(answer.status).toBe(200);
    expect(await eventually(async () => (await marksLeft(client)) === 0)).toBe(true);
  };
  /** Marks that nobody keeps in memory, and that nothing but the cron will look for. */
  const mark = async (): Promise<number> => {
    const { rowCount } = await client.query(
      `INSERT INTO dirty_buckets SELECT agent_key, bucket_start, gen_random_uuid()
       FROM agent_performance_aggregated WHERE period = 'minute'`,
    );
    return rowCount ?? 0;
  };
  const jobs = async (): Promise<JobRow[]> =>
    (
      await client.query<JobRow>(
        'SELECT state, buckets, error FROM aggregation_jobs ORDER BY state',
      )
    ).rows;
  const holder = async (): Promise<string | undefined> =>
    (
      await client.query<{ name: string }>(
        `SELECT usename AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND objid = 71002 AND granted
           AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      )
    ).rows[0]?.name.split('_')[0];

  it(
    'do the work once when both wake up together, and rollups are what the raw rows give',
    async () => {
      const strikesAtMs = Date.now() + 25_000;
      const trackers = await Promise.all([start('one', strikesAtMs), start('two', strikesAtMs)]);
      await report(trackers[0], 1);
      await report(trackers[1], 2);
      const damaged = await client.query(
        `UPDATE agent_performance_aggregated SET total = total + 1, failed = failed + 1
         WHERE period IN ('minute', 'hour')`,
      );
      expect(damaged.rowCount).toBeGreaterThan(100);
      const marks = await mark();
      expect(Date.now()).toBeLessThan(strikesAtMs);
      expect(await jobs()).toEqual([]);
      expect(await eventually(async () => (await marksLeft(client)) === 0, LONG_MS)).toBe(true);
      // Whichever came second has had its turn by then.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await jobs()).toEqual([{ state: 'succeeded', buckets: marks, error: null }]);
      expect(await oddRollups(client)).toEqual([]);
      await Promise.all(trackers.map((tracker) => tracker.stop()));
    },
    3 * LONG_MS,
  );

  it(
    'go on where one was killed in the middle: the other takes over at its next tick',
    async () => {
      await client.query('TRUNCATE aggregation_jobs');
      const strikesAtMs = Date.now() + 25_000;
      const [first, second] = await Promise.all([
        start('first', strikesAtMs),
        start('second', strikesAtMs + 25_000),
      ]);
      await report(first, 3);
      const marks = await mark();
      await client.query('BEGIN; LOCK TABLE agent_performance_aggregated IN EXCLUSIVE MODE');
      expect(await eventually(async () => (await holder()) === 'first', LONG_MS)).toBe(true);
      expect(await eventually(async () => (await jobs()).length === 1)).toBe(true);
      first.signal('SIGKILL');
      await first.exited;
      await client.query('ROLLBACK');
      // Nothing of the half-done work is left, and the lock went with its holder.
      expect(await eventually(async () => (await holder()) === undefined)).toBe(true);
      expect(await marksLeft(client)).toBe(marks);
      expect((await jobs()).map(({ state }) => state)).toEqual(['running']);
      expect(await eventually(async () => (await marksLeft(client)) === 0, LONG_MS)).toBe(true);
      expect(await eventually(async () => (await jobs()).at(-1)?.state === 'succeeded')).toBe(true);
      expect(await jobs()).toEqual([
        { state: 'failed', buckets: 0, error: 'The process ended' },
        { state: 'succeeded', buckets: marks, error: null },
      ]);
      expect(await oddRollups(client)).toEqual([]);
      await second.stop();
    },
    3 * LONG_MS,
  );
});
