import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollupService, verifyAll } from '@app/aggregation';
import type {
  AggregationJob,
  Answer,
  ExecutionRecord,
  IngestResult,
  Problem,
  RetentionSettings,
  Status,
  SummaryRow,
} from '@app/contracts';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import pg from 'pg';

import { alertTemplate } from '../support/alert-template.js';
import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { oddRollups } from '../support/rollup-oracle.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SETTINGS = '/settings/retention';

describe('how long things are kept', () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z');
  let server: BootedApp;
  let client: pg.Client;
  const random = seeded(11);
  const history = new Map<string, ExecutionRecord[]>();

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(nowMs) } });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    for (const project of ['default', 'sample']) await report(project, 600, nowMs - 29 * DAY_MS);
    await server.app.get(RollupService).sweep();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const report = async (project: string, count: number, fromMs: number): Promise<void> => {
    const records = randomHistory({ count, agents: 3, fromMs, toMs: nowMs, random });
    const path = `/metrics?project=${project}`;
    const { body } = await server.send<Answer<IngestResult>>('POST', path, records);
    expect(body.data.accepted).toBe(count);
    history.set(project, [...(history.get(project) ?? []), ...records]);
  };
  const tick = async (name: string): Promise<void> => {
    await server.app.get(SchedulerRegistry).getCronJob(name).fireOnTick();
  };
  const put = async (
    project: string,
    body: unknown,
    version?: string,
  ): Promise<{ status: number; etag: string | null; body: unknown }> => {
    const answer = await fetch(`${server.url}${API}${SETTINGS}?project=${project}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        ...(version !== undefined && { 'if-match': version }),
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, etag: answer.headers.get('etag'), body: await answer.json() };
  };
  const rawCount = async (project: string, beforeMs: number): Promise<number> => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM agent_performance_metrics JOIN agents USING (agent_key)
       JOIN projects USING (project_id) WHERE slug = $1 AND started_at < $2`,
      [project, new Date(beforeMs)],
    );
    return rows[0]?.count ?? -1;
  };
  const periods = async (project: string): Promise<Record<string, string>> => {
    const { rows } = await client.query<{ period: string; first: string }>(
      `SELECT period, min(bucket_start)::date::text AS first FROM agent_performance_aggregated
       JOIN agents USING (agent_key) JOIN projects USING (project_id)
       WHERE slug = $1 GROUP BY period`,
      [project],
    );
    return Object.fromEntries(rows.map(({ period, first }) => [period, first]));
  };
  /** Every figure of whole days against a plain recomputation of what was ever reported. */
  const expectAllThere = async (project: string): Promise<void> => {
    const fromMs = Math.floor((nowMs - 30 * DAY_MS) / DAY_MS) * DAY_MS;
    const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(nowMs + 1).toISOString()}`;
    const { body } = await server.get<Answer<SummaryRow[]>>(`/summary?project=${project}&${range}`);
    expect(body.data).toHaveLength(3);
    for (const row of body.data) {
      const own = (history.get(project) ?? []).filter(
        ({ agentId, startedAt }) =>
          agentId === row.agentId && Date.parse(startedAt ?? '') >= fromMs,
      );
      expectFigures(row, plainFigures(own));
    }
  };

  it('is what the server does by itself until somebody says otherwise', async () => {
    const { body, headers } = await server.get<Answer<RetentionSettings>>(SETTINGS);
    expect(body.data).toEqual({
      rawDays: 30,
      minuteHours: 48,
      hourDays: 90,
      dayDays: 730,
      alertDays: 365,
      version: 0,
      updatedAt: null,
    });
    expect(headers.get('etag')).toBe('"0"');
  });

  it.each([
    [{ rawDays: 0 }, 'rawDays', 'from 1 to 3650'],
    [{ rawDays: 1.5 }, 'rawDays', 'from 1 to 3650'],
    [{ rawDays: '7' }, 'rawDays', 'from 1 to 3650'],
    [{ minuteHours: 23 }, 'minuteHours', 'from 24 to 744'],
    [{ hourDays: null }, 'hourDays', 'from 7 to 3650'],
    [{ minuteHours: 744, hourDays: 30 }, 'hourDays', 'at least 31'],
    [{ rawDays: 700 }, 'dayDays', 'at least 731'],
    [{ hourDays: 800 }, 'dayDays', 'at least 800'],
    [{ weekDays: 3 }, 'weekDays', 'not known'],
  ])('refuses %j by name', async (input, path, detail) => {
    const { status, body } = await put('sample', input);
    expect([status, (body as Problem).code]).toEqual([400, 'invalid-request']);
    expect((body as Problem).errors?.[0]).toMatchObject({
      path,
      detail: expect.stringContaining(detail),
    });
    expect(
      (await server.get<Answer<RetentionSettings>>(`${SETTINGS}?project=sample`)).body.data,
    ).toMatchObject({ version: 0 });
  });

  it('knows no other project', async () => {
    expect((await server.get(`${SETTINGS}?project=nowhere`)).status).toBe(404);
  });

  it('changes at the version that was read, and not at another', async () => {
    const times = { rawDays: 7, minuteHours: 24, hourDays: 14, dayDays: 90, alertDays: 30 };
    expect((await put('sample', times, '"4"')).status).toBe(412);
    expect((await put('sample', times, 'four')).status).toBe(400);
    const changed = await put('sample', { ...times, rawDays: 9 }, '"0"');
    expect([changed.status, changed.etag]).toEqual([200, '"1"']);
    expect((await put('sample', times, '"0"')).status).toBe(412);
    const again = await put('sample', { rawDays: 7 }, '"1"');
    expect((again.body as Answer<RetentionSettings>).data).toMatchObject({ ...times, version: 2 });
  });

  it('refuses what is older, at once and by name, and only in that project', async () => {
    const record = {
      agentId: 'late',
      agentType: 'cognitive',
      taskId: 'task',
      status: 'success',
      startedAt: new Date(nowMs - 8 * DAY_MS).toISOString(),
      durationMs: 5,
    };
    const refused = await server.send<Problem>('POST', '/metrics?project=sample', record);
    expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([422, 'too-old']);
    expect(refused.body.errors?.[0]?.detail).toContain('2026-11-13T00:00:00.000Z');
    const batch = await server.send<Answer<IngestResult>>('POST', '/metrics?project=sample', [
      record,
    ]);
    expect(batch.body.data.rejected).toMatchObject([{ index: 0, code: 'too-old' }]);
    const elsewhere = await server.send('POST', '/metrics?project=default', record);
    expect(elsewhere.status).toBe(200);
    await client.query(`DELETE FROM agent_performance_metrics WHERE agent_key =
      (SELECT agent_key FROM agents WHERE agent_id = 'late')`);
    await server.app.get(RollupService).sweep();
    await client.query(`DELETE FROM agent_performance_aggregated WHERE agent_key =
      (SELECT agent_key FROM agents WHERE agent_id = 'late')`);
    await client.query(`DELETE FROM agents WHERE agent_id = 'late'`);
  });

  it('removes nothing before every process knows, and nothing that waits for the roller', async () => {
    const oldestMs = Date.parse('2026-11-13T00:00:00Z');
    const before = await rawCount('sample', oldestMs);
    expect(before).toBeGreaterThan(100);
    await tick('retention');
    expect(await rawCount('sample', oldestMs)).toBe(before);
    nowMs += 61_000;
    await client.query(
      `INSERT INTO dirty_buckets SELECT agent_key, '2026-11-02 10:00Z', gen_random_uuid()
       FROM agents JOIN projects USING (project_id) WHERE slug = 'sample' LIMIT 1`,
    );
    await tick('retention');
    expect(await rawCount('sample', oldestMs)).toBe(before);
    await client.query('TRUNCATE dirty_buckets');
  });

  it('removes the rows of one project, keeps those of others, and its figures stay whole', async () => {
    const oldestMs = Date.parse('2026-11-13T00:00:00Z');
    const [others, whole] = [await rawCount('default', oldestMs), await rawCount('sample', nowMs)];
    const old = await rawCount('sample', oldestMs);
    await tick('retention');
    expect(await rawCount('sample', oldestMs)).toBe(0);
    expect(await rawCount('sample', nowMs)).toBe(whole - old);
    expect(await rawCount('default', oldestMs)).toBe(others);
    expect(await periods('sample')).toMatchObject({ minute: '2026-11-19', hour: '2026-11-06' });
    const kept = await periods('default');
    expect(kept.hour?.slice(0, 7)).toBe('2026-10');
    for (const project of ['default', 'sample']) await expectAllThere(project);
    const found = await verifyAll(server.app.get(DataSource), () => undefined);
    expect(found.differences).toEqual([]);
  });

  it('is told by the status', async () => {
    const { body } = await server.get<Answer<Status>>('/status');
    expect(body.data.retention).toMatchObject({
      rawDays: 30,
      projects: [
        { project: 'sample', rawDays: 7, alertDays: 30, rawFrom: '2026-11-13T00:00:00.000Z' },
      ],
    });
  });

  it('leaves rollups alone that cannot be made again', async () => {
    const rebuild = (project: string, fromMs: number): Promise<{ status: number; body: unknown }> =>
      server.send('POST', `/aggregate?project=${project}`, {
        from: new Date(fromMs).toISOString(),
        to: new Date(nowMs).toISOString(),
      });
    const refused = await rebuild('sample', nowMs - 10 * DAY_MS);
    expect([refused.status, (refused.body as Problem).errors]).toEqual([
      422,
      [
        {
          path: 'from',
          code: 'too-old',
          detail: expect.stringContaining('2026-11-13T00:00:00.000Z'),
        },
      ],
    ]);
    for (const [project, days] of [
      ['sample', 7],
      ['default', 29],
    ] as const) {
      const started = await rebuild(project, Math.floor(nowMs / DAY_MS - days) * DAY_MS);
      expect(started.status).toBe(202);
      const { jobId } = (started.body as Answer<AggregationJob>).data;
      await eventually(async () => {
        const { body } = await server.get<Answer<AggregationJob>>(`/aggregate/${jobId}`);
        return body.data.state === 'succeeded' ? true : undefined;
      }, 'the job');
      await expectAllThere(project);
    }
    // Somebody marks a minute whose rows are gone: nothing is lost by that either.
    await client.query(
      `INSERT INTO dirty_buckets SELECT agent_key, '2026-11-02 10:00Z', gen_random_uuid()
       FROM agents JOIN projects USING (project_id) WHERE slug = 'sample'`,
    );
    await server.app.get(RollupService).runIfDirty();
    await expectAllThere('sample');
  });

  it('says so where single executions would be needed that are gone', async () => {
    const narrowed = (project: string): Promise<{ status: number }> =>
      server.get(`/trends?project=${project}&window=30d&period=day&complexity=2`);
    expect((await narrowed('sample')).status).toBe(400);
    expect((await narrowed('default')).status).toBe(200);
  });

  it('drops days whole when the time of every project has passed', async () => {
    await put('default', { rawDays: 60, dayDays: 120 });
    const days = async (): Promise<string[]> => {
      const { rows } = await client.query<{ day: string }>(
        `SELECT right(c.relname, 8) AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY 1`,
      );
      return rows.map(({ day }) => day);
    };
    const first = (await days())[0];
    nowMs += 20 * DAY_MS;
    await tick('retention');
    expect((await days())[0]).toBe(first);
    // Projects of which nobody has said anything else have passed theirs, this one has not.
    expect(await rawCount('default', nowMs - 30 * DAY_MS)).toBeGreaterThan(100);
    await put('default', { rawDays: 25 });
    nowMs += 2 * 60_000;
    await tick('retention');
    expect((await days())[0]).toBe('20261110');
    expect(await rawCount('default', nowMs - 26 * DAY_MS)).toBe(0);
    expect((await oddRollups(client)).filter(({ bucket }) => bucket >= '2026-11-16')).toEqual([]);
  });

  it('forgets resolved alerts by the time of their project', async () => {
    const insert = (project: string, id: string, days: number): Promise<unknown> =>
      client.query(
        `INSERT INTO agent_performance_alerts SELECT (jsonb_populate_record(
           NULL::agent_performance_alerts, $3::jsonb || jsonb_build_object('agent_key', agent_key, 'project_id', project_id,
           'alert_id', $2::text, 'resolved_at', $4::text))).*
         FROM agents JOIN projects USING (project_id) WHERE slug = $1 LIMIT 1`,
        [project, id, template, new Date(nowMs - days * DAY_MS).toISOString()],
      );
    const template = await alertTemplate(client);
    await insert('sample', '00000000-0000-7000-8000-000000000001', 31);
    await insert('sample', '00000000-0000-7000-8000-000000000002', 29);
    await insert('default', '00000000-0000-7000-8000-000000000003', 31);
    await tick('retention');
    const { rows } = await client.query<{ id: string }>(
      `SELECT right(alert_id::text, 1) AS id FROM agent_performance_alerts
       WHERE alert_id::text LIKE '00000000-%' ORDER BY 1`,
    );
    expect(rows.map(({ id }) => id)).toEqual(['2', '3']);
  });
});
