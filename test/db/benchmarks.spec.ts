import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BenchmarksModule, BenchmarksService } from '@app/benchmarks';
import type { Benchmark } from '@app/contracts';
import { EventBus } from '@app/platform';
import type { StoredExecution } from '@app/platform';
import type { DataSource } from 'typeorm';

import { BenchmarkLearner } from '../../libs/benchmarks/src/benchmark.learner.js';
import { bootRooms } from '../support/boot-rooms.js';
import type { BootedRooms } from '../support/boot-rooms.js';

const NOW = new Date('2026-11-22T12:00:00Z');

describe('benchmarks', () => {
  let rooms: BootedRooms;
  let dataSource: DataSource;
  let app: NestFastifyApplication;
  let benchmarks: BenchmarksService;

  beforeAll(async () => {
    rooms = await bootRooms([BenchmarksModule], { now: () => NOW });
    ({ app, dataSource } = rooms);
    benchmarks = app.get(BenchmarksService);
  });

  afterAll(() => rooms.close());

  beforeEach(async () => {
    await dataSource.query(`DELETE FROM agent_performance_benchmarks WHERE agent_type = 'poet'`);
    await benchmarks.refresh();
  });

  async function put(payload: Record<string, unknown>, ifMatch?: string) {
    const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
    const answer = await app.inject({ method: 'PUT', url: '/benchmarks', payload, headers });
    const body = answer.json<{ data: Benchmark; code: string; errors: { path: string }[] }>();
    return { status: answer.statusCode, etag: answer.headers.etag, ...body };
  }

  const complete = {
    agentType: 'poet',
    complexity: 2,
    expectedMs: 400,
    maxCpuPercent: 30,
    maxMemoryMb: 200,
    minSuccessRate: 75,
  };

  it('lists the shipped ones sorted, and filters', async () => {
    const all = await app.inject('/benchmarks?project=sample');
    const { data } = all.json<{ data: Benchmark[] }>();
    expect(data).toHaveLength(15);
    expect(data.map(({ agentType, complexity }) => `${agentType}${complexity}`)).toEqual(
      data.map(({ agentType, complexity }) => `${agentType}${complexity}`).sort(),
    );
    const some = await app.inject('/benchmarks?agentType=cognitive&complexity=4');
    expect(some.json()).toMatchObject({
      data: [{ agentType: 'cognitive', taskType: 'default', complexity: 4, expectedMs: 4000 }],
      page: { nextCursor: null },
    });
  });

  it.each(['complexity=6', 'complexity=x', 'agentType=%00', 'agentType=a&agentType=b', 'wat=1'])(
    'refuses the filter %s',
    async (query) => {
      expect((await app.inject(`/benchmarks?${query}`)).statusCode).toBe(400);
    },
  );

  it('creates, then changes only what is given', async () => {
    const created = await put(complete);
    expect(created).toMatchObject({ status: 200, etag: '"1"' });
    expect(created.data).toMatchObject({ ...complete, taskType: 'default', source: 'custom' });

    const changed = await put({ agentType: 'poet', complexity: 2, maxMemoryMb: 300 });
    expect(changed).toMatchObject({ status: 200, etag: '"2"' });
    expect(changed.data).toEqual({ ...created.data, maxMemoryMb: 300, version: 2 });

    const again = await put({ agentType: 'poet', complexity: 2, expectedMs: 500 });
    expect(again.data).toEqual({ ...changed.data, expectedMs: 500, version: 3 });
  });

  it('takes the limits of a new one from its neighbour, else the usual ones', async () => {
    const usual = await put({ agentType: 'poet', complexity: 2, expectedMs: 10 });
    expect(usual.data).toMatchObject({ maxCpuPercent: 80, maxMemoryMb: 1024, minSuccessRate: 90 });
    await put(complete);
    const near = await put({ agentType: 'poet', taskType: 'ode', complexity: 2, expectedMs: 10 });
    expect(near.data).toMatchObject({ maxCpuPercent: 30, maxMemoryMb: 200, minSuccessRate: 75 });
  });

  it('refuses a new one without an expected duration', async () => {
    const answer = await put({ agentType: 'poet', complexity: 1, maxMemoryMb: 1 });
    expect(answer).toMatchObject({
      status: 400,
      code: 'incomplete-benchmark',
      errors: [{ path: 'expectedMs' }],
    });
  });

  it.each([
    { expectedMs: 0 },
    { expectedMs: -1 },
    { expectedMs: 'NaN' },
    { maxCpuPercent: 0 },
    { maxMemoryMb: -5 },
    { minSuccessRate: 101 },
    { complexity: 6 },
    { complexity: 1.5 },
    { agentType: ' ' },
    { agentType: 'a\0b' },
    { agentType: 'half \ud83d' },
    { taskType: '\udca9 half' },
    { taskType: 'x'.repeat(201) },
    { version: 3 },
  ])('refuses %j', async (change) => {
    const answer = await put({ ...complete, ...change });
    expect(answer).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(answer.errors[0]?.path).toBe(Object.keys(change)[0]);
  });

  it('honours If-Match', async () => {
    expect(await put(complete, '*')).toMatchObject({ status: 412, code: 'precondition-failed' });
    await put(complete);
    expect(await put({ ...complete, expectedMs: 1 }, '"1"')).toMatchObject({ status: 200 });
    expect(await put({ ...complete, expectedMs: 2 }, '"1"')).toMatchObject({ status: 412 });
    expect(await put({ ...complete, expectedMs: 3 }, 'W/"2"')).toMatchObject({ status: 412 });
    expect(await put({ ...complete, expectedMs: 4 }, '2')).toMatchObject({ status: 400 });
    const found = await benchmarks.list({ agentType: 'poet' });
    expect(found).toMatchObject([{ expectedMs: 1, version: 2 }]);
  });

  it('loses none of many changes at once', async () => {
    const fields = ['expectedMs', 'maxCpuPercent', 'maxMemoryMb', 'minSuccessRate'];
    await put(complete);
    const answers = await Promise.all(
      fields.map((field, index) => put({ agentType: 'poet', complexity: 2, [field]: 50 + index })),
    );
    expect(answers.map(({ data }) => data.version).sort()).toEqual([2, 3, 4, 5]);
    const [found] = await benchmarks.list({ agentType: 'poet' });
    expect(found).toMatchObject({
      expectedMs: 50,
      maxCpuPercent: 51,
      maxMemoryMb: 52,
      minSuccessRate: 53,
      version: 5,
    });
  });

  it('takes texts with whole pairs', async () => {
    const answer = await put({ ...complete, taskType: 'ode 🖋' });
    expect(answer).toMatchObject({ status: 200, data: { taskType: 'ode 🖋' } });
  });

  it('creates one when two create at once', async () => {
    const answers = await Promise.all([put(complete), put(complete), put(complete)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await benchmarks.list({ agentType: 'poet' })).toMatchObject([{ version: 3 }]);
  });

  it('expects by what was changed at once, and deletes', async () => {
    const { data } = await put(complete);
    expect(benchmarks.expectationFor('poet', 'anything', 2)?.expectedMs).toBe(400);
    const url = `/benchmarks/${data.id}`;
    const stale = { method: 'DELETE', url, headers: { 'if-match': '"7"' } } as const;
    expect((await app.inject(stale)).statusCode).toBe(412);
    expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(204);
    expect(benchmarks.expectationFor('poet', 'anything', 2)).toBeNull();
    const gone = await app.inject({ method: 'DELETE', url });
    expect(gone.statusCode).toBe(404);
    expect(gone.json()).toMatchObject({ code: 'unknown-benchmark' });
    const malformed = await app.inject({ method: 'DELETE', url: '/benchmarks/17' });
    expect(malformed.statusCode).toBe(400);
  });

  it('learns what nobody described from the first 200 successes of a level', async () => {
    await dataSource.query(
      `CREATE TABLE IF NOT EXISTS agent_performance_metrics_p20261122
       PARTITION OF agent_performance_metrics
       FOR VALUES FROM ('2026-11-22 00:00+00') TO ('2026-11-23 00:00+00')`,
    );
    await dataSource.query(
      `INSERT INTO agents (agent_key, project_id, agent_id, agent_name, agent_type, first_seen_at,
         last_seen_at) VALUES (900, 1, 'p1', 'Poet', 'poet', $1, $1)`,
      [NOW],
    );
    // 200 successes of 1…200 ms, then slower ones and failures that must not count; 199 of level 4.
    await dataSource.query(
      `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id,
         task_name, task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent)
       SELECT 900, t, gen_random_uuid(), 't', 't', 'ode', level, 1, status, t, ms, 20
       FROM (
         SELECT 3 AS level, 'success' AS status, n AS ms, n FROM generate_series(1, 200) n
         UNION ALL SELECT 3, 'success', 90000, n FROM generate_series(201, 300) n
         UNION ALL SELECT 3, 'failure', 90000, n FROM generate_series(1, 200) n
         UNION ALL SELECT 4, 'success', 10, n FROM generate_series(1, 199) n
       ) rows, LATERAL (SELECT '2026-11-22 10:00+00'::timestamptz + n * interval '1 s' AS t) at`,
    );
    const bus = app.get(EventBus);
    const learner = app.get(BenchmarkLearner);
    await learner.run();
    expect(benchmarks.expectationFor('poet', 'ode', 3)).toBeNull();

    const seen = [3, 4].map((complexity) => ({ agentType: 'poet', complexity, status: 'success' }));
    bus.publish('executionsStored', seen as StoredExecution[]);
    await learner.run();
    expect(benchmarks.expectationFor('poet', 'ode', 3)).toMatchObject({
      expectedMs: 150,
      maxCpuPercent: 30,
      maxMemoryMb: 1024,
      minSuccessRate: 90,
      source: 'learned',
      taskType: 'default',
    });
    expect(benchmarks.expectationFor('poet', 'ode', 4)).toBeNull();
  });
});
