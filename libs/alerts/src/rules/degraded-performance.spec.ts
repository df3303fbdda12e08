import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';

import { builtInRule } from './built-in.js';
import type { WindowStratum } from './finding.js';
import { degradedPerformance, studentT95 } from './degraded-performance.js';

const rule = builtInRule('degraded_performance');

/** The stratum's moments as the database gives them. */
function aStratum(expectedMs: number | null, durationsMs: number[]): WindowStratum {
  const successes = durationsMs.length;
  const meanMs = successes > 0 ? durationsMs.reduce((sum, ms) => sum + ms, 0) / successes : null;
  const m2Ms = durationsMs.reduce((sum, ms) => sum + (ms - (meanMs ?? 0)) ** 2, 0);
  const benchmark = expectedMs === null ? null : ({ expectedMs } as Benchmark);
  return { benchmark, total: successes, successes, meanMs, m2Ms };
}

function repeat(count: number, ...pattern: number[]): number[] {
  return Array.from({ length: count }, (_, index) => pattern[index % pattern.length] as number);
}

describe(degradedPerformance.name, () => {
  it.each<[string, WindowStratum[], string]>([
    ['nothing from nothing', [], 'missing'],
    ['nothing from 19 slow ones', [aStratum(100, repeat(19, 300))], 'missing'],
    ['20 slow ones', [aStratum(100, repeat(20, 130, 150))], 'breached, warning'],
    ['20 very slow ones', [aStratum(100, repeat(20, 290, 310))], 'breached, critical'],
    ['no fault at exactly 1.2 ×', [aStratum(100, repeat(20, 120))], 'recovered'],
    ['no fault in fast ones', [aStratum(100, repeat(200, 90, 110))], 'recovered'],
    ['no proof in one outlier', [aStratum(100, [...repeat(19, 100), 100_000])], 'between'],
    ['no proof in a wide spread', [aStratum(100, repeat(20, 10, 300))], 'between'],
    ['nothing where nothing is expected', [aStratum(null, repeat(50, 9999))], 'missing'],
    [
      'slowness over several strata, each by its own measure',
      [aStratum(100, repeat(10, 150, 160)), aStratum(1000, repeat(10, 1500, 1600))],
      'breached, warning',
    ],
    [
      'no fault in a mix that is fast by its own measures',
      [aStratum(100, repeat(10, 100)), aStratum(5000, repeat(10, 5000))],
      'recovered',
    ],
  ])('finds %s', (_, strata, expected) => {
    const verdict = degradedPerformance(rule, [strata]);
    const severity = verdict.is === 'breached' ? `, ${verdict.finding.severity}` : '';
    expect(verdict.is + severity).toBe(expected);
  });

  it('says plainly what happened', () => {
    const verdict = degradedPerformance(rule, [[aStratum(100, repeat(40, 150, 170))]]);
    expect(verdict.is === 'breached' && verdict.finding.describe('planner-1')).toBe(
      'planner-1 took 1.6 × the expected time on average over its newest 40 successes within 1 h (limit 1.2 ×)',
    );
  });
});

describe(studentT95.name, () => {
  // Values of the printed tables.
  it.each([
    [10, 1.8125],
    [19, 1.7291],
    [30, 1.6973],
    [120, 1.6577],
  ])('is right with %i degrees of freedom', (degreesOfFreedom, expected) => {
    expect(studentT95(degreesOfFreedom)).toBeCloseTo(expected, 2);
  });
});
