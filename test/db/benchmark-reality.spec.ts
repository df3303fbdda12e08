import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BenchmarksModule, BenchmarksService } from '@app/benchmarks';
import type { BenchmarkPreview, BenchmarkSuggestion, Outcome } from '@app/contracts';

import { RealityReader } from '../../libs/benchmarks/src/reality.reader.js';
import { bootRooms } from '../support/boot-rooms.js';
import type { BootedRooms } from '../support/boot-rooms.js';
import { seeded, uuidFrom } from '../support/random-history.js';

const NOW = new Date('2026-11-22T15:30:00Z');
const DAY_MS = 24 * 3_600_000;

interface Raw {
  agentKey: number;
  taskType: string;
  complexity: number;
  status: Outcome;
  startedMs: number;
  durationMs: number;
  cpuPercent: number | null;
  memoryMb: number | null;
}

const STATUSES: Outcome[] = ['success', 'success', 'success', 'failure', 'timeout', 'cancelled'];

/** Runs of two projects over 40 days; those of `write` need four times as long. */
function history(count: number): Raw[] {
  const random = seeded(20261122);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  return Array.from({ length: count }, () => {
    const taskType = pick(['read', 'write', 'sum']);
    const base = taskType === 'write' ? 12_000 : taskType === 'sum' ? 3000 : 900;
    return {
      agentKey: pick([1, 2, 3, 4]),
      taskType,
      complexity: pick([2, 3]),
      status: pick(STATUSES),
      startedMs: Math.floor(NOW.getTime() - random() * 40 * DAY_MS),
      durationMs: base * (0.4 + 1.4 * random() ** 2),
      cpuPercent: random() < 0.8 ? 100 * random() : null,
      memoryMb: random() < 0.8 ? 1200 * random() : null,
    };
  });
}

describe('benchmarks against reality', () => {
  let rooms: BootedRooms;
  const raw = history(14_000);

  beforeAll(async () => {
    rooms = await bootRooms([BenchmarksModule], { now: () => NOW });
    const { dataSource } = rooms;
    for (let day = 0; day <= 41; day++) {
      const from = new Date(Math.floor(NOW.getTime() / DAY_MS) * DAY_MS - day * DAY_MS);
      const name = from.toISOString().slice(0, 10);
      await dataSource.query(
        `CREATE TABLE agent_performance_metrics_p${name.replaceAll('-', '')}
         PARTITION OF agent_performance_metrics FOR VALUES FROM ('${from.toISOString()}')
         TO ('${new Date(from.getTime() + DAY_MS).toISOString()}')`,
      );
    }
    // 1 and 2 are cognitive of the default project, 3 is another type, 4 another project.
    await dataSource.query(
      `INSERT INTO agents (agent_key, project_id, agent_id, agent_name, agent_type, first_seen_at,
         last_seen_at)
       SELECT k, p, 'agent-' || k, 'Agent', t, $1, $1 FROM (VALUES (1, 1, 'cognitive'),
         (2, 1, 'cognitive'), (3, 1, 'tool_maker'), (4, 2, 'cognitive')) AS a(k, p, t)`,
      [NOW],
    );
    const random = seeded(7);
    await dataSource.query(
      `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id,
         task_name, task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent,
         memory_mb)
       SELECT k, s, x, 't', 't', tt, c, 1, st, s, d, cpu, mem
       FROM unnest($1::integer[], $2::timestamptz[], $3::uuid[], $4::text[], $5::smallint[],
         $6::text[], $7::float8[], $8::float8[], $9::float8[]) AS r(k, s, x, tt, c, st, d, cpu, mem)`,
      [
        raw.map((run) => run.agentKey),
        raw.map((run) => new Date(run.startedMs)),
        raw.map(() => uuidFrom(random)),
        raw.map((run) => run.taskType),
        raw.map((run) => run.complexity),
        raw.map((run) => run.status),
        raw.map((run) => run.durationMs),
        raw.map((run) => run.cpuPercent),
        raw.map((run) => run.memoryMb),
      ],
    );
    await put({ agentType: 'cognitive', taskType: 'write', complexity: 3, expectedMs: 11_000 });
  });
  afterAll(() => rooms.close());

  async function put(payload: object): Promise<void> {
    const answer = await rooms.app.inject({ method: 'PUT', url: '/benchmarks', payload });
    expect(answer.statusCode).toBe(200);
  }

  async function ask<T>(
    path: string,
  ): Promise<{ status: number; data: T; errors: { path: string }[] }> {
    const answer = await rooms.app.inject(`/benchmarks/${path}`);
    return { status: answer.statusCode, ...answer.json<{ data: T; errors: { path: string }[] }>() };
  }

  const since = (days: number) => (run: Raw) => run.startedMs >= NOW.getTime() - days * DAY_MS;

  interface Given {
    expectedMs: number;
    maxCpuPercent: number;
    maxMemoryMb: number;
    minSuccessRate: number;
  }

  /** The counts again, the plain way. */
  function counted(runs: Raw[], given: Given) {
    const timed = (run: Raw) => run.status === 'success' || run.status === 'timeout';
    const slow = (run: Raw) => timed(run) && run.durationMs > 1.5 * given.expectedMs;
    const cpu = (run: Raw) =>
      run.cpuPercent !== null && run.cpuPercent > given.maxCpuPercent && run.durationMs >= 1000;
    const memory = (run: Raw) => run.memoryMb !== null && run.memoryMb > given.maxMemoryMb;
    const judged = runs.filter((run) => run.status !== 'cancelled').length;
    const rate = (100 * runs.filter((run) => run.status === 'success').length) / judged;
    return {
      slow: runs.filter(slow).length,
      verySlow: runs.filter((run) => timed(run) && run.durationMs > 2 * given.expectedMs).length,
      overCpu: runs.filter(cpu).length,
      overMemory: runs.filter(memory).length,
      alerting: runs.filter((run) => slow(run) || cpu(run) || memory(run)).length,
      belowMinSuccessRate: rate < given.minSuccessRate,
    };
  }

  it('counts what figures would have let begin, as plain counting does', async () => {
    const given = { expectedMs: 1000, maxCpuPercent: 70, maxMemoryMb: 900, minSuccessRate: 40 };
    const query = Object.entries(given)
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const { data } = await ask<BenchmarkPreview>(
      `preview?agentType=cognitive&complexity=3&${query}`,
    );
    // `write` has figures of its own at this level.
    const mine = raw
      .filter(since(30))
      .filter((run) => run.agentKey <= 2 && run.complexity === 3 && run.taskType !== 'write');
    expect(mine.length).toBeGreaterThan(300);
    expect(data).toMatchObject({ total: mine.length, complete: true, to: NOW.toISOString() });
    expect(data.given).toEqual(counted(mine, given));
    const shipped = { expectedMs: 3000, maxCpuPercent: 60, maxMemoryMb: 768, minSuccessRate: 90 };
    expect(data.current).toEqual(counted(mine, shipped));
    expect(data.given.alerting).toBeGreaterThan(data.given.overMemory);
  });

  it('looks at one task type where it is named, and fills up what is left out', async () => {
    const { data } = await ask<BenchmarkPreview>(
      'preview?agentType=cognitive&taskType=write&complexity=3&expectedMs=5000',
    );
    const mine = raw
      .filter(since(30))
      .filter((run) => run.agentKey <= 2 && run.complexity === 3 && run.taskType === 'write');
    const limits = { maxCpuPercent: 60, maxMemoryMb: 768, minSuccessRate: 90 };
    expect(data.given).toEqual(counted(mine, { expectedMs: 5000, ...limits }));
    expect(data.current).toEqual(counted(mine, { expectedMs: 11_000, ...limits }));
  });

  it('keeps projects apart', async () => {
    const { data } = await ask<BenchmarkPreview>(
      'preview?agentType=cognitive&complexity=2&project=sample',
    );
    const mine = raw.filter(since(30)).filter((run) => run.agentKey === 4 && run.complexity === 2);
    expect(data.total).toBe(mine.length);
  });

  it('needs all figures where nothing is expected yet', async () => {
    const { status, errors } = await ask('preview?agentType=poet&complexity=2&expectedMs=5');
    expect(status).toBe(400);
    expect(errors.map(({ path }) => path)).toEqual([
      'maxCpuPercent',
      'maxMemoryMb',
      'minSuccessRate',
    ]);
  });

  it.each([
    'preview?complexity=3',
    'preview?agentType=cognitive',
    'preview?agentType=cognitive&complexity=3&expectedMs=0',
    'preview?agentType=cognitive&complexity=3&expectedMs=NaN',
    'preview?agentType=cognitive&complexity=3&minSuccessRate=101',
    'preview?agentType=cognitive&complexity=3&wat=1',
    'suggestions?agentType=%00',
    'suggestions?wat=1',
  ])('refuses %s', async (path) => {
    expect((await ask(path)).status).toBe(400);
  });

  it('stops when time is up, and says how far it came', async () => {
    const reader = rooms.app.get(RealityReader);
    const before = reader.budgetMs;
    // Enough for a statement, and over before the second day is begun.
    reader.budgetMs = 1;
    try {
      let seen: BenchmarkPreview | null = null;
      for (let attempt = 0; attempt < 20 && seen === null; attempt++) {
        const answer = await ask<BenchmarkPreview>('preview?agentType=cognitive&complexity=3');
        if (answer.status === 200) seen = answer.data;
        else expect(answer.status).toBe(503);
        reader.budgetMs *= 2;
      }
      const from = new Date(seen?.from ?? NaN);
      const mine = raw.filter(
        (run) =>
          run.agentKey <= 2 &&
          run.complexity === 3 &&
          run.taskType !== 'write' &&
          run.startedMs >= from.getTime(),
      );
      expect(seen?.total).toBe(mine.length);
      expect(seen?.complete).toBe(from.getTime() === NOW.getTime() - 30 * DAY_MS);
    } finally {
      reader.budgetMs = before;
    }
  });

  it('suggests what reality says where it has moved away, with n and interval', async () => {
    const { data } = await ask<BenchmarkSuggestion[]>('suggestions?agentType=cognitive');
    const expected: [string, number, number][] = [
      ['read', 2, 2000],
      ['read', 3, 3000],
      ['write', 2, 2000],
      ['write', 3, 11_000],
      ['sum', 2, 2000],
      ['sum', 3, 3000],
    ];
    const wanted = expected.flatMap(([taskType, complexity, expectedMs]) => {
      const times = raw
        .filter(since(7))
        .filter((run) => run.agentKey <= 2 && run.status === 'success')
        .filter((run) => run.taskType === taskType && run.complexity === complexity)
        .map((run) => run.durationMs)
        .sort((a, b) => a - b);
      const n = times.length;
      if (n < 50) return [];
      const spread = 1.96 * Math.sqrt(n * 0.75 * 0.25);
      const at = (rank: number) => times[Math.min(n, Math.max(1, rank)) - 1] as number;
      const interval = [at(Math.floor(0.75 * n - spread)), at(Math.ceil(0.75 * n + spread) + 1)];
      const [low = 0, high = 0] = interval;
      if (low <= expectedMs * 1.25 && high >= expectedMs / 1.25) return [];
      const direction = low > expectedMs ? 'slower' : 'faster';
      const p75Ms = at(Math.ceil(0.75 * n));
      const p90Ms = at(Math.ceil(0.9 * n));
      return [{ taskType, direction, n, p75Ms, p90Ms, p75IntervalMs: interval }];
    });
    expect(wanted.length).toBeGreaterThanOrEqual(2);
    expect(new Set(wanted.map(({ direction }) => direction))).toEqual(
      new Set(['slower', 'faster']),
    );
    expect(data).toHaveLength(wanted.length);
    for (const one of wanted) {
      expect(data).toContainEqual(
        expect.objectContaining({ ...one, suggestedMs: Number(one.p75Ms.toPrecision(3)) }),
      );
    }
    const factors = data.map(({ p75Ms, benchmark }) =>
      Math.abs(Math.log(p75Ms / benchmark.expectedMs)),
    );
    expect(factors).toEqual([...factors].sort((a, b) => b - a));
  });

  it('has nothing to say of a benchmark that is right', async () => {
    const [first] = (await ask<BenchmarkSuggestion[]>('suggestions?agentType=cognitive')).data;
    const { benchmark, taskType, suggestedMs } = first as BenchmarkSuggestion;
    const { agentType, complexity } = benchmark;
    await put({ agentType, taskType, complexity, expectedMs: suggestedMs });
    await rooms.app.get(BenchmarksService).refresh();
    const { data } = await ask<BenchmarkSuggestion[]>('suggestions?agentType=cognitive');
    const same = (one: BenchmarkSuggestion) =>
      one.taskType === taskType && one.benchmark.complexity === complexity;
    expect(data.some(same)).toBe(false);
  });
});
