import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Status, StoreSize } from '@app/contracts';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';

const DAY_MS = 86_400_000;

describe('the size of the store', () => {
  let server: BootedApp;
  let database: pg.Client;
  let aheadMs = 0;

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(Date.now() + aheadMs) } });
    database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
    const records = Array.from({ length: 900 }, (_, n) => ({
      agentId: `agent-${n % 5}`,
      agentType: 'cognitive',
      taskId: `task-${n}`,
      status: 'success',
      startedAt: new Date(noon - (n % 3) * DAY_MS - n * 1000).toISOString(),
      durationMs: 100 + n,
    }));
    await server.send('POST', '/metrics', records);
  });
  afterAll(async () => {
    await database?.end();
    await server?.close();
  });

  const store = async (): Promise<StoreSize> => {
    // Measured at most once a minute.
    aheadMs += 61_000;
    const { body } = await server.get<Answer<Status>>('/status');
    return body.data.store!;
  };
  const bytesOf = async (sql: string): Promise<number> => {
    const { rows } = await database.query<{ bytes: string | null }>(`SELECT (${sql}) AS bytes`);
    return Number(rows[0]?.bytes);
  };
  const RAW = `SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('agent_performance_metrics')`;

  /** Sizes move while the server works: those of a moment in which they did not. */
  const still = (sql: string, told: (size: StoreSize) => number | undefined) =>
    eventually(async () => {
      const before = await bytesOf(sql);
      const now = told(await store());
      return now !== undefined && before === now && (await bytesOf(sql)) === now ? now : undefined;
    });

  it('is told by table as the database tells it', async () => {
    const raw = await still(
      RAW,
      ({ tables }) => tables.find(({ table }) => table === 'agent_performance_metrics')?.bytes,
    );
    expect(raw).toBeGreaterThan(100_000);
    for (const table of ['agent_performance_aggregated', 'agents', 'audit_log']) {
      const sql = `SELECT pg_total_relation_size('${table}')`;
      const told = await still(
        sql,
        ({ tables }) => tables.find((one) => one.table === table)?.bytes,
      );
      expect([table, told]).toEqual([table, await bytesOf(sql)]);
    }
  });

  it('leaves no table out, and counts none twice', async () => {
    const { tables, totalBytes } = await store();
    const { rows } = await database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND i.inhrelid IS NULL`,
    );
    const told = tables.map(({ table }) => table);
    expect([...told].sort()).toEqual(rows.map(({ name }) => name).sort());
    expect(tables.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(totalBytes);
    expect(Object.fromEntries(tables.map(({ table, kind }) => [table, kind]))).toMatchObject({
      agent_performance_metrics: 'executions',
      agent_performance_aggregated: 'rollups',
      agent_performance_window: 'rollups',
      agent_performance_alerts: 'alerts',
    });
  });

  it('says by how much executions grow in a day that is over', async () => {
    const { rawDays, rawBytesPerDay } = await store();
    const today = new Date(Date.now() + aheadMs).toISOString().slice(0, 10);
    const days = rawDays.map(({ day }) => day);
    expect(days).toEqual([...days].sort());
    expect(days.every((day) => day <= today)).toBe(true);
    const over = rawDays.filter(({ day }) => day < today).slice(-7);
    expect(over.length).toBeGreaterThanOrEqual(3);
    for (const { day, bytes } of over) {
      const table = `agent_performance_metrics_p${day.replaceAll('-', '')}`;
      expect([day, bytes]).toEqual([
        day,
        await bytesOf(`SELECT pg_total_relation_size('${table}')`),
      ]);
    }
    const mean = over.reduce((sum, { bytes }) => sum + bytes, 0) / over.length;
    expect(rawBytesPerDay).toBe(Math.round(mean));
  });

  it('is not measured again for each of those who look', async () => {
    const { measuredAt } = await store();
    const { body } = await server.get<Answer<Status>>('/status');
    expect(body.data.store?.measuredAt).toBe(measuredAt);
  });

  it('tells what is kept how long in projects without settings of their own', async () => {
    const { body } = await server.get<Answer<Status>>('/status');
    const settings = await server.get<Answer<object>>('/settings/retention');
    expect(settings.body.data).toMatchObject(body.data.retention.defaults!);
  });
});
