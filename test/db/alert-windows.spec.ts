import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert } from '@app/contracts';
import { LOCKS } from '@app/platform';

import { AlertsWorld, MINUTE, times } from '../support/alerts-world.js';

describe('alerts over time', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  describe('resolving by itself', () => {
    it('takes a quiet time and a later success within the limit', async () => {
      await world.report({ durationMs: 2000 });
      world.nowMs += 11 * MINUTE;
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ state: 'firing' }]);
      await world.report(
        { durationMs: 1700, status: 'failure' },
        { durationMs: 900, taskType: 'parse' },
      );
      await world.judgeWindows();
      const [alert] = await world.list();
      expect(alert).toMatchObject({ state: 'firing' });
      await world.report({ durationMs: 1700 });
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([
        { state: 'resolved', resolvedBy: 'system', resolvedAt: '2026-11-22T12:11:00.000Z' },
      ]);
      expect(world.heardOf(alert?.id).at(-1)).toEqual(['resolved', 1]);
    });

    it('remembers a success during the quiet time though nothing follows', async () => {
      await world.report({ durationMs: 2000 });
      world.nowMs += MINUTE;
      await world.report({ durationMs: 900 });
      await world.judgeWindows();
      world.nowMs += 8 * MINUTE;
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ state: 'firing' }]);
      world.nowMs += MINUTE;
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ state: 'resolved' }]);
    });

    it('waits anew after another breach', async () => {
      await world.report({ durationMs: 2000 });
      world.nowMs += 9 * MINUTE;
      await world.report({ durationMs: 2000 });
      world.nowMs += 2 * MINUTE;
      await world.report({ durationMs: 900 });
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ state: 'firing', count: 2 }]);
    });

    it('asks for a measured success where a resource was overused', async () => {
      await world.report({ cpuPercent: 80 });
      world.nowMs += 11 * MINUTE;
      await world.report({});
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ state: 'firing' }]);
      await world.report({ cpuPercent: 30 });
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ state: 'resolved', unit: '%' }]);
    });
  });

  describe('over a window', () => {
    it('fires for a high failure rate, and ends when the rate is back', async () => {
      await world.report(...times(9, { status: 'failure' }), ...times(5, { status: 'cancelled' }));
      await world.judgeWindows();
      expect(await world.list()).toEqual([]);
      await world.report({ status: 'timeout' });
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([
        {
          type: 'high_failure_rate',
          severity: 'critical',
          taskType: null,
          complexity: null,
          thresholdValue: 75,
          actualValue: 0,
          unit: '%',
          count: 1,
        },
      ]);
      // Nothing new happened: nothing more is counted.
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([{ count: 1 }]);
      await world.report(...times(190, {}));
      await world.judgeWindows();
      expect(await world.list()).toMatchObject([
        { state: 'resolved', resolvedBy: 'system', actualValue: 0 },
      ]);
    });

    it('forgets what was before a resolution', async () => {
      await world.report(...times(20, { status: 'failure' }));
      await world.judgeWindows();
      const [{ id }] = (await world.list()) as [Alert];
      world.nowMs += MINUTE;
      await world.resolve(id);
      world.nowMs += MINUTE;
      await world.report({ status: 'failure' });
      await world.judgeWindows();
      expect(await world.list('state=firing')).toEqual([]);
      await world.report(...times(9, { status: 'failure' }));
      await world.judgeWindows();
      expect(await world.list('state=firing')).toHaveLength(1);
    });

    it('fires for lasting slowness, not for one outlier', async () => {
      await world.report(...times(30, { durationMs: 1000 }), { durationMs: 60_000, agentKey: 1 });
      await world.report(
        ...times(15, { durationMs: 1600, agentKey: 2 }),
        ...times(15, { durationMs: 1700, agentKey: 2 }),
      );
      await world.judgeWindows();
      const degraded = await world.list('type=degraded_performance');
      expect(degraded).toMatchObject([{ agentId: 'planner-2', severity: 'warning', unit: '%' }]);
      expect(degraded[0]?.actualValue).toBeCloseTo((100 * 1650) / 1200, 6);
      await world.report(...times(90, { durationMs: 1000, agentKey: 2 }));
      await world.judgeWindows();
      expect(await world.list('type=degraded_performance')).toMatchObject([{ state: 'resolved' }]);
    });

    it('sees no further than an hour', async () => {
      await world.report(...times(20, { status: 'failure' }));
      world.nowMs += 61 * MINUTE;
      await world.report({ status: 'failure' });
      await world.judgeWindows();
      expect(await world.list()).toEqual([]);
    });

    it('leaves it to another process that is at it, and catches up after', async () => {
      await world.report(...times(20, { status: 'failure' }));
      const other = world.dataSource.createQueryRunner();
      await other.query('SELECT pg_advisory_lock($1)', [LOCKS.alerts]);
      try {
        await world.judgeWindows();
        expect(await world.list()).toEqual([]);
      } finally {
        await other.query('SELECT pg_advisory_unlock($1)', [LOCKS.alerts]);
        await other.release();
      }
      await world.judgeWindows();
      expect(await world.list()).toHaveLength(1);
    });
  });
});
