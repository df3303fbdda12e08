import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RollupService } from '@app/aggregation';
import type {
  Answer,
  AggregationJob,
  ExecutionRecord,
  IngestResult,
  SummaryRow,
} from '@app/contracts';
import { SchedulerRegistry } from '@nestjs/schedule';
import pg from 'pg';
import { DataSource } from 'typeorm';

import { FreshGroups } from '../../libs/aggregation/src/fresh-groups.js';
import { rollUpDirty } from '../../libs/aggregation/src/roller.js';
import { inSnapshot } from '../../libs/aggregation/src/rolling.js';
import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { killRoller, marksLeft, oddRollups } from '../support/rollup-oracle.js';

// A wrong number is not tried once more: at the second try other things were remembered.
jest.retryTimes(0);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SEED = Number(process.env.ROLLUP_SEED ?? 20_261_122);

describe('rollups under whatever happens', () => {
  let nowMs = Date.parse('2026-11-22T14:33:21.987Z');
  let server: BootedApp;
  let client: pg.Client;
  const random = seeded(SEED);
  let history: ExecutionRecord[] = [];

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(nowMs) } });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const rollups = (): RollupService => server.app.get(RollupService);

  const report = async (count: number, fromMs: number): Promise<void> => {
    const records = randomHistory({ count, agents: 6, fromMs, toMs: nowMs, random });
    const { body } = await server.send<Answer<IngestResult>>('POST', '/metrics', records);
    expect(body.data.accepted).toBe(count);
    history.push(...records);
  };

  /** The same again, and some of it with news. */
  const repeat = async (): Promise<void> => {
    const again = history.filter(() => random() < 0.1);
    const { body } = await server.send<Answer<IngestResult>>('POST', '/metrics', again);
    expect(body.data).toMatchObject({ accepted: 0, duplicates: again.length });
  };

  /** What an operator does who removes rows: deletes, and marks their minutes. */
  const remove = async (): Promise<void> => {
    const gone = history.filter(() => random() < 0.05).map(({ executionId }) => executionId);
    await client.query(
      `WITH gone AS (
         DELETE FROM agent_performance_metrics WHERE execution_id = ANY ($1::uuid[])
         RETURNING agent_key, started_at
       )
       INSERT INTO dirty_buckets SELECT DISTINCT agent_key, date_trunc('minute', started_at, 'UTC'),
         gen_random_uuid() FROM (SELECT DISTINCT agent_key, date_trunc('minute', started_at, 'UTC')
         AS started_at FROM gone) AS minutes`,
      [gone],
    );
    history = history.filter(({ executionId }) => !gone.includes(executionId));
  };

  const rollUp = async (body: unknown = {}): Promise<void> => {
    const { body: started } = await server.send<Answer<AggregationJob>>('POST', '/aggregate', body);
    await eventually(async () => {
      const { body } = await server.get<Answer<AggregationJob>>(`/aggregate/${started.data.jobId}`);
      return body.data.state === 'running' ? undefined : true;
    }, 'the job');
  };

  const check = async (): Promise<void> => {
    for (const [fromMs, toMs] of [
      [nowMs + 1 - 30 * DAY_MS, nowMs + 1],
      [nowMs + 1 - DAY_MS, nowMs + 1],
      [nowMs - 11 * DAY_MS - 4711, nowMs - 3 * HOUR_MS - 17],
    ] as const) {
      const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
      const { body } = await server.get<Answer<SummaryRow[]>>(`/summary?${range}`);
      for (const row of body.data) {
        const own = history.filter(({ agentId, startedAt = '' }) => {
          const atMs = Date.parse(startedAt ?? '');
          return agentId === row.agentId && atMs >= fromMs && atMs < toMs;
        });
        expectFigures(row, plainFigures(own));
      }
    }
  };

  const steps: [name: string, step: () => Promise<unknown>][] = [
    ['new', () => report(120, nowMs - 90_000)],
    ['new', () => report(120, nowMs - 90_000)],
    ['late', () => report(40, nowMs - 29 * DAY_MS)],
    ['a little late', () => report(40, nowMs - 5 * HOUR_MS)],
    ['again', repeat],
    ['gone', remove],
    ['sweep', () => rollups().sweep()],
    ['job', () => rollUp()],
    ['rebuild', () => rollUp({ from: new Date(nowMs - 9 * DAY_MS), to: new Date(nowMs) })],
    // Another process stored it, or this one was started anew.
    ['forgotten', () => Promise.resolve(server.app.get(FreshGroups).clear())],
    ['time', () => Promise.resolve((nowMs += Math.floor(random() * 40 * 60_000)))],
    ['retention', () => server.app.get(SchedulerRegistry).getCronJob('retention').fireOnTick()],
    [
      'killed',
      async () => {
        const working = Promise.all([rollups().sweep(), rollUp().catch(() => undefined)]);
        for (let tries = 0; tries < 5; tries += 1) await killRoller(client);
        await working;
      },
    ],
    [
      'at once',
      () =>
        Promise.all([report(60, nowMs - HOUR_MS), rollups().sweep(), report(60, nowMs - DAY_MS)]),
    ],
  ];

  it(`are what the raw rows give, and answers are exact at every moment (seed ${SEED})`, async () => {
    await report(900, nowMs - 29 * DAY_MS);
    const trace: string[] = [];
    for (let round = 0; round < 45; round += 1) {
      const [name, step] = steps[Math.floor(random() * steps.length)] ?? [
        '',
        () => Promise.resolve(),
      ];
      trace.push(name);
      try {
        await step();
        await check();
      } catch (error) {
        throw new Error(`after ${trace.join(', ')}`, { cause: error });
      }
    }
    await rollUp();
    await eventually(
      async () => ((await marksLeft(client)) === 0 ? true : undefined),
      'the roller',
    );
    expect(await oddRollups(client)).toEqual([]);
    await check();
    const { rows } = await client.query('SELECT 1 FROM agent_performance_window');
    expect(rows.length).toBeGreaterThan(0);
  });

  it('change nothing when there is nothing to do', async () => {
    const checksum = async (): Promise<unknown> => {
      const { rows } = await client.query(
        `SELECT md5(string_agg(a::text, '|' ORDER BY agent_key, period, bucket_start)) AS sum
         FROM agent_performance_aggregated a`,
      );
      return rows;
    };
    const before = await checksum();
    for (let times = 0; times < 10; times += 1) await rollUp();
    expect(await checksum()).toEqual(before);
  });

  it('count a group once whose minutes somebody else had recomputed before it was rolled up', async () => {
    await report(80, nowMs - 90_000);
    const fresh = server.app.get(FreshGroups);
    expect(fresh.size).toBeGreaterThan(0);
    // One minute of each agent, so that the group is recomputed in part.
    await client.query(
      `INSERT INTO dirty_buckets SELECT agent_key,
         max(date_trunc('minute', started_at, 'UTC')), gen_random_uuid()
       FROM agent_performance_metrics GROUP BY agent_key`,
    );
    const runner = server.app.get(DataSource).createQueryRunner();
    const only = { before: null, also: [], except: fresh.ids };
    await inSnapshot(runner, (rolling) => rollUpDirty(rolling, 3, only));
    await runner.release();
    await check();
    await rollUp();
    expect(await marksLeft(client)).toBe(0);
    expect(await oddRollups(client)).toEqual([]);
    await check();
  });

  it('do not miss rows that commit while the roller is at work', async () => {
    const writer = new pg.Client({ connectionString: server.databaseUrl });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(
      `INSERT INTO agent_performance_metrics SELECT (jsonb_populate_record(m, jsonb_build_object(
         'execution_id', gen_random_uuid()))).* FROM agent_performance_metrics m LIMIT 25`,
    );
    await writer.query(
      `INSERT INTO dirty_buckets SELECT agent_key, bucket_start, gen_random_uuid() FROM (
         SELECT DISTINCT agent_key, date_trunc('minute', started_at, 'UTC') AS bucket_start
         FROM agent_performance_metrics) AS minutes`,
    );
    await rollUp();
    await writer.query('COMMIT');
    await writer.end();
    expect((await oddRollups(client)).length).toBeGreaterThan(0);
    await rollUp();
    expect(await oddRollups(client)).toEqual([]);
  });
});
