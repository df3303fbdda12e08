import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type {
  Answer,
  AggregationJob,
  CompareRow,
  ExecutionRecord,
  IngestResult,
  SummaryRow,
  TrendPoint,
  TrendSeries,
} from '@app/contracts';
import { addBuckets, floorToBucket } from '@app/stats';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { expectClose, expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded } from '../support/random-history.js';

// A wrong number is not tried once more: at the second try other things were remembered.
jest.retryTimes(0);

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-20T15:23:37.311Z');
const random = seeded(20_261_120);

describe('figures against a recomputation from the records', () => {
  let server: BootedApp;
  const history: ExecutionRecord[] = [];

  const record = async (records: ExecutionRecord[]): Promise<void> => {
    const answer = await server.send<Answer<IngestResult>>('POST', '/metrics', records);
    expect(answer.body.data).toEqual({ accepted: records.length, duplicates: 0, rejected: [] });
    history.push(...records);
  };

  const rollUp = async (body: unknown = {}): Promise<void> => {
    const started = await server.send<Answer<AggregationJob>>('POST', '/aggregate', body);
    expect(started.status).toBe(202);
    for (let state = 'running'; state !== 'succeeded';) {
      const job = await server.get<Answer<AggregationJob>>(`/aggregate/${started.body.data.jobId}`);
      state = job.body.data.state;
      expect(state).not.toBe('failed');
    }
  };

  const within = (agentId: string | null, fromMs: number, toMs: number): ExecutionRecord[] =>
    history.filter((one) => {
      const startedMs = Date.parse(one.startedAt ?? '');
      return (
        (agentId === null || one.agentId === agentId) && startedMs >= fromMs && startedMs < toMs
      );
    });

  const checkSummary = async (): Promise<void> => {
    for (const [fromMs, toMs] of [
      [NOW - 24 * HOUR_MS, NOW],
      [NOW - 9 * 24 * HOUR_MS - 12_345, NOW - 3 * HOUR_MS + 77],
      [NOW - 40_000, NOW - 10_000],
    ] as const) {
      const range = `from=${iso(fromMs)}&to=${iso(toMs)}`;
      const summary = await server.get<Answer<SummaryRow[]>>(`/summary?${range}`);
      expect(summary.body.data.length).toBe(7);
      for (const row of summary.body.data) {
        expectFigures(row, plainFigures(within(row.agentId, fromMs, toMs)));
        const before = within(row.agentId, fromMs - (toMs - fromMs), fromMs);
        expect(row.previous?.total ?? 0).toBe(before.length);
      }
      const total = await server.get<Answer<SummaryRow>>(`/summary/total?${range}`);
      expectFigures(total.body.data, plainFigures(within(null, fromMs, toMs)));
    }
  };

  const checkTrends = async (): Promise<void> => {
    for (const [period, lookback] of [
      ['minute', 90],
      ['hour', 30],
      ['day', 12],
      ['week', 4],
      ['month', 2],
    ] as const) {
      const path = `/trends?agentId=agent-3&period=${period}&lookback=${lookback}`;
      const { body } = await server.get<Answer<TrendPoint[]>>(path);
      expect(body.data.length).toBe(lookback);
      expect(body.data.at(-1)?.bucketStart).toBe(iso(floorToBucket(NOW, period)));
      for (const point of body.data) {
        const startMs = Date.parse(point.bucketStart);
        expect(Date.parse(point.bucketEnd)).toBe(addBuckets(startMs, period, 1));
        expectFigures(point, plainFigures(within('agent-3', startMs, Date.parse(point.bucketEnd))));
      }
    }
    const apart = await server.get<Answer<TrendSeries[]>>(
      '/trends?agentIds=agent-1,agent-2&period=day&lookback=5&complexity=2',
    );
    for (const series of apart.body.data) {
      for (const point of series.points) {
        const all = within(
          series.agentId,
          Date.parse(point.bucketStart),
          Date.parse(point.bucketEnd),
        );
        expectFigures(point, plainFigures(all.filter(({ complexity }) => complexity === 2)));
      }
    }
  };

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    await record(
      randomHistory({ count: 3000, agents: 7, fromMs: NOW - 10 * 24 * HOUR_MS, toMs: NOW, random }),
    );
  });
  afterAll(() => server.close());

  it('are right before anything is rolled up', async () => {
    await checkSummary();
    await checkTrends();
  });

  it('stay right when rolled up, and rolling up again changes nothing', async () => {
    await rollUp();
    await checkSummary();
    await checkTrends();
    const before = await rollupChecksum(server);
    await rollUp({ from: iso(NOW - 11 * 24 * HOUR_MS), to: iso(NOW) });
    expect(await rollupChecksum(server)).toBe(before);
  });

  it('are right for late and new rows beside what is rolled up', async () => {
    await record(
      randomHistory({ count: 400, agents: 7, fromMs: NOW - 9 * 24 * HOUR_MS, toMs: NOW, random }),
    );
    await checkSummary();
    await checkTrends();
    await rollUp();
    await checkSummary();
  });

  it('compare agents by the interval of their rates and at the same complexities', async () => {
    const { body } = await server.get<Answer<CompareRow[]>>(
      '/compare?agentIds=agent-0,agent-1,agent-2,agent-3&window=7d',
    );
    const bounds = body.data.map((row) => row.successRateInterval?.[0] ?? -1);
    expect(bounds).toEqual([...bounds].sort((a, b) => b - a));
    const [from, to] = [NOW + 1 - 168 * HOUR_MS, NOW + 1];
    for (const row of body.data) {
      const own = within(row.agentId, from, to);
      expectFigures(row, plainFigures(own));
      const everyone = within(null, from, to).filter(({ agentId }) =>
        ['agent-0', 'agent-1', 'agent-2', 'agent-3'].includes(agentId),
      );
      expectClose(row.adjustedMeanMs, standardisedMean(own, everyone), 1e-9);
    }
  });

  it('agree with the SQL view', async () => {
    const recent = randomHistory({
      count: 200,
      agents: 3,
      fromMs: Date.now() - 3 * HOUR_MS,
      toMs: Date.now() - HOUR_MS,
      random,
    }).map((one) => ({ ...one, agentId: `viewed-${one.agentId}` }));
    const live = await bootApp();
    try {
      await live.send('POST', '/metrics', recent);
      const reader = new pg.Client({ connectionString: live.databaseUrl });
      await reader.connect();
      const { rows } = await reader.query<Record<string, number | string>>(
        'SELECT * FROM agent_performance_summary ORDER BY agent_id',
      );
      await reader.end();
      expect(rows.length).toBe(3);
      for (const row of rows) {
        const plain = plainFigures(recent.filter(({ agentId }) => agentId === row.agent_id));
        expect(Number(row.tasks_last_24h)).toBe(plain.total);
        expect(Number(row.failed)).toBe(plain.failed);
        expectClose(Number(row.success_rate), plain.successRate, 1e-9);
        expectClose(Number(row.consistency), plain.consistency, 1e-9);
        expectClose(Number(row.reliability_score), plain.reliability, 1e-9);
        expectClose(Number(row.avg_execution_time_24h), plain.meanMs, 1e-9);
      }
    } finally {
      await live.close();
    }
  });
});

const iso = (ms: number): string => new Date(ms).toISOString();

/** Direct standardisation: own means per level, weighted by everybody's successes. */
function standardisedMean(own: ExecutionRecord[], all: ExecutionRecord[]): number | null {
  const ok = (records: ExecutionRecord[], level: number): number[] =>
    records
      .filter((one) => one.status === 'success' && one.complexity === level)
      .map((one) => one.durationMs ?? 0);
  let weighted = 0;
  let weights = 0;
  for (const level of [1, 2, 3, 4, 5]) {
    const durations = ok(own, level);
    if (durations.length === 0) return null;
    const weight = ok(all, level).length;
    weighted += (weight * durations.reduce((a, b) => a + b, 0)) / durations.length;
    weights += weight;
  }
  return weighted / weights;
}

async function rollupChecksum(server: BootedApp): Promise<string> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ checksum: string }>(
    `SELECT md5(string_agg(a::text, '|' ORDER BY agent_key, period, bucket_start)) AS checksum
     FROM (SELECT agent_key, period, bucket_start, total, successful, failed, cancelled,
             duration_count, round(duration_sum::numeric, 3), duration_min, duration_max, sketch
           FROM agent_performance_aggregated) AS a`,
  );
  await client.end();
  return rows[0]?.checksum ?? '';
}
