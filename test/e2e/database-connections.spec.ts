import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem } from '@app/contracts';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { aRecord } from '../support/ingest-requests.js';

const NAME = 'agent-performance-tracker';
/** For what is not governed by a setting: live events, and cancelling. */
const OTHERS = 2;

describe('connections to the database', () => {
  const [writes, reads, readTimeoutMs] = [6, 5, 700];
  let server: BootedApp;
  let observer: pg.Client;

  beforeAll(async () => {
    server = await bootApp({
      env: {
        DATABASE_POOL_SIZE: String(writes),
        DATABASE_READ_POOL_SIZE: String(reads),
        READ_TIMEOUT_MS: String(readTimeoutMs),
      },
    });
    observer = new pg.Client({ connectionString: server.databaseUrl });
    await observer.connect();
    await server.send('POST', '/metrics', aRecord({ agentId: 'a-1' }));
  });
  afterAll(async () => {
    await observer.end();
    await server.close();
  });

  /** By the name that each pool gives its connections. */
  const open = async (): Promise<Map<string, number>> => {
    const { rows } = await observer.query<{ name: string; count: number }>(
      `SELECT split_part(application_name, '/', 1) AS name, count(*)::int AS count
       FROM pg_stat_activity
       WHERE datname = current_database() AND starts_with(application_name, $1) GROUP BY 1`,
      [NAME],
    );
    return new Map(rows.map(({ name, count }) => [name, count]));
  };

  /** What was open at most of each, and of all at one instant, while `work` ran. */
  const watched = async (
    work: () => Promise<unknown>,
  ): Promise<{ most: Map<string, number>; all: number }> => {
    const most = new Map<string, number>();
    let [all, isOver] = [0, false];
    const working = work().finally(() => (isOver = true));
    while (!isOver) {
      const now = await open();
      for (const [name, count] of now) most.set(name, Math.max(count, most.get(name) ?? 0));
      all = Math.max(
        all,
        [...now.values()].reduce((sum, count) => sum + count, 0),
      );
      await sleep(5);
    }
    await working;
    return { most, all };
  };

  /** Who reads the table waits for as long as `work` runs, as if that were slow. */
  const whileLocked = async <T>(table: string, work: () => Promise<T>): Promise<T> => {
    const blocker = new pg.Client({ connectionString: server.databaseUrl });
    await blocker.connect();
    await blocker.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    try {
      return await work();
    } finally {
      await blocker.query('ROLLBACK');
      await blocker.end();
    }
  };

  /** Asks, and leaves after a while. */
  const impatient = async (path: string, ms = 300): Promise<void> => {
    const request = get(`${server.url}${API}${path}`, (answer) => answer.resume());
    request.on('error', () => undefined);
    await sleep(ms);
    request.destroy();
  };

  it('are never more than the settings say, whatever is asked at once and given up', async () => {
    const many = <T>(count: number, ask: (nth: number) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: count }, (_, nth) => ask(nth)));
    const { most, all } = await watched(async () => {
      await whileLocked('agents', () => many(30, () => impatient('/summary')));
      await whileLocked('agent_performance_metrics', () =>
        many(10, () => impatient('/metrics?format=csv')),
      );
      await whileLocked('alert_rules', () => many(30, () => impatient('/alerts/rules')));
      await Promise.all([
        many(40, (nth) => server.send('POST', '/metrics', aRecord({ agentId: `b-${nth}` }))),
        many(40, () => server.get('/summary')),
        many(30, () => server.get('/alerts/rules')),
      ]);
    });
    const count = (name: string): number => most.get(`${NAME}${name}`) ?? 0;
    expect(count('') + count('-ingest')).toBeLessThanOrEqual(writes);
    expect(count('-read') + count('-export')).toBeLessThanOrEqual(reads);
    expect(count(' live') + count('-cancel')).toBeLessThanOrEqual(OTHERS);
    expect(all).toBeLessThanOrEqual(writes + reads + OTHERS);
    // The bounds were met, so the load was enough to see more.
    const seen = [count(''), count('-read'), count('-export')];
    expect(seen).toEqual([writes - 2, reads - 2, 2]);
    const known = ['', '-ingest', '-read', '-export', '-cancel', ' live'].map((end) => NAME + end);
    expect([...most.keys()].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('come back from exports whose readers leave at any moment', async () => {
    // They leave at the moment at which their first rows are found.
    for (let round = 0; round < 30; round += 1) {
      await whileLocked('agent_performance_metrics', () =>
        Promise.all([1, 2].map(() => impatient('/metrics?format=csv', 30))),
      );
    }
    const exports = await Promise.all(
      Array.from({ length: 4 }, () => fetch(`${server.url}${API}/metrics?format=csv`)),
    );
    for (const { status } of exports) expect(status).toBe(200);
    for (const answer of exports) expect(await answer.text()).toContain('b-1');
  });

  it('are taken from reads after the time that they may take', async () => {
    const begunMs = performance.now();
    const answer = await whileLocked('agents', () => server.get<Problem>('/summary'));
    expect([answer.status, answer.body.code]).toEqual([503, 'query-timeout']);
    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(readTimeoutMs - 50);
    await eventually(async () =>
      (await server.get('/summary')).status === 200 ? true : undefined,
    );
  });
});
