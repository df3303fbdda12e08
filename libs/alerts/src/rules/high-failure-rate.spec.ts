import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';

import { atLeastByChance } from './binomial.js';
import { builtInRule } from './built-in.js';
import type { Verdict, WindowStratum } from './finding.js';
import { highFailureRate } from './high-failure-rate.js';

const rule = builtInRule('high_failure_rate');

interface Ran {
  finished: number;
  successes: number;
  minimum?: number;
}

function judged(...ran: Ran[]): Verdict {
  const strata = ran.map(({ finished, successes, minimum }): WindowStratum => {
    const benchmark = minimum === undefined ? null : ({ minSuccessRate: minimum } as Benchmark);
    return { benchmark, total: finished, successes, meanMs: null, m2Ms: 0 };
  });
  const finished = ran.reduce((sum, one) => sum + one.finished, 0);
  const successes = ran.reduce((sum, one) => sum + one.successes, 0);
  return highFailureRate(rule, { finished, successes }, strata);
}

describe(highFailureRate.name, () => {
  it.each<[string, Ran[], unknown[]]>([
    ['nothing from no executions', [], ['missing']],
    ['nothing from nine, all failed', [{ finished: 9, successes: 0, minimum: 90 }], ['missing']],
    [
      'a breach in ten failed, exactly the minimum sample',
      [{ finished: 10, successes: 0, minimum: 90 }],
      ['breached', 'critical', 70],
    ],
    [
      'all well at exactly the minimum',
      [{ finished: 10, successes: 9, minimum: 90 }],
      ['recovered'],
    ],
    [
      'no proof in what chance brings every day',
      [{ finished: 100, successes: 85, minimum: 90 }],
      ['between'],
    ],
    [
      'a warning where there are many of them',
      [{ finished: 400, successes: 330, minimum: 90 }],
      ['breached', 'warning', 90],
    ],
    [
      'a warning at exactly 20 points below',
      [{ finished: 100, successes: 70, minimum: 90 }],
      ['breached', 'warning', 90],
    ],
    [
      'critical further below',
      [{ finished: 100, successes: 69, minimum: 90 }],
      ['breached', 'critical', 70],
    ],
    [
      '90 % asked of types without benchmark',
      [{ finished: 100, successes: 75 }],
      ['breached', 'warning', 90],
    ],
    [
      'nothing to ask at a minimum of 0',
      [{ finished: 50, successes: 0, minimum: 0 }],
      ['recovered'],
    ],
    [
      'the minimum weighted by what ran',
      [
        { finished: 300, successes: 200, minimum: 90 },
        { finished: 100, successes: 50, minimum: 50 },
      ],
      ['breached', 'warning', 80],
    ],
  ])('finds %s', (_, ran, expected) => {
    const verdict = judged(...ran);
    const { severity, thresholdValue } =
      verdict.is === 'breached' ? verdict.finding : { severity: null, thresholdValue: null };
    expect(severity ? [verdict.is, severity, thresholdValue] : [verdict.is]).toEqual(expected);
  });

  it('says plainly what happened', () => {
    const verdict = judged({ finished: 20, successes: 12, minimum: 90 });
    expect(verdict.is === 'breached' && verdict.finding.describe('planner-1')).toBe(
      'planner-1 succeeded in 60 % of 20 executions within 1 h (at least 90 % expected, critical below 70 %)',
    );
  });
});

describe(atLeastByChance.name, () => {
  // Sums of the binomial probabilities, worked out by hand or taken from printed tables.
  it.each([
    [0, 10, 0.1, 1],
    [1, 10, 0.1, 1 - 0.9 ** 10],
    [2, 2, 0.5, 0.25],
    [4, 10, 0.1, 0.0127952],
    [10, 10, 0.1, 1e-10],
    [11, 10, 0.1, 0],
    [8, 20, 0.3, 0.2277282],
  ])('%i of %i at %d', (count, n, p, expected) => {
    expect(atLeastByChance(count, n, p)).toBeCloseTo(expected, 6);
  });

  it('goes over smoothly to the approximation for many', () => {
    expect(atLeastByChance(560, 5001, 0.1) / atLeastByChance(560, 5000, 0.1)).toBeCloseTo(1, 0);
  });
});
