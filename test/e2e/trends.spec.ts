import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Answer,
  ExecutionRecord,
  IngestResult,
  Problem,
  TrendPoint,
  TrendSeries,
} from '@app/contracts';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded } from '../support/random-history.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Berlin put its clocks back at 01:00 UTC of 25 October, New York on 1 November. */
const NOW = Date.parse('2026-11-03T12:10:37.311Z');
const random = seeded(77);

describe('trends', () => {
  let server: BootedApp;
  const history: ExecutionRecord[] = [];

  const store = async (records: ExecutionRecord[]): Promise<void> => {
    const { body } = await server.send<Answer<IngestResult>>('POST', '/metrics', records);
    expect(body.data).toMatchObject({ accepted: records.length, rejected: [] });
    history.push(...records);
  };
  const rollUp = async (): Promise<void> => {
    const { body } = await server.send<Answer<{ jobId: string }>>('POST', '/aggregate', {});
    for (let state = 'running'; state !== 'succeeded';) {
      expect(state).toBe('running');
      const job = await server.get<Answer<{ state: string }>>(`/aggregate/${body.data.jobId}`);
      state = job.body.data.state;
    }
  };
  const scattered = (count: number, days: number): ExecutionRecord[] =>
    randomHistory({ count, agents: 4, fromMs: NOW - days * DAY_MS, toMs: NOW, random });

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    await store(scattered(1500, 18));
    await rollUp();
    // Some hours are rolled up, some are out of date: the answers must not show the seam.
    await store(scattered(150, 18));
  });
  afterAll(() => server.close());

  /** Every point holds what its bounds say, and the points hold everything between the ends. */
  const check = (
    points: TrendPoint[],
    fits: (one: ExecutionRecord) => boolean = () => true,
  ): void => {
    for (const [index, point] of points.entries()) {
      if (index > 0) expect(point.bucketStart).toBe(points[index - 1]?.bucketEnd);
      const own = history.filter(
        (one) =>
          Date.parse(one.startedAt ?? '') >= Date.parse(point.bucketStart) &&
          Date.parse(one.startedAt ?? '') < Date.parse(point.bucketEnd) &&
          fits(one),
      );
      expectFigures(point, plainFigures(own));
    }
  };
  const trend = async (query: string): Promise<TrendPoint[]> => {
    const { status, body } = await server.get<Answer<TrendPoint[]>>(`/trends?${query}`);
    expect([query, status]).toEqual([query, 200]);
    return body.data;
  };
  /** `2026-10-25T00:00` on the wall of the zone. */
  const local = (at: string, timeZone: string): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
      .format(Date.parse(at))
      .replace(' ', 'T');

  it.each([
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Pacific/Auckland',
  ])('count the days of %s from midnight to midnight', async (tz) => {
    const points = await trend(`tz=${tz}&period=day&lookback=16`);
    expect(points.length).toBe(16);
    for (const { bucketStart } of points) expect(local(bucketStart, tz)).toMatch(/T00:00$/);
    expect(local(points.at(-1)!.bucketStart, tz).slice(0, 10)).toBe(
      local(new Date(NOW).toISOString(), tz).slice(0, 10),
    );
    check(points);
    expect(points.some((point) => point.total > 0)).toBe(true);
  });

  it.each(['Europe/Berlin', 'Asia/Kolkata'])('count the weeks and months of %s', async (tz) => {
    const weeks = await trend(`tz=${tz}&period=week&lookback=3&agentId=agent-1`);
    for (const { bucketStart } of weeks) {
      const day = new Intl.DateTimeFormat('en-US', { timeZone: tz, weekday: 'short' });
      expect(day.format(Date.parse(bucketStart))).toBe('Mon');
      expect(local(bucketStart, tz)).toMatch(/T00:00$/);
    }
    check(weeks, (one) => one.agentId === 'agent-1');
    const months = await trend(`tz=${tz}&period=month&lookback=2`);
    for (const { bucketStart } of months) expect(local(bucketStart, tz)).toMatch(/-01T00:00$/);
    check(months);
  });

  it('have a day of 25 hours where the clock is put back', async () => {
    const days = await trend(
      'tz=Europe/Berlin&period=day&from=2026-10-24T10:00:00Z&to=2026-10-26T10:00:00Z',
    );
    const hours = days.map(
      (point) => (Date.parse(point.bucketEnd) - Date.parse(point.bucketStart)) / HOUR_MS,
    );
    expect(hours).toEqual([24, 25, 24]);
    check(days);
  });

  it.each(['Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Berlin'])(
    'begin the hours of %s on the hour of its clock',
    async (tz) => {
      const points = await trend(`tz=${tz}&period=hour&lookback=40`);
      expect(points.length).toBe(40);
      for (const { bucketStart } of points) expect(local(bucketStart, tz)).toMatch(/:00$/);
      check(points);
    },
  );

  it('of a kind of task count only that, in any zone', async () => {
    const points = await trend('tz=Asia/Kolkata&period=day&lookback=10&complexity=2&taskType=read');
    check(points, (one) => one.complexity === 2 && one.taskType === 'read');
    expect(points.some((point) => point.total > 0)).toBe(true);
  });

  it('of several agents are one series each, of a type one together', async () => {
    const { body } = await server.get<Answer<TrendSeries[]>>(
      '/trends?agentIds=agent-2,agent-0&period=day&lookback=9&tz=Europe/Berlin',
    );
    expect(body.data.map((series) => series.agentId)).toEqual(['agent-0', 'agent-2']);
    for (const { agentId, points } of body.data) check(points, (one) => one.agentId === agentId);
    const typed = await trend('agentType=cognitive&period=day&lookback=9');
    check(typed, (one) => one.agentType === 'cognitive');
  });

  it('have nulls in gaps, and zeros only for counts and sums', async () => {
    const points = await trend('period=day&from=2026-09-01T00:00:00Z&to=2026-09-03T00:00:00Z');
    expect(points.length).toBe(2);
    for (const point of points) {
      expect(point).toMatchObject({
        total: 0,
        successRate: null,
        consistency: null,
        reliability: null,
      });
      expect(point.duration).toEqual({
        meanMs: null,
        minMs: null,
        maxMs: null,
        p50Ms: null,
        p95Ms: null,
        p99Ms: null,
      });
      expect(point.cpuPercent).toEqual({ mean: null, max: null });
    }
  });

  it('choose the finest width that a chart can show', async () => {
    const widths = await Promise.all(
      ['window=1h', 'window=24h', 'window=7d', 'window=30d', 'from=2022-01-01T00:00:00Z'].map(
        async (range) => {
          const points = await trend(range);
          expect(points.length).toBeLessThanOrEqual(400);
          const [first] = points;
          return (Date.parse(first!.bucketEnd) - Date.parse(first!.bucketStart)) / 60_000;
        },
      ),
    );
    expect(widths).toEqual([1, 60, 60, 1440, 10_080]);
  });

  it('refuse kinds of task where single executions are gone, but not where there were none', async () => {
    const older = scattered(90, 28).filter(
      (one) => Date.parse(one.startedAt ?? '') < NOW - 21 * DAY_MS,
    );
    expect(older.length).toBeGreaterThan(10);
    await store(older);
    await rollUp();
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'agent_performance_metrics'::regclass AND c.relname < $1`,
      [
        `agent_performance_metrics_p${new Date(NOW - 20 * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`,
      ],
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const { name } of rows) await client.query(`DROP TABLE ${name}`);
    await client.end();
    check(
      await trend('period=day&lookback=29&agentId=agent-1'),
      (one) => one.agentId === 'agent-1',
    );
    for (const path of [
      '/trends?period=day&lookback=29&complexity=2',
      '/compare?agentIds=agent-1&from=2026-10-06T00:00:00Z',
      '/agents/agent-1/breakdown?from=2026-10-06T00:00:00Z',
    ]) {
      const { status, body } = await server.get<Problem>(path);
      expect([path, status]).toEqual([path, 400]);
      expect(body.errors?.[0]).toMatchObject({ path: 'from' });
      expect(body.detail).toMatch(/kept no longer/);
    }
    // Before its first execution nothing of an agent can be missing.
    await store([
      {
        ...history[0]!,
        executionId: undefined,
        agentId: 'young',
        agentName: 'Young',
        taskId: 'y',
      },
    ]);
    await trend('period=day&lookback=29&complexity=2&agentId=young');
  });
});
