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

const ANY = { projectId: 1, slug: 'default', name: 'Default' };
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
    const found = await benchmarks.list(ANY, { agentType: 'poet' });
    expect(found).toMatchObject([{ expectedMs: 1, version: 2 }]);
  });

  it('loses none of many changes at once', async () => {
    const fields = ['expectedMs', 'maxCpuPercent', 'maxMemoryMb', 'minSuccessRate'];
    await put(complete);
    const answers = await Promise.all(
      fields.map((field, index) => put({ agentType: 'poet', complexity: 2, [field]: 50 + index })),
    );
    expect(answers.map(({ data }) => data.version).sort()).toEqual([2, 3, 4, 5]);
    const [found] = await benchmarks.list(ANY, { agentType: 'poet' });
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
    expect(await benchmarks.list(ANY, { agentType: 'poet' })).toMatchObject([{ version: 3 }]);
  });

  it('expects by what was changed at once, and deletes', async () => {
    const { data } = await put(complete);
    expect(benchmarks.expectationFor('default', 'poet', 'anything', 2)?.expectedMs).toBe(400);
    const url = `/benchmarks/${data.id}`;
    const stale = { method: 'DELETE', url, headers: { 'if-match': '"7"' } } as const;
    expect((await app.inject(stale)).statusCode).toBe(412);
    expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(204);
    expect(benchmarks.expectationFor('default', 'poet', 'anything', 2)).toBeNull();
    const gone = await app.inject({ method: 'DELETE', url });
    expect(gone.statusCode).toBe(404);
    expect(gone.json()).toMatchObject({ code: 'unknown-benchmark' });
    const malformed = await app.inject({ method: 'DELETE', url: '/benchmarks/17' });
    expect(malformed.statusCode).toBe(400);
  });

  describe('what is learned', () => {
    // Of both projects, at the same time: agents of the same type, of which those of the second
    // take 100 times as long and a quarter of the CPU.
    beforeAll(async () => {
      await dataSource.query(
        `CREATE TABLE IF NOT EXISTS agent_performance_metrics_p20261122
         PARTITION OF agent_performance_metrics
         FOR VALUES FROM ('2026-11-22 00:00+00') TO ('2026-11-23 00:00+00')`,
      );
      await dataSource.query(
        `INSERT INTO agents (agent_key, project_id, agent_id, agent_name, agent_type, first_seen_at,
           last_seen_at)
         SELECT 899 + project_id, project_id, 'p1', 'Poet', 'poet', $1, $1 FROM projects`,
        [NOW],
      );
      // 200 successes of 1…200 ms, then slower ones and failures that must not count; 199 of level
      // 4, and 100 of each project of level 5, which are too few for either.
      await dataSource.query(
        `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id,
           task_name, task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent)
         SELECT 899 + p, t, gen_random_uuid(), 't', 't', 'ode', level, 1, status, t,
           CASE p WHEN 1 THEN ms ELSE 100 * ms END, CASE p WHEN 1 THEN 20 ELSE 5 END
         FROM generate_series(1, 2) p, (
           SELECT 3 AS level, 'success' AS status, n AS ms, n FROM generate_series(1, 200) n
           UNION ALL SELECT 3, 'success', 90000, n FROM generate_series(201, 300) n
           UNION ALL SELECT 3, 'failure', 90000, n FROM generate_series(1, 200) n
           UNION ALL SELECT 4, 'success', 10, n FROM generate_series(1, 199) n
           UNION ALL SELECT 5, 'success', 10, n FROM generate_series(1, 100) n
         ) rows, LATERAL (SELECT '2026-11-22 10:00+00'::timestamptz + n * interval '1 s' AS t) at`,
      );
    });

    const LEVELS = [3, 4, 5];

    async function seen(...projects: string[]): Promise<void> {
      const executions = projects.flatMap((project) =>
        LEVELS.map((complexity) => ({ project, agentType: 'poet', complexity, status: 'success' })),
      );
      app.get(EventBus).publish('executionsStored', executions as StoredExecution[]);
      await app.get(BenchmarkLearner).run();
    }

    async function shown(project: string): Promise<Benchmark[]> {
      const answer = await app.inject(`/benchmarks?project=${project}&agentType=poet`);
      return answer.json<{ data: Benchmark[] }>().data;
    }

    it('comes from the first 200 successes of a level that nobody described', async () => {
      await app.get(BenchmarkLearner).run();
      expect(benchmarks.expectationFor('default', 'poet', 'ode', 3)).toBeNull();
      await seen('default');
      expect(benchmarks.expectationFor('default', 'poet', 'ode', 3)).toMatchObject({
        expectedMs: 150,
        maxCpuPercent: 30,
        maxMemoryMb: 1024,
        minSuccessRate: 90,
        source: 'learned',
        taskType: 'default',
      });
      expect(benchmarks.expectationFor('default', 'poet', 'ode', 4)).toBeNull();
    });

    it('is of one project: neither judged by elsewhere, nor mixed, nor shown', async () => {
      await seen('default');
      expect(benchmarks.expectationFor('sample', 'poet', 'ode', 3)).toBeNull();
      expect(await shown('sample')).toEqual([]);
      await seen('sample');
      const learned = ['default', 'sample'].map((project) =>
        LEVELS.map((level) => benchmarks.expectationFor(project, 'poet', 'ode', level)),
      );
      expect(learned).toMatchObject([
        [{ expectedMs: 150, maxCpuPercent: 30 }, null, null],
        [{ expectedMs: 15_000, maxCpuPercent: 7.5 }, null, null],
      ]);
      for (const [index, project] of ['default', 'sample'].entries()) {
        const own = learned[index]?.[0];
        expect(await shown(project)).toEqual([own]);
        const file = await app.inject(`/benchmarks/export?project=${project}&agentType=poet`);
        expect(file.json()).toEqual({ data: [own] });
        const history = await Promise.all(
          ['default', 'sample'].map(async (from) => {
            const url = `/benchmarks/${own?.id ?? ''}/versions?project=${from}`;
            return (await app.inject(url)).statusCode;
          }),
        );
        expect(history).toEqual(project === 'default' ? [200, 404] : [404, 200]);
      }
    });

    it('holds for all once a person has changed it, in place of what others have learned', async () => {
      await seen('default', 'sample');
      const [own] = await shown('default');
      const input = { agentType: 'poet', complexity: 3, maxMemoryMb: 64 };
      const changed = await put(input, '"1"');
      expect(changed).toMatchObject({ status: 200, etag: '"2"' });
      expect(changed.data).toEqual({
        ...own,
        ...input,
        source: 'custom',
        version: 2,
        updatedAt: NOW.toISOString(),
      });
      for (const project of ['default', 'sample']) {
        expect(await shown(project)).toEqual([changed.data]);
        expect(benchmarks.expectationFor(project, 'poet', 'ode', 3)).toEqual(changed.data);
      }
      // What it was before stays with the project that had learned it.
      const url = `/benchmarks/${changed.data.id}/versions`;
      const [there, here] = await Promise.all(
        ['sample', 'default'].map(async (project) =>
          (await app.inject(`${url}?project=${project}`)).json<{ data: object[] }>(),
        ),
      );
      expect(there?.data).toMatchObject([{ version: 2, action: 'created', before: null }]);
      expect(here?.data).toMatchObject([{ version: 2 }, { version: 1, changedBy: 'learner' }]);
      // Nothing is learned of what is described.
      await seen('default', 'sample');
      expect(await shown('sample')).toEqual([changed.data]);
    });

    it('begins anew when what a person has set is deleted', async () => {
      const { data } = await put({ ...complete, complexity: 3 });
      await seen('default', 'sample');
      expect(
        (await app.inject({ method: 'DELETE', url: `/benchmarks/${data.id}` })).statusCode,
      ).toBe(204);
      await seen('sample');
      expect(await shown('default')).toEqual([]);
      expect(await shown('sample')).toMatchObject([{ expectedMs: 15_000, source: 'learned' }]);
    });

    it('waits in one project for nothing that another is full of', async () => {
      const names = Array.from({ length: 3000 }, (_, index) => `type-${index}`);
      const noise = names.map((agentType) => ({
        project: 'default',
        agentType,
        complexity: 3,
        status: 'success',
      }));
      app.get(EventBus).publish('executionsStored', noise as StoredExecution[]);
      await seen('sample');
      expect(await shown('sample')).toMatchObject([{ expectedMs: 15_000 }]);
    });
  });
});
