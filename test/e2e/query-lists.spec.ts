import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Execution, ExecutionRecord, Problem, SummaryRow } from '@app/contracts';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded, uuidFrom } from '../support/random-history.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-20T15:23:37.311Z');
const random = seeded(41);

describe('lists', () => {
  let server: BootedApp;
  let nowMs = NOW;
  const history: ExecutionRecord[] = randomHistory({
    count: 1500,
    agents: 9,
    fromMs: NOW - 6 * DAY_MS,
    toMs: NOW,
    random,
  });

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(nowMs) } });
    await server.send('POST', '/metrics', history);
    // Half of it is rolled up, half is not: the answers must not show the seam.
    await server.send('POST', '/aggregate', {});
  });
  afterAll(() => server.close());

  const startedMs = (one: ExecutionRecord): number => Date.parse(one.startedAt ?? '');
  const lastDay = history.filter((one) => startedMs(one) >= NOW + 1 - DAY_MS);

  /** All pages of a list. */
  const pages = async <T>(path: string, between?: () => Promise<void>): Promise<T[]> => {
    const rows: T[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await server.get<Answer<T[]>>(`${path}${cursor}`);
      expect(status).toBe(200);
      rows.push(...body.data);
      if (!body.page?.nextCursor) return rows;
      cursor = `&cursor=${body.page.nextCursor}`;
      await between?.();
    }
  };

  describe('of agents', () => {
    it.each<[string, (row: SummaryRow) => number | string | null]>([
      ['agentId', (row) => row.agentId],
      ['agentName', (row) => row.agentName],
      ['total', (row) => row.total],
      ['successful', (row) => row.successful],
      ['cancelled', (row) => row.cancelled],
      ['successRate', (row) => row.successRate],
      ['reliability', (row) => row.reliability],
      ['meanMs', (row) => row.duration.meanMs],
      ['maxMs', (row) => row.duration.maxMs],
      ['p50Ms', (row) => row.duration.p50Ms],
      ['p95Ms', (row) => row.duration.p95Ms],
      ['p99Ms', (row) => row.duration.p99Ms],
      ['tokens', (row) => row.inputTokens + row.outputTokens],
      ['costUsd', (row) => row.costUsd],
      ['memoryMbMax', (row) => row.memoryMb.max],
      ['networkBytes', (row) => row.networkBytes],
    ])('go by %s, either way, over pages of any size', async (sort, key) => {
      for (const order of ['asc', 'desc']) {
        const whole = await pages<SummaryRow>(`/summary?sort=${sort}&order=${order}`);
        const keys = whole.map(key);
        const sorted = [...keys].sort((a, b) => (a! < b! ? -1 : a! > b! ? 1 : 0));
        expect(keys).toEqual(order === 'asc' ? sorted : sorted.reverse());
        const paged = await pages<SummaryRow>(`/summary?sort=${sort}&order=${order}&limit=2`);
        expect(paged.map((row) => row.agentId)).toEqual(whole.map((row) => row.agentId));
      }
    });

    it('stand still between pages while new executions and agents arrive', async () => {
      const before = await pages<SummaryRow>('/summary?sort=total&limit=100');
      let arrived = 0;
      const paged = await pages<SummaryRow>('/summary?sort=total&limit=2', async () => {
        nowMs += 60_000;
        const fresh = Array.from({ length: 40 }, () => ({
          agentId: `agent-${arrived % 2 === 0 ? 3 : 0}`,
          agentType: 'cognitive',
          taskId: `late-${arrived++}`,
          status: 'success',
          startedAt: new Date(nowMs - 10_000).toISOString(),
          durationMs: 5,
        }));
        const newcomer = { ...fresh[0], agentId: `newcomer-${arrived}`, taskId: 'first' };
        await server.send('POST', '/metrics', [...fresh, newcomer]);
      });
      const old = paged.filter((row) => !row.agentId.startsWith('newcomer'));
      expect(old.map((row) => [row.agentId, row.total])).toEqual(
        before.map((row) => [row.agentId, row.total]),
      );
      nowMs = NOW;
    });

    it('are found by part of the name or id, whatever the case, and by type', async () => {
      const ids = async (query: string) =>
        (await pages<SummaryRow>(`/summary?sort=agentId&order=asc&${query}`)).map(
          (row) => row.agentId,
        );
      expect(await ids('q=AGENT%203')).toEqual(['agent-3']);
      expect(await ids('q=gent-4')).toEqual(['agent-4']);
      expect(await ids('q=%25')).toEqual([]);
      expect(await ids('q=agent-&agentType=tool_maker')).toEqual(['agent-1', 'agent-4', 'agent-7']);
      expect(await ids('agentType=unheard-of')).toEqual([]);
    });

    it.each<[string, (one: ExecutionRecord) => boolean]>([
      ['tag=team:search', (one) => one.metadata?.team === 'search'],
      ['tag=team:chat:beta', (one) => one.metadata?.team === 'chat:beta'],
      ['tag=shard:2', (one) => one.metadata?.shard === 2],
      ['agentVersion=2.1.0', (one) => one.agentVersion === '2.1.0'],
      [
        'agentVersion=2.2.0&tag=shard:1',
        (one) => one.agentVersion === '2.2.0' && one.metadata?.shard === 1,
      ],
    ])('have the figures of %s only', async (filter, fits) => {
      for (const row of await pages<SummaryRow>(`/summary?${filter}&q=agent-`)) {
        const own = lastDay.filter((one) => one.agentId === row.agentId && fits(one));
        expectFigures(row, plainFigures(own));
      }
    });

    it('are compared with the window before, and without it say so', async () => {
      const [row] = await pages<SummaryRow>('/summary?agentId=agent-2');
      const before = history.filter(
        (one) =>
          one.agentId === 'agent-2' &&
          startedMs(one) >= NOW + 1 - 2 * DAY_MS &&
          startedMs(one) < NOW + 1 - DAY_MS,
      );
      const plain = plainFigures(before);
      expect(row?.previous?.total).toBe(plain.total);
      expect(row?.previous?.successRate).toBeCloseTo(plain.successRate ?? NaN, 9);
      const [early] = await pages<SummaryRow>(
        '/summary?agentId=agent-2&from=2026-11-01T00:00:00Z&to=2026-11-19T00:00:00Z',
      );
      expect(early?.previous).toBeNull();
    });

    it('without anything in the window have zeros and nulls', async () => {
      const { status, body } = await server.get<Answer<SummaryRow>>(
        '/agents/agent-1?from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z',
      );
      expect(status).toBe(200);
      expectFigures(body.data, plainFigures([]));
      expect(body.data).toMatchObject({ lastActiveAt: null, throughputPerHour: 0, previous: null });
    });
  });

  describe('of executions', () => {
    it.each<[string, (one: ExecutionRecord) => boolean]>([
      ['agentId=agent-3', (one) => one.agentId === 'agent-3'],
      ['agentIds=agent-3,agent-5', (one) => ['agent-3', 'agent-5'].includes(one.agentId)],
      ['agentType=orchestrator', (one) => one.agentType === 'orchestrator'],
      ['taskType=read', (one) => one.taskType === 'read'],
      ['complexity=4', (one) => one.complexity === 4],
      ['status=timeout', (one) => one.status === 'timeout'],
      ['errorType=E1', (one) => one.errorType === 'E1'],
      ['model=model-1', (one) => one.model === 'model-1'],
      ['traceId=trace-12', (one) => one.traceId === 'trace-12'],
      ['q=FAILED%201', (one) => one.errorMessage?.startsWith('failed 1') === true],
      ['q=task-14', (one) => one.taskId.startsWith('task-14')],
      ['q=%25', () => false],
      ['minDurationMs=1000.5', (one) => (one.durationMs ?? 0) >= 1000.5],
      [
        'minDurationMs=100&maxDurationMs=900',
        (one) => (one.durationMs ?? 0) >= 100 && (one.durationMs ?? 0) <= 900,
      ],
      [
        'status=success&complexity=2&model=model-0',
        (one) => one.status === 'success' && one.complexity === 2 && one.model === 'model-0',
      ],
    ])('are all that fit %s, newest first', async (filter, fits) => {
      const found = await pages<Execution>(`/metrics?window=7d&limit=60&${filter}`);
      const wanted = history.filter(fits);
      expect(found.map((one) => one.executionId).sort()).toEqual(
        wanted.map((one) => one.executionId).sort(),
      );
      const starts = found.map((one) => Date.parse(one.startedAt));
      expect(starts).toEqual([...starts].sort((a, b) => b - a));
    });

    it.each<[string, (one: Execution) => number]>([
      ['startedAt', (one) => Date.parse(one.startedAt)],
      ['durationMs', (one) => one.durationMs],
      ['complexity', (one) => one.complexity],
      ['cpuPercent', (one) => one.cpuPercent ?? -1],
      ['memoryMb', (one) => one.memoryMb ?? -1],
      ['costUsd', (one) => one.costUsd ?? -1],
    ])('go by %s, either way, over pages', async (sort, figure) => {
      for (const order of ['asc', 'desc']) {
        const path = `/metrics?window=7d&sort=${sort}&order=${order}`;
        const paged = await pages<Execution>(`${path}&limit=190`);
        expect(new Set(paged.map((one) => one.executionId)).size).toBe(history.length);
        const figures = paged.map(figure);
        const sorted = [...figures].sort((a, b) => (order === 'asc' ? a - b : b - a));
        expect(figures).toEqual(sorted);
        const whole = await pages<Execution>(`${path}&limit=1000`);
        expect(paged.map((one) => one.executionId)).toEqual(whole.map((one) => one.executionId));
      }
    });

    it('are found by who started them', async () => {
      const parent = history[5]!;
      const child = { ...history[6]!, executionId: uuidFrom(random), taskId: 'child' };
      const given = { ...child, parentExecutionId: parent.executionId };
      await server.send('POST', '/metrics', [given]);
      const path = `/metrics?window=7d&parentExecutionId=${parent.executionId ?? ''}`;
      expect((await pages<Execution>(path)).map((one) => one.taskId)).toEqual(['child']);
      expect((await server.get('/metrics?parentExecutionId=nobody')).status).toBe(400);
    });

    it('are found by their own id and by the task', async () => {
      const one = history[77]!;
      for (const filter of [`executionId=${one.executionId ?? ''}`, `taskId=${one.taskId}`]) {
        const [found, ...more] = await pages<Execution>(`/metrics?window=7d&${filter}`);
        expect(more).toEqual([]);
        expect(found).toMatchObject({ executionId: one.executionId, agentId: one.agentId });
      }
    });

    it('stand still between pages, also of many that started in the same instant', async () => {
      const startedAt = new Date(NOW - 30_000).toISOString();
      const same = Array.from({ length: 60 }, (_, index) => ({
        agentId: `same-${index % 2}`,
        agentType: 'twin',
        taskId: `t-${index}`,
        status: 'success',
        startedAt,
        durationMs: 10,
      }));
      await server.send('POST', '/metrics', same);
      const found = await pages<Execution>('/metrics?agentType=twin&limit=7', async () => {
        nowMs += 1000;
        const late = {
          ...same[0],
          taskId: `late-${nowMs}`,
          startedAt: new Date(nowMs).toISOString(),
        };
        await server.send('POST', '/metrics', late);
      });
      expect(found.map((one) => one.taskId).sort()).toEqual(same.map((one) => one.taskId).sort());
      nowMs = NOW;
    });
  });

  describe('refuse a cursor', () => {
    it.each(['/summary?limit=2', '/metrics?limit=2'])('of %s that was changed', async (path) => {
      const { body } = await server.get<Answer<unknown[]>>(path);
      const cursor = body.page?.nextCursor ?? '';
      expect((await server.get(`${path}&cursor=${cursor}`)).status).toBe(200);
      for (let at = 0; at < cursor.length; at += 3) {
        const other = cursor[at] === 'A' ? 'B' : 'A';
        const changed = `${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`;
        expect((await server.get(`${path}&cursor=${changed}`)).status).toBe(400);
      }
      for (const changed of [cursor.slice(0, -1), `${cursor}A`, 'zzzz', '']) {
        const refused = await server.get<Problem>(`${path}&cursor=${changed}`);
        expect(refused.status).toBe(400);
        expect(refused.body.errors?.[0]?.path).toBe('cursor');
      }
    });

    it('of another list', async () => {
      const { body } = await server.get<Answer<unknown[]>>('/summary?limit=2&sort=total');
      const cursor = body.page?.nextCursor ?? '';
      for (const path of [
        '/summary?limit=2&sort=p95Ms',
        '/summary?limit=2&sort=total&order=asc',
        '/summary?limit=2&sort=total&agentType=cognitive',
        '/metrics?limit=2',
        '/summary?limit=2&sort=total&project=sample',
      ]) {
        expect([path, (await server.get(`${path}&cursor=${cursor}`)).status]).toEqual([path, 400]);
      }
      const next = await server.get(`/summary?limit=5&sort=total&cursor=${cursor}`);
      expect(next.status).toBe(200);
    });
  });
});
