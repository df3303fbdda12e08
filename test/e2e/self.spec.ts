import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, SelfStatus, Status, SystemCondition } from '@app/contracts';
import { timeOrderedId } from '@app/metrics';
import { LOCKS, loadConfig } from '@app/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

import { createApp } from '../../apps/api/src/setup-app.js';
import { SelfWatchScheduler } from '../../libs/operations/src/self-watch.scheduler.js';
import { Belongings } from '../support/belongings.js';
import { API } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { readExposition } from '../support/exposition.js';
import { freshDatabase } from '../support/fresh-database.js';
import { aRecord } from '../support/ingest-requests.js';
import { seeded } from '../support/random-history.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const MINUTE_MS = 60_000;

/** The server on a database that can be taken away, with a clock that can be turned forward. */
describe('the tracker about itself', () => {
  const belongings = new Belongings();
  let app: NestFastifyApplication;
  let url: string;
  let proxy: TcpProxy;
  let admin: pg.Client;
  let aheadMs = 0;

  beforeEach(async () => {
    aheadMs = 0;
    const database = await freshDatabase('self');
    belongings.add(() => database.drop());
    const { hostname, port } = new URL(database.url);
    proxy = await TcpProxy.start({ host: hostname, port: Number(port) }, seeded(1));
    belongings.add(() => proxy.close());
    const databaseUrl = proxy.through(database.url);
    const config = loadConfig({ LOG_LEVEL: 'error', DATABASE_URL: databaseUrl });
    const clock = { now: () => new Date(Date.now() + aheadMs) };
    app = await createApp({ config, databaseUrl, clock });
    belongings.add(() => app.close());
    await app.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    belongings.add(() => admin.end());
  });
  afterEach(() => belongings.end());

  const gauge = async (series: string): Promise<number> =>
    (await readExposition(url, '?agents=off')).value(series);
  const status = async (): Promise<Status & SelfStatus> => {
    const answer = await fetch(`${url}${API}/status`);
    return ((await answer.json()) as Answer<Status & SelfStatus>).data;
  };
  /** Looks until a condition is as expected; the clock goes forward, so that holds pass. */
  const watched = (condition: SystemCondition, value: 0 | 1): Promise<true> =>
    eventually(async () => {
      aheadMs += 10_000;
      await app.get(SelfWatchScheduler).look();
      const found = await gauge(`apt_condition{condition="${condition}"}`);
      return found === value || undefined;
    }, condition);

  it('is well, and tells its version and schedules', async () => {
    await app.get(SelfWatchScheduler).look();
    const { version, health, schedules, pools, outbox, process: own } = await status();
    const { version: released } = (await import('../../package.json', { with: { type: 'json' } }))
      .default;
    expect(version).toBe(released);
    // The server of the tests does not sync, which is said.
    expect(health.conditions).toMatchObject([
      {
        condition: 'durability-degraded',
        severity: 'warning',
        detail: expect.stringContaining('fsync=off'),
      },
    ]);
    expect([health.state, health.recent.length]).toEqual(['warning', 1]);
    expect(await gauge('apt_durability_full')).toBe(0);
    expect(schedules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['rollup', 'retention', 'partitions', 'abandon']),
    );
    expect(schedules.find(({ name }) => name === 'rollup')?.intervalMs).toBe(5 * MINUTE_MS);
    expect(pools.map(({ name }) => name).sort()).toEqual(['export', 'ingest', 'main', 'read']);
    expect(outbox).toEqual({ waitingNotices: 0, openDeliveries: 0, overdueMs: 0 });
    expect(own.rssBytes).toBeGreaterThan(0);
  });

  it('says that the database is away, and that it is back', async () => {
    proxy.set({ refusing: true });
    proxy.reset();
    await watched('database-away', 1);
    expect(await gauge('apt_database_up')).toBe(0);
    proxy.set();
    await watched('database-away', 0);
    expect(await gauge('apt_database_up')).toBe(1);
    const { health } = await status();
    const [episode] = health.recent.filter(({ condition }) => condition === 'database-away');
    expect(episode).toMatchObject({ severity: 'critical', resolvedAt: expect.any(String) });
  });

  it('says that rollups are late while nobody rolls up', async () => {
    await admin.query('SELECT pg_advisory_lock($1)', [LOCKS.aggregate]);
    await admin.query(
      'INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id) VALUES (1, $1, $2)',
      [new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS), anOldMark()],
    );
    await watched('rollups-late', 1);
    expect(await gauge('apt_rollup_lag_seconds')).toBeGreaterThan(60);
    expect(await gauge('apt_rollup_dirty_marks')).toBe(1);
    const { health } = await status();
    expect(health.state).not.toBe('ok');
    await admin.query('DELETE FROM dirty_buckets');
    await watched('rollups-late', 0);
  });

  it('says that messages do not get out', async () => {
    await admin.query(
      `INSERT INTO notification_deliveries (delivery_id, project_id, channel_id, group_key, is_test,
         message, state, attempts, next_attempt_at, composed_at)
       VALUES ($1, 1, $1, 'g', false, '{}', 'pending', 0, now() - interval '5 minutes', now())`,
      [randomUUID()],
    );
    await watched('outbox-stuck', 1);
    expect(await gauge('apt_outbox_open')).toBe(1);
    expect(await gauge('apt_outbox_overdue_seconds')).toBeGreaterThan(200);
    await admin.query('DELETE FROM notification_deliveries');
    await watched('outbox-stuck', 0);
  });

  it('says that records are refused', async () => {
    const batch = (): string => JSON.stringify(Array.from({ length: 10_000 }, () => aRecord()));
    const send = (body: string): Promise<number> =>
      fetch(`${url}${API}/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then((answer) => answer.status);
    await send(JSON.stringify(aRecord()));
    await app.get(SelfWatchScheduler).look();
    await admin.query('BEGIN; LOCK TABLE agent_performance_metrics IN EXCLUSIVE MODE');
    const sent = Array.from({ length: 13 }, () => send(batch()));
    await eventually(async () => (await gauge('apt_ingest_queue_records')) > 50_000 || undefined);
    expect(await gauge('apt_ingest_queue_bytes')).toBeGreaterThan(1e6);
    const refusedBy = async (): Promise<number> =>
      (await gauge('apt_ingest_records_total{outcome="refused"}')) +
      (await gauge('apt_ingest_refused_unread_total'));
    await eventually(async () => (await refusedBy()) > 0 || undefined);
    await watched('ingest-refusing', 1);
    await admin.query('ROLLBACK');
    const codes = await Promise.all(sent);
    expect(codes.filter((code) => code !== 200 && code !== 503)).toEqual([]);
    expect(codes).toContain(503);
  });
});

/** As of ten minutes ago. */
function anOldMark(): string {
  return timeOrderedId(Date.now() - 10 * MINUTE_MS);
}
