import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';

import type { WindowStratum } from './finding.js';
import { highFailureRate } from './high-failure-rate.js';

function aStratum(finished: number, successes: number, minSuccessRate?: number): WindowStratum {
  const benchmark = minSuccessRate === undefined ? null : ({ minSuccessRate } as Benchmark);
  return { benchmark, finished, successes, meanMs: successes > 0 ? 100 : null, m2Ms: 0 };
}

describe(highFailureRate.name, () => {
  it.each<[string, WindowStratum[], unknown[]]>([
    ['nothing from no executions', [], ['unknown']],
    ['nothing from nine, all failed', [aStratum(9, 0, 90)], ['unknown']],
    ['a breach in ten failed', [aStratum(10, 0, 90)], ['breached', 'critical', 70]],
    ['all well at exactly the minimum', [aStratum(10, 9, 90)], ['recovered']],
    ['a warning just below', [aStratum(100, 89, 90)], ['breached', 'warning', 90]],
    ['a warning at exactly 20 points below', [aStratum(10, 7, 90)], ['breached', 'warning', 90]],
    ['critical further below', [aStratum(100, 69, 90)], ['breached', 'critical', 70]],
    ['90 % asked of types without benchmark', [aStratum(10, 8)], ['breached', 'warning', 90]],
    ['nothing to ask at a minimum of 0', [aStratum(50, 0, 0)], ['recovered']],
    [
      'the minimum weighted by what ran',
      [aStratum(30, 25, 90), aStratum(10, 5, 50)],
      ['breached', 'warning', 80],
    ],
  ])('finds %s', (_, strata, expected) => {
    const verdict = highFailureRate(strata);
    const { severity, thresholdValue } =
      verdict.is === 'breached' ? verdict.finding : { severity: null, thresholdValue: null };
    expect(severity ? [verdict.is, severity, thresholdValue] : [verdict.is]).toEqual(expected);
  });

  it('says plainly what happened', () => {
    const verdict = highFailureRate([aStratum(20, 12, 90)]);
    expect(verdict.is === 'breached' && verdict.finding.describe('planner-1')).toBe(
      'planner-1 succeeded in 60 % of 20 executions within an hour (at least 90 % expected, critical below 70 %)',
    );
  });
});
