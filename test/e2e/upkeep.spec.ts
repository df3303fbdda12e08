import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Execution, Problem, RunningExecution, Status } from '@app/contracts';
import { SchedulerRegistry } from '@nestjs/schedule';
import pg from 'pg';

import { FreshGroups } from '../../libs/aggregation/src/fresh-groups.js';
import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { killRoller } from '../support/rollup-oracle.js';

const DAY_MS = 86_400_000;

describe('what the server does by itself', () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z');
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(nowMs) } });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  /** Lets the clock's hand reach the job, as the scheduler would. */
  const tick = async (name: string): Promise<void> => {
    await server.app.get(SchedulerRegistry).getCronJob(name).fireOnTick();
  };
  const status = async (): Promise<Status> =>
    (await server.get<Answer<Status>>('/status')).body.data;
  const partitions = async (): Promise<string[]> => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY c.relname`,
    );
    return rows.map(({ name }) => name.slice(-8));
  };
  const eventually = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 400; tries += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('it did not come about');
  };
  const record = (agentId: string, startedMs: number): Promise<unknown> =>
    server.send('POST', '/metrics', {
      agentId,
      agentType: 'cognitive',
      taskId: 'task',
      status: 'success',
      startedAt: new Date(startedMs).toISOString(),
      durationMs: 100,
    });

  it('rolls up every five minutes', async () => {
    const job = server.app.get(SchedulerRegistry).getCronJob('rollup');
    const [first, second] = job.nextDates(2).map((date) => date.toMillis());
    expect((second ?? 0) - (first ?? 0)).toBe(5 * 60_000);
    await record('worker', nowMs - 1000);
    expect((await status()).aggregation.dirtyBuckets).toBe(1);
    expect((await status()).aggregation.lagMs).toBeGreaterThan(0);
    await tick('rollup');
    await eventually(async () => (await status()).aggregation.dirtyBuckets === 0);
    expect((await status()).aggregation.lagMs).toBe(0);
    expect((await status()).aggregation.lastJob).toMatchObject({ state: 'succeeded', buckets: 1 });
  });

  it('rolls a burst up without waiting for the five minutes', async () => {
    const burst = Array.from({ length: 10_000 }, (_, index) => ({
      agentId: 'bursty',
      agentType: 'cognitive',
      taskId: `task-${index}`,
      status: 'success',
      startedAt: new Date(nowMs - 1000).toISOString(),
      durationMs: 10,
    }));
    // Far enough from the last run not to be held back.
    nowMs += 60_000;
    await server.send('POST', '/metrics', burst);
    expect((await status()).aggregation.dirtyBuckets).toBe(1);
    await server.send(
      'POST',
      '/metrics',
      burst.map((record) => ({ ...record, attempt: 2 })),
    );
    await eventually(async () => (await status()).aggregation.dirtyBuckets === 0);
  });

  it('rolls up what did not fit into memory', async () => {
    const fresh = server.app.get(FreshGroups);
    const room = fresh.mostRows;
    fresh.mostRows = 0;
    await record('crowded out', nowMs - 1000);
    fresh.mostRows = room;
    expect((await status()).aggregation.dirtyBuckets).toBe(1);
    await eventually(async () => (await status()).aggregation.dirtyBuckets === 0);
  });

  it('comes back to what it could not do while another process was at work', async () => {
    await client.query('SELECT pg_advisory_lock(71002)');
    await record('kept waiting', nowMs - 1000);
    // Longer than anything waits that nobody holds up.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect((await status()).aggregation.dirtyBuckets).toBe(1);
    await client.query('SELECT pg_advisory_unlock(71002)');
    await eventually(async () => (await status()).aggregation.dirtyBuckets === 0);
  });

  it('lets only one aggregation run at a time', async () => {
    await client.query('SELECT pg_advisory_lock(71002)');
    const refused = await server.send<Problem>('POST', '/aggregate');
    expect([refused.status, refused.body.code]).toEqual([409, 'aggregation-running']);
    await client.query('SELECT pg_advisory_unlock(71002)');
    expect((await server.send('POST', '/aggregate')).status).toBe(202);
  });

  it('answers 503, never 500, while connections of the roller are lost', async () => {
    const statuses = new Set<number>();
    for (let round = 0; round < 25; round += 1) {
      const asked = server.send('POST', '/aggregate', {});
      for (let times = 0; times < 4; times += 1) await killRoller(client);
      statuses.add((await asked).status);
    }
    for (const status of statuses) expect([202, 409, 503]).toContain(status);
  });

  it('records a silent execution as abandoned, and as a failure', async () => {
    const start = { agentId: 'silent', agentType: 'cognitive', taskId: 'stuck', status: 'running' };
    await server.send('POST', '/metrics', start);
    await tick('abandon');
    expect(
      (await server.get<Answer<RunningExecution[]>>('/executions/running')).body.data.length,
    ).toBe(1);
    nowMs += 16 * 60_000;
    await tick('abandon');
    await eventually(
      async () =>
        (await server.get<Answer<RunningExecution[]>>('/executions/running')).body.data.length ===
        0,
    );
    const { body } = await server.get<Answer<Execution[]>>('/metrics?agentId=silent');
    expect(body.data).toMatchObject([{ status: 'abandoned', taskId: 'stuck' }]);
    const total = await server.get<Answer<{ failed: number }[]>>('/summary?agentId=silent');
    expect(total.body.data[0]?.failed).toBe(1);
  });

  it('makes partitions ahead, and drops days only when they are old and rolled up', async () => {
    await record('worker', nowMs - 29 * DAY_MS);
    expect(await partitions()).toEqual([
      '20261022',
      '20261120',
      '20261121',
      '20261122',
      '20261123',
    ]);
    nowMs += 5 * DAY_MS;
    await tick('partitions');
    await eventually(async () => (await partitions()).includes('20261128'));
    await tick('retention');
    // The late row of that day is not rolled up yet.
    expect(await partitions()).toContain('20261022');
    await tick('rollup');
    await eventually(async () => (await status()).aggregation.dirtyBuckets === 0);
    await tick('retention');
    await eventually(async () => !(await partitions()).includes('20261022'));
    expect(await partitions()).toContain('20261120');
    const { rows } = await client.query(
      `SELECT 1 FROM agent_performance_aggregated WHERE period = 'day' AND bucket_start = '2026-10-22Z'`,
    );
    expect(rows.length).toBe(1);
    const late = await server.send<Problem>('POST', '/metrics', {
      agentId: 'worker',
      agentType: 'cognitive',
      taskId: 'task',
      status: 'success',
      startedAt: '2026-10-22T00:00:00Z',
      durationMs: 1,
    });
    expect([late.status, late.body.errors?.[0]?.code]).toEqual([422, 'too-old']);
  });

  it('keeps minutes for two days and hours for ninety, and late rows count all the same', async () => {
    const periods = async (): Promise<Record<string, number>> => {
      const { rows } = await client.query<{ period: string; total: string }>(
        `SELECT period, sum(total) AS total FROM agent_performance_aggregated a
         JOIN agents USING (agent_key) WHERE agent_id = 'kept' GROUP BY period`,
      );
      return Object.fromEntries(rows.map(({ period, total }) => [period, Number(total)]));
    };
    const atMs = nowMs - 3 * DAY_MS;
    await record('kept', atMs);
    await record('kept', nowMs - 1000);
    await tick('rollup');
    await tick('retention');
    expect(await periods()).toEqual({ minute: 1, hour: 2, sixHours: 2, day: 2, week: 2, month: 2 });
    // Added from memory, and recomputed from raw.
    await record('kept', atMs + 1);
    await tick('rollup');
    await record('kept', atMs + 2);
    server.app.get(FreshGroups).clear();
    await tick('rollup');
    expect(await periods()).toEqual({ minute: 1, hour: 4, sixHours: 4, day: 4, week: 4, month: 4 });
    await client.query(
      `UPDATE agent_performance_aggregated SET bucket_start = $1
       WHERE period IN ('hour', 'sixHours') AND bucket_start < $2 AND agent_key = (SELECT agent_key FROM agents WHERE agent_id = 'kept')`,
      [new Date(nowMs - 92 * DAY_MS), new Date(nowMs - 2 * DAY_MS)],
    );
    await tick('retention');
    expect(await periods()).toEqual({ minute: 1, hour: 1, sixHours: 1, day: 4, week: 4, month: 4 });
  });
});
