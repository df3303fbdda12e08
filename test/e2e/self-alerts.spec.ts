import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RollupService } from '@app/aggregation';
import type { Answer, NoticeAlert, SelfStatus, SystemCondition } from '@app/contracts';
import { LOCKS, loadConfig } from '@app/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

import { createApp } from '../../apps/api/src/setup-app.js';
import { DeliveryWorker } from '../../libs/notifications/src/delivery.worker.js';
import { RENOTIFY_MS, SETTLE_MS } from '../../libs/operations/src/incidents.js';
import { SelfWatchScheduler } from '../../libs/operations/src/self-watch.scheduler.js';
import { Belongings } from '../support/belongings.js';
import { API } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase } from '../support/fresh-database.js';
import { aRecord } from '../support/ingest-requests.js';
import { SECRET } from '../support/notifications-world.js';
import { HttpReceiver } from '../support/receivers.js';

interface Told {
  transition: string;
  alert: NoticeAlert;
  url?: string;
}

/** Of what it does in five seconds, so that holds and keeps pass quickly. */
const STEP_MS = 10_000;

describe('channels are told of the tracker itself', () => {
  const belongings = new Belongings();
  let receiver: HttpReceiver;
  let databaseUrl: string;
  let admin: pg.Client;
  let apps: NestFastifyApplication[];
  let aheadMs: number;

  beforeEach(async () => {
    [apps, aheadMs] = [[], 0];
    const database = await freshDatabase('self_alerts');
    belongings.add(() => database.drop());
    databaseUrl = database.url;
    receiver = await HttpReceiver.listen();
    belongings.add(() => receiver.close());
    admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    belongings.add(() => admin.end());
  });
  afterEach(() => belongings.end());

  /** One more process on the same database, as far as that can be within one. */
  const boot = async (): Promise<string> => {
    const config = loadConfig({
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseUrl,
      NOTIFY_ALLOW_HOSTS: receiver.address,
      PUBLIC_URL: 'https://tracker.example.com',
      AUTH: 'off',
      SECRET_KEY: '0'.repeat(64),
    });
    const clock = { now: () => new Date(Date.now() + aheadMs) };
    const app = await createApp({ config, databaseUrl, clock });
    belongings.add(async () => {
      if (apps.includes(app)) await app.close();
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    apps.push(app);
    return `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  };

  const channel = async (url: string, changes: object = {}): Promise<void> => {
    const answer = await fetch(`${url}${API}/notifications/channels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: `hook ${Math.random()}`,
        kind: 'webhook',
        groupWaitSeconds: 0,
        groupIntervalSeconds: 0,
        settings: { url: receiver.url('/hook'), secret: SECRET },
        // The server of the tests does not sync, which is a condition of its own.
        filter: { alertTypes: ['system_condition'] },
        ...changes,
      }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  };

  const told = (condition: SystemCondition): Told[] =>
    receiver
      .bodies<{ data: { notices: Told[] } }>()
      .flatMap(({ data }) => data.notices)
      .filter(({ alert }) => alert.ruleId === condition);
  const transitions = (condition: SystemCondition): string[] =>
    told(condition).map(({ transition }) => transition);

  /** All processes look, and deliver what is due. */
  const pass = async (ms = STEP_MS): Promise<void> => {
    aheadMs += ms;
    await Promise.all(apps.map((app) => app.get(SelfWatchScheduler).look()));
    for (const app of apps) {
      await app.get(DeliveryWorker).tick();
      await app.get(DeliveryWorker).idle();
    }
  };
  const until = (condition: SystemCondition, expected: string[]): Promise<unknown> =>
    eventually(
      async () => {
        await pass();
        return transitions(condition).length >= expected.length || undefined;
      },
      `${condition} to be ${expected.at(-1) ?? ''}`,
    );

  it('when nobody rolls up, and when somebody does again', async () => {
    const url = await boot();
    await channel(url);
    // Whoever wants to roll up finds that somebody else is at it.
    await admin.query('SELECT pg_advisory_lock($1)', [LOCKS.aggregate]);
    const stored = await fetch(`${url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(aRecord()),
    });
    expect(stored.status).toBe(200);
    await until('rollups-late', ['fired']);
    const [fired] = told('rollups-late');
    expect(fired).toMatchObject({
      transition: 'fired',
      url: 'https://tracker.example.com/agent-performance/status',
      alert: {
        type: 'system_condition',
        project: 'default',
        state: 'firing',
        severity: 'warning',
        message: expect.stringMatching(/^The tracker itself, rollups-late: Executions have waited/),
      },
    });
    const answer = await fetch(`${url}${API}/status`);
    const { data } = (await answer.json()) as Answer<SelfStatus>;
    expect(data.health.incidents).toContainEqual(
      expect.objectContaining({ condition: 'rollups-late', processes: 1, resolvedAt: null }),
    );

    await admin.query('SELECT pg_advisory_unlock($1)', [LOCKS.aggregate]);
    await apps[0]?.get(RollupService).runIfDirty();
    await until('rollups-late', ['fired', 'resolved']);
    expect(transitions('rollups-late').filter((one) => one !== 'escalated')).toEqual([
      'fired',
      'resolved',
    ]);
    expect(told('rollups-late').at(-1)?.alert).toMatchObject({
      id: fired?.alert.id,
      state: 'resolved',
      resolvedAt: expect.any(String),
    });
  });

  it('once, however many processes see it, and not again when one of them is replaced', async () => {
    const url = await boot();
    await boot();
    await channel(url);
    await until('durability-degraded', ['fired']);
    for (let turn = 0; turn < 3; turn += 1) await pass();
    expect(transitions('durability-degraded')).toEqual(['fired']);
    const processes = async (): Promise<unknown> =>
      (
        await admin.query<{ processes: number }>(
          `SELECT count(DISTINCT alert_id)::int AS processes FROM system_alerts
           WHERE condition = 'durability-degraded' AND incident_id IN
             (SELECT incident_id FROM system_incidents WHERE resolved_at IS NULL)`,
        )
      ).rows[0]?.processes;
    expect(await processes()).toBe(2);
    await apps.pop()?.close();
    await boot();
    for (let turn = 0; turn < (3 * SETTLE_MS) / STEP_MS; turn += 1) await pass();
    expect(transitions('durability-degraded')).toEqual(['fired']);
    expect(await processes()).toBe(3);
    await pass(RENOTIFY_MS.warning);
    // Whether the others were seen in time or not, it is told again once.
    await pass();
    expect(transitions('durability-degraded')).toEqual(['fired', 'renotified']);
  });

  it('only where that is wanted, and only in the project of the operators', async () => {
    const url = await boot();
    await channel(url, { filter: { alertTypes: ['slow_execution'] } });
    await channel(url, { filter: { minSeverity: 'critical' } });
    await channel(url, { filter: { agents: ['planner-*'] } });
    await fetch(`${url}${API}/projects`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ slug: 'tenant', name: 'Tenant' }),
    });
    const answer = await fetch(`${url}${API}/notifications/channels?project=tenant`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'tenant',
        kind: 'webhook',
        groupWaitSeconds: 0,
        settings: { url: receiver.url('/hook'), secret: SECRET },
      }),
    });
    expect(answer.status).toBe(201);
    await eventually(async () => {
      await pass();
      const { rows } = await admin.query('SELECT 1 FROM system_incidents');
      return rows.length > 0 || undefined;
    });
    for (let turn = 0; turn < 3; turn += 1) await pass();
    expect(receiver.received).toEqual([]);
  });

  it('of a database that was away, once it is back', async () => {
    const url = await boot();
    await channel(url);
    // As the process notes it while it cannot write: it is over before anybody could be told.
    await admin.query(
      `INSERT INTO system_alerts (alert_id, process, condition, severity, detail, fired_at,
         last_seen_at, resolved_at)
       VALUES (gen_random_uuid(), 'host/1', 'database-away', 'critical', 'No answer', now(), now(), now())`,
    );
    await until('database-away', ['fired']);
    await until('database-away', ['fired', 'resolved']);
    expect(transitions('database-away')).toEqual(['fired', 'resolved']);
  });

  it('also when the receiver is away at first: the same message, later', async () => {
    const url = await boot();
    await channel(url);
    receiver.respond = (response, nth) => void response.writeHead(nth < 3 ? 503 : 204).end();
    await until('durability-degraded', ['fired', 'fired', 'fired']);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
  });
});
