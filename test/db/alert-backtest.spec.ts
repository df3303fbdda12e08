import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert, BacktestResult } from '@app/contracts';

import { AlertsWorld, MINUTE, START, at } from '../support/alerts-world.js';
import { seeded } from '../support/random-history.js';

describe('the back-test of a rule', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  async function backtest(
    body: object,
  ): Promise<{ status: number; data: BacktestResult; errors?: { path: string }[] }> {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/alerts/rules/backtest',
      payload: { from: at(START), to: at(world.nowMs), ...body },
    });
    return { status: answer.statusCode, ...answer.json<{ data: BacktestResult }>() };
  }

  /** Forty minutes in which two agents have good and bad times, watched live minute by minute. */
  async function live(seed: number): Promise<void> {
    const random = seeded(seed);
    for (let minute = 0; minute < 40; minute += 1) {
      // Executions lie well within their minute: a look at its end sees all of it, then as now.
      world.nowMs = START + minute * MINUTE + 30_000;
      const bad = minute >= 10 && minute < 22;
      for (const agentKey of [1, 2]) {
        const troubled = bad && agentKey === 1;
        await world.report({
          agentKey,
          status: random() < (troubled ? 0.9 : 0.02) ? 'failure' : 'success',
          durationMs: 1000 * (0.8 + 0.4 * random()) * (troubled ? 2.2 : 1),
        });
      }
      world.nowMs = START + (minute + 1) * MINUTE;
      await world.judgeWindows();
    }
  }

  const shape = ({
    agentId,
    severity,
    firedAt,
    resolvedAt,
    count,
    actualValue,
    message,
  }: Alert) => ({
    agentId,
    severity,
    firedAt,
    resolvedAt,
    count,
    actualValue,
    message,
  });

  it.each([
    [
      'a threshold',
      { statistic: 'failureRate', operator: 'gt', warning: 30, critical: 60, windowMs: 5 * MINUTE },
    ],
    [
      'a threshold with a hold and a keep',
      {
        statistic: 'failureRate',
        operator: 'gte',
        warning: 50,
        windowMs: 5 * MINUTE,
        holdMs: 3 * MINUTE,
        keepFiringMs: 4 * MINUTE,
      },
    ],
    [
      'a quantile',
      {
        statistic: 'p95Ms',
        operator: 'gt',
        warning: 1500,
        recovery: 1300,
        windowMs: 8 * MINUTE,
        minSample: 2,
      },
    ],
  ])('finds what was found live: %s', async (_, input) => {
    const rule = { type: 'threshold', name: 'r', ...input };
    const made = await world.app.inject({ method: 'POST', url: '/alerts/rules', payload: rule });
    const { id } = made.json<{ data: { id: string } }>().data;
    await live(3);
    const found = await world.list(`ruleId=${id}`);
    expect(found.length).toBeGreaterThan(0);
    const { data } = await backtest({ rule });
    const episodes = data.episodes.filter(({ firedAt }) => firedAt !== null);
    expect(episodes.map((one) => shape(one as unknown as Alert))).toEqual(
      found.reverse().map(shape),
    );
    expect(data).toMatchObject({ stepMs: MINUTE, truncated: false });
    expect(data.notifications).toBe(world.told.filter(({ alert }) => alert.ruleId === id).length);
    const chart = data.series.find(({ agentId }) => agentId === 'planner-1');
    expect(chart?.points.some(({ value }) => (value ?? 0) > input.warning)).toBe(true);
    // Nothing was saved and nobody told.
    expect(await world.list(`ruleId=${id}`)).toHaveLength(found.length);
  });

  it.each(['high_failure_rate', 'slow_execution'])('finds what %s found live', async (ruleId) => {
    await live(5);
    const found = await world.list(`ruleId=${ruleId}`);
    expect(found.length).toBeGreaterThan(0);
    const { data } = await backtest({ ruleId });
    const times = ({ agentId, firedAt, count, severity }: Alert) => [
      agentId,
      firedAt,
      count,
      severity,
    ];
    expect(data.episodes.map((one) => times(one as unknown as Alert))).toEqual(
      found.reverse().map(times),
    );
  });

  it('shows what tuning would change', async () => {
    await live(5);
    const strict = await backtest({ ruleId: 'slow_execution' });
    const lenient = await backtest({
      ruleId: 'slow_execution',
      rule: { warning: 10, critical: null },
    });
    expect(strict.data.episodes.length).toBeGreaterThan(0);
    expect(lenient.data.episodes).toEqual([]);
    const { data } = (await world.app.inject('/alerts/rules/slow_execution')).json<{
      data: { version: number };
    }>();
    expect(data.version).toBe(1);
  });

  it.each<[object, string]>([
    [{ ruleId: 'slow_execution', to: at(START - 1) }, 'to'],
    [{ ruleId: 'slow_execution', from: at(START - 31 * 24 * 60 * MINUTE) }, 'to'],
    [{ rule: { type: 'stuck_execution', name: 'x' } }, 'rule.type'],
    [{ rule: { type: 'threshold', name: 'x' } }, 'statistic'],
    [{ ruleId: 'slow_execution', rule: { windowMs: 5 } }, 'rule.windowMs'],
    [{ ruleId: 'slow_execution', from: 'monday' }, 'from'],
  ])('refuses %j, naming %s', async (body, path) => {
    world.nowMs = START + MINUTE;
    const { status, errors } = await backtest(body);
    expect(status).toBe(400);
    expect(errors?.map((error) => error.path)).toContain(path);
  });
});
