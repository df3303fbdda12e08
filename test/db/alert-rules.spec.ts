import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert } from '@app/contracts';

import { AlertsWorld, MINUTE, START, at, times } from '../support/alerts-world.js';

describe('alerts of rules that people make', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  it('is flapping after six changes within an hour, and told when it is steady', async () => {
    const rule = await world.aRule({
      statistic: 'successRate',
      operator: 'lt',
      warning: 50,
      windowMs: MINUTE,
    });
    for (let round = 0; round < 4; round += 1) {
      await world.report({ status: 'failure', taskType: `t${round}` });
      await world.judgeWindows();
      if (round === 3) break;
      world.nowMs += 2 * MINUTE;
      await world.report({});
      await world.judgeWindows();
      world.nowMs += 2 * MINUTE;
    }
    const [newest, ...older] = await world.ofRule(rule);
    expect(older.map(({ state, flapping }) => [state, flapping])).toEqual(
      Array.from({ length: 3 }, () => ['resolved', false]),
    );
    expect(newest).toMatchObject({ state: 'firing', flapping: true });
    const mine = (): string[] => world.toldOf(rule.id);
    expect(mine()).toEqual(['fired', 'resolved', 'fired', 'resolved', 'fired', 'resolved']);
    world.nowMs += 61 * MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule, 'state=firing')).toMatchObject([{ flapping: false }]);
    expect(mine().at(-1)).toBe('fired');
  });

  it('fires once though several look at once', async () => {
    const rule = await world.aRule({ statistic: 'failureRate', operator: 'gt', warning: 50 });
    await world.report({ status: 'failure' });
    const look = (): Promise<void> => world.judgeWindows();
    await Promise.all([look(), look(), look(), look()]);
    // Whoever was locked out has given back what it was to look at.
    await Promise.all([look(), look()]);
    await look();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'firing', count: 1 }]);
    expect(world.toldOf(rule.id)).toEqual(['fired']);
  });

  it('waits for the hold in the database, and is told again at the interval', async () => {
    const rule = await world.aRule({
      statistic: 'p95Ms',
      operator: 'gt',
      warning: 1500,
      holdMs: 2 * MINUTE,
      renotifyMs: 10 * MINUTE,
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'pending', activeAt: at(START) }]);
    expect(world.toldOf()).toEqual([]);
    world.nowMs += 2 * MINUTE - 1;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'pending' }]);
    world.nowMs += 1;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([
      { state: 'firing', firedAt: at(START + 2 * MINUTE), count: 1 },
    ]);
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    await world.judgeWindows();
    expect(world.toldOf()).toEqual(['fired', 'renotified']);
    await world.act((await world.ofRule(rule))[0]?.id ?? '', 'acknowledge');
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(world.toldOf()).toEqual(['fired', 'renotified', 'acknowledged']);
  });

  it('follows a rule that is edited while it fires', async () => {
    const rule = await world.aRule({ statistic: 'meanMs', operator: 'gt', warning: 1500 });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'firing' }]);
    await world.send('PUT', `/alerts/rules/${rule.id}`, { holdMs: 5 * MINUTE });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'pending' }]);
    world.nowMs += 5 * MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'firing' }]);
    await world.send('PUT', `/alerts/rules/${rule.id}`, { warning: 1800 });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'resolved', resolvedBy: 'system' }]);
  });

  it('is resolved, not forgotten, if it fired before its rule was edited', async () => {
    const rule = await world.aRule({
      statistic: 'meanMs',
      operator: 'gt',
      warning: 1500,
      muted: true,
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    await world.send('PUT', `/alerts/rules/${rule.id}`, { holdMs: 5 * MINUTE });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'pending' }]);
    await world.report({ durationMs: 100 });
    await world.judgeWindows();
    const [alert] = await world.ofRule(rule);
    expect(alert).toMatchObject({ state: 'resolved', firedAt: at(START) });
    expect(await world.history(alert?.id ?? '')).toEqual(['fired', 'pending', 'resolved']);
  });

  it('stays as it is when data stops, and says so', async () => {
    const rule = await world.aRule({
      statistic: 'meanMs',
      operator: 'gt',
      warning: 1500,
      windowMs: 5 * MINUTE,
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([
      { state: 'firing', noDataSince: at(START + 10 * MINUTE) },
    ]);
    await world.report({ durationMs: 1000 });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'resolved' }]);
  });

  it.each(['agentType', 'all', 'taskType'] as const)('is one for many by %s', async (groupBy) => {
    const rule = await world.aRule({ statistic: 'count', operator: 'gte', warning: 5, groupBy });
    await world.report(...times(3, {}), ...times(3, { agentKey: 2 }));
    await world.judgeWindows();
    const value = { agentType: 'orchestrator', all: null, taskType: 'default' }[groupBy];
    const alerts = await world.ofRule(rule);
    expect(alerts).toMatchObject([
      { agentId: '', subject: { kind: groupBy, value }, actualValue: 6, thresholdValue: 5 },
    ]);
    const { id } = alerts[0] as Alert;
    expect(id).toMatch(/^0~/);
    expect((await world.act(id, 'acknowledge', { owner: 'maria' })).status).toBe(200);
    const causes = await world.send<unknown[]>('GET', `/alerts/${id}/executions`);
    expect(causes.body.data).toHaveLength(6);
    expect(await world.list('project=sample')).toEqual([]);
  });

  it('watches tasks of one type alone', async () => {
    const rule = await world.aRule({
      statistic: 'maxMs',
      operator: 'gt',
      warning: 1500,
      taskType: 'parse',
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toEqual([]);
    await world.report({ durationMs: 1700, taskType: 'parse' });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ taskType: 'parse', actualValue: 1700 }]);
  });

  it('tells of silence, and of hearing again', async () => {
    const rule = await world.aRule({
      type: 'no_data',
      windowMs: 30 * MINUTE,
      agentId: 'planner-2',
    });
    await world.report({ agentKey: 2 });
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toEqual([]);
    world.nowMs += 30 * MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toEqual([]);
    world.nowMs += MINUTE;
    await world.judgeWindows();
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([
      { state: 'firing', count: 1, type: 'no_data' },
    ]);
    await world.act((await world.ofRule(rule))[0]?.id ?? '', 'resolve');
    world.nowMs += MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toHaveLength(1);
    await world.report({ agentKey: 2 });
    world.nowMs += 31 * MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule, 'state=firing')).toHaveLength(1);
    await world.report({ agentKey: 2 });
    await world.judgeWindows();
    expect(await world.ofRule(rule, 'state=firing')).toEqual([]);
  });

  it('raises an alert for missing data where the rule says so', async () => {
    const rule = await world.aRule({
      statistic: 'meanMs',
      operator: 'gt',
      warning: 1500,
      windowMs: 5 * MINUTE,
      noData: 'alert',
      agentId: 'planner-1',
    });
    await world.report({});
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toEqual([]);
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    world.nowMs += MINUTE;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'firing', unit: 'ms', count: 1 }]);
    await world.report({});
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'resolved' }]);
  });

  it('finds executions that hang, until they end', async () => {
    const rule = await world.aRule({ type: 'stuck_execution', heartbeatMs: 5 * MINUTE });
    const executionId = randomUUID();
    const run = (heartbeat: number): Promise<unknown> =>
      world.dataSource.query(
        `INSERT INTO running_executions VALUES (1, $1, 't', 't', 'default', 3, 1, $2, $3)
         ON CONFLICT (agent_key, execution_id) DO UPDATE SET heartbeat_at = EXCLUDED.heartbeat_at`,
        [executionId, new Date(START), new Date(heartbeat)],
      );
    await run(START);
    // Expected are 1.2 s: three times that is 3.6 s.
    world.nowMs = START + 3600;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toEqual([]);
    world.nowMs = START + 3601;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([
      { state: 'firing', severity: 'warning', executionId },
    ]);
    world.nowMs = START + 12_001;
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ severity: 'critical' }]);
    await world.dataSource.query('DELETE FROM running_executions');
    await world.judgeWindows();
    expect(await world.ofRule(rule)).toMatchObject([{ state: 'resolved' }]);
  });

  it('links to the executions that caused it', async () => {
    const [slow] = await world.report({ durationMs: 2000 }, { durationMs: 1000 });
    const [alert] = await world.list();
    const causes = await world.send<{ executionId: string }[]>(
      'GET',
      `/alerts/${alert?.id ?? ''}/executions`,
    );
    expect(causes.body.data).toMatchObject([
      {
        executionId: slow?.executionId,
        agentId: 'planner-1',
        durationMs: 2000,
        project: 'default',
      },
    ]);
  });
});
