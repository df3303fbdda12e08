import { describe, expect, it } from '@jest/globals';
import { addRow, emptyPartial } from '@app/aggregation';
import type { Partial as Gathered } from '@app/aggregation';
import { ALERT_STATISTICS } from '@app/contracts';
import type { AlertOperator, AlertRule, AlertStatistic } from '@app/contracts';

import { RULE_DEFAULTS, builtInRule } from './built-in.js';
import { statisticOf, threshold } from './threshold.js';

function aRule(change: Partial<AlertRule>): AlertRule {
  const origin = builtInRule('slow_execution');
  return { ...origin, ...RULE_DEFAULTS, id: 'r', type: 'threshold', name: 'r', ...change };
}

/** Ten successes of 100…1000 ms and two failures. */
function ran(): Gathered {
  const gathered = emptyPartial();
  for (let n = 1; n <= 12; n += 1) {
    addRow(gathered, {
      taskType: 'default',
      complexity: 1,
      status: n <= 10 ? 'success' : 'failure',
      durationMs: 100 * n,
      endedAtMs: n,
      cpuPercent: n,
      memoryMb: 10 * n,
      networkBytes: 1000 * n,
      diskBytes: 100,
      inputTokens: 5,
      outputTokens: 2,
      costUsd: 0.5,
    });
  }
  return gathered;
}

describe(threshold.name, () => {
  it.each<[AlertStatistic, number]>([
    ['count', 12],
    ['successRate', (100 * 10) / 12],
    ['failureRate', (100 * 2) / 12],
    ['meanMs', 550],
    ['minMs', 100],
    ['maxMs', 1000],
    ['cpuPercentMean', 6.5],
    ['cpuPercentMax', 12],
    ['memoryMbMean', 65],
    ['memoryMbMax', 120],
    ['networkBytesMean', 6500],
    ['networkBytesMax', 12_000],
    ['networkBytes', 78_000],
    ['diskBytes', 1200],
    ['diskBytesMean', 100],
    ['diskBytesMax', 100],
    ['inputTokens', 60],
    ['outputTokens', 24],
    ['totalTokens', 84],
    ['costUsd', 6],
    ['throughputPerHour', 24],
  ])('reads %s', (statistic, expected) => {
    const rule = aRule({ statistic, windowMs: 30 * 60_000 });
    expect(statisticOf(rule, ran())).toBeCloseTo(expected, 9);
  });

  it('reads quantiles within 1 %', () => {
    for (const [statistic, exact] of [
      ['p50Ms', 500],
      ['p95Ms', 1000],
      ['p99Ms', 1000],
    ] as const) {
      const value = statisticOf(aRule({ statistic }), ran()) ?? 0;
      expect(Math.abs(value / exact - 1)).toBeLessThanOrEqual(0.01);
    }
  });

  it('knows every statistic, and none of them in nothing but sums', () => {
    for (const statistic of Object.keys(ALERT_STATISTICS) as AlertStatistic[]) {
      expect(statisticOf(aRule({ statistic }), ran())).not.toBeNull();
      const empty = statisticOf(aRule({ statistic }), emptyPartial());
      expect(empty === null || empty === 0).toBe(true);
    }
  });

  it.each<[AlertOperator, number, boolean]>([
    ['gt', 550, false],
    ['gt', 549.9, true],
    ['gte', 550, true],
    ['gte', 550.1, false],
    ['lt', 550, false],
    ['lt', 550.1, true],
    ['lte', 550, true],
    ['lte', 549.9, false],
  ])('a mean of 550 ms is %s %d: %s', (operator, warning, breached) => {
    const verdict = threshold(aRule({ statistic: 'meanMs', operator, warning }), ran(), 'f');
    expect(verdict.is === 'breached').toBe(breached);
  });

  it.each([
    [12, 'breached'],
    [13, 'missing'],
  ])('asks for a sample of %i: %s', (minSample, expected) => {
    const rule = aRule({ statistic: 'meanMs', operator: 'gt', warning: 1, minSample });
    expect(threshold(rule, ran(), 'f').is).toBe(expected);
  });

  it('is over only at the recovery level', () => {
    const rule = aRule({ statistic: 'meanMs', operator: 'gt', warning: 600, recovery: 500 });
    expect(threshold(rule, ran(), 'f').is).toBe('between');
    expect(threshold({ ...rule, recovery: 550 }, ran(), 'f').is).toBe('recovered');
    expect(threshold({ ...rule, recovery: null }, ran(), 'f').is).toBe('recovered');
  });

  it('takes the gravest level', () => {
    const rule = aRule({ statistic: 'meanMs', operator: 'gt', warning: 100, critical: 500 });
    expect(threshold(rule, ran(), 'f')).toMatchObject({
      finding: { severity: 'critical', thresholdValue: 500, actualValue: 550, unit: 'ms' },
    });
  });
});
