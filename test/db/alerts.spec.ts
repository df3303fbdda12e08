import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AlertsService } from '@app/alerts';
import type { Alert } from '@app/contracts';
import { EventBus } from '@app/platform';

import { AlertsWorld, MINUTE, START, times } from '../support/alerts-world.js';

describe('alerts', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  it('makes one alert of a thousand slow tasks', async () => {
    await world.report(...times(999, { durationMs: 2000 }));
    const [worst] = await world.report({ durationMs: 4800 });
    const alerts = await world.list();
    expect(alerts).toMatchObject([
      {
        project: 'default',
        type: 'slow_execution',
        severity: 'critical',
        state: 'firing',
        agentId: 'planner-1',
        taskType: 'default',
        complexity: 3,
        count: 1000,
        thresholdValue: 2400,
        actualValue: 4800,
        unit: 'ms',
        message: 'planner-1 took 4.8 s for level 3 (limit 2.4 s, 2 × the expected 1.2 s)',
        firedAt: '2026-11-22T12:00:00.000Z',
        executionId: worst?.executionId,
        resolvedAt: null,
      },
    ]);
    expect(alerts[0]?.id).toMatch(/^1~[0-9a-f-]{36}$/);
    expect(world.heardOf(alerts[0]?.id)).toEqual([
      ['fired', 999],
      ['escalated', 1000],
    ]);
  });

  it('keeps the worst when milder breaches follow', async () => {
    await world.report({ durationMs: 4800 });
    world.nowMs += 1000;
    await world.report({ durationMs: 2000 });
    expect(await world.list()).toMatchObject([
      {
        severity: 'critical',
        thresholdValue: 2400,
        actualValue: 4800,
        count: 2,
        lastSeenAt: '2026-11-22T12:00:01.000Z',
      },
    ]);
  });

  it('judges nothing as slow that is expected, failed or unknown', async () => {
    await world.report({ durationMs: 1800 }, { durationMs: 9000, status: 'failure' });
    world.app
      .get(EventBus)
      .publish('executionsStored', [{ ...world.aRun({ durationMs: 1e6 }), agentType: 'poet' }]);
    await world.judged();
    expect(await world.list()).toEqual([]);
  });

  it('keeps rules, strata and agents apart', async () => {
    await world.report(
      { durationMs: 2000, cpuPercent: 99 },
      { durationMs: 2000, taskType: 'parse' },
      { durationMs: 2000, agentKey: 2 },
      { durationMs: 2000, agentKey: 3 },
    );
    expect(
      (await world.list()).map(({ agentId, type, taskType }) => [agentId, type, taskType]).sort(),
    ).toEqual([
      ['planner-1', 'resource_overuse', 'default'],
      ['planner-1', 'slow_execution', 'default'],
      ['planner-1', 'slow_execution', 'parse'],
      ['planner-2', 'slow_execution', 'default'],
    ]);
    expect(await world.list('project=sample')).toHaveLength(1);
    const counts = await world.app.get(AlertsService).openCounts([1, 2, 99]);
    expect([...counts]).toEqual(
      expect.arrayContaining([
        [1, 3],
        [2, 1],
      ]),
    );
    expect(counts.has(99)).toBe(false);
  });

  it('counts every breach of writers at once', async () => {
    await Promise.all(
      Array.from({ length: 5 }, () =>
        world.report(...times(40, { durationMs: 2000 }), { durationMs: 2000, agentKey: 2 }),
      ),
    );
    expect((await world.list()).map(({ agentId, count }) => [agentId, count]).sort()).toEqual([
      ['planner-1', 200],
      ['planner-2', 5],
    ]);
  });

  it('writes within a second of the news, unasked', async () => {
    world.app.get(EventBus).publish('executionsStored', [world.aRun({ durationMs: 2000 })]);
    await new Promise((done) => setTimeout(done, 900));
    const [alert] = await world.list();
    expect(world.heardOf(alert?.id)).toContainEqual(['fired', 1]);
  });

  describe('resolved by hand', () => {
    it('is resolved once, and stays as it was resolved', async () => {
      await world.report({ durationMs: 2000 });
      const [{ id }] = (await world.list()) as [Alert];
      world.nowMs += 1000;
      const first = await world.resolve(id, { reason: 'rolled back', resolvedBy: 'maria' });
      expect(first).toMatchObject({
        status: 200,
        data: {
          state: 'resolved',
          resolvedAt: '2026-11-22T12:00:01.000Z',
          resolvedBy: 'maria',
          resolveReason: 'rolled back',
        },
      });
      world.nowMs += 1000;
      expect(await world.resolve(id, { resolvedBy: 'someone else' })).toEqual(first);
      expect(world.heardOf(id)).toEqual([
        ['fired', 1],
        ['resolved', 1],
      ]);
      expect(await world.list('state=firing')).toEqual([]);
      expect(await world.list('resolved=true')).toHaveLength(1);
    });

    it('needs no body', async () => {
      await world.report({ durationMs: 2000 });
      const [{ id }] = (await world.list()) as [Alert];
      expect((await world.resolve(id)).data).toMatchObject({
        resolvedBy: 'user',
        resolveReason: null,
      });
    });

    it('opens a new episode for a later breach, not for one of before', async () => {
      await world.report({ durationMs: 2000 });
      const [{ id }] = (await world.list()) as [Alert];
      world.nowMs += MINUTE;
      await world.resolve(id);
      await world.report({ durationMs: 2000, endedMs: START + 1000 });
      expect(await world.list('state=firing')).toEqual([]);
      world.nowMs += 1000;
      await world.report({ durationMs: 2000 });
      expect(await world.list()).toMatchObject([{ state: 'firing', count: 1 }, { id }]);
    });

    it('is of its own project only', async () => {
      await world.report({ durationMs: 2000, agentKey: 3 });
      const [{ id }] = (await world.list('project=sample')) as [Alert];
      const unknown = { status: 404, code: 'unknown-alert' };
      expect(await world.resolve(id)).toMatchObject(unknown);
      expect(await world.resolve(`1~${randomUUID()}`)).toMatchObject(unknown);
      expect((await world.app.inject(`/alerts/${id}`)).statusCode).toBe(404);
      expect((await world.app.inject(`/alerts/${id}?project=sample`)).json()).toMatchObject({
        data: { id, state: 'firing' },
      });
    });

    it.each([
      ['17', {}],
      [`1~${'x'.repeat(36)}`, {}],
      [`1~${randomUUID()}`, { reason: 'x'.repeat(1001) }],
      [`1~${randomUUID()}`, { resolvedBy: 5 }],
      [`1~${randomUUID()}`, { reason: 'a\0b' }],
    ])('refuses %s with %j', async (id, payload) => {
      expect(await world.resolve(id, payload)).toMatchObject({
        status: 400,
        code: 'invalid-request',
      });
    });
  });

  describe('the list', () => {
    it('pages newest first without loss or repetition, also among equal times', async () => {
      for (const agentKey of [1, 2]) {
        const types = ['a', 'b', 'c', 'd'];
        await world.report(...types.map((taskType) => ({ agentKey, taskType, durationMs: 2000 })));
      }
      world.nowMs += 1000;
      await world.report({ taskType: 'newest', durationMs: 9000 });
      const seen: Alert[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const body = await world.page(`limit=2${cursor && `&cursor=${cursor}`}`);
        expect(body.data.length).toBeGreaterThan(0);
        seen.push(...body.data);
        cursor = body.page.nextCursor;
      }
      expect(seen).toEqual(await world.list());
      expect(seen).toHaveLength(9);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(9);
      expect(seen[0]).toMatchObject({ taskType: 'newest' });
    });

    it('filters', async () => {
      await world.report({ durationMs: 2000 }, { durationMs: 9000, agentKey: 2, cpuPercent: 60 });
      expect(await world.list('agentId=planner-2')).toHaveLength(2);
      expect(await world.list('agentId=nobody')).toEqual([]);
      expect(await world.list('severity=critical')).toHaveLength(1);
      expect(await world.list('type=resource_overuse&state=all')).toHaveLength(1);
      expect(await world.list('resolved=false')).toHaveLength(3);
      expect(await world.list('resolved=true')).toEqual([]);
      expect(await world.list('from=2026-11-22T12:00:00Z')).toHaveLength(3);
      expect(await world.list('to=2026-11-22T12:00:00Z')).toEqual([]);
      expect(
        await world.list('from=2026-11-22T12:59:59+01:00&to=2026-11-22T12:00:00.001Z'),
      ).toHaveLength(3);
    });

    it.each([
      'limit=0',
      'limit=1001',
      'limit=x',
      'type=slow',
      'severity=bad',
      'state=closed',
      'resolved=yes',
      'state=all&resolved=true',
      'from=2026-11-22',
      'from=2026-02-30T00:00:00Z',
      'from=2026-11-22T12:00:00Z&to=2026-11-22T12:00:00Z',
      'cursor=abc',
      'agentId=%00',
      'type=slow_execution&type=slow_execution',
      'unknown=1',
    ])('refuses %s', async (query) => {
      const answer = await world.app.inject(`/alerts?${query}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'invalid-request' });
    });
  });
});
