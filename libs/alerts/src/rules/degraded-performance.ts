import type { AlertRule } from '@app/contracts';

import type { Verdict, WindowStratum } from './finding.js';
import { firstLevel, levelOf } from './levels.js';
import { spokenDuration, spokenNumber } from './wording.js';

/** 95 % quantile of the standard normal distribution. */
const Z95 = 1.6448536269514722;

/**
 * 95 % quantile of Student's t by its expansion around the normal quantile (Abramowitz and
 * Stegun, Handbook of Mathematical Functions, 26.7.5); within 0.001 from 10 degrees of freedom up.
 */
export function studentT95(degreesOfFreedom: number): number {
  const first = (Z95 ** 3 + Z95) / 4;
  const second = (5 * Z95 ** 5 + 16 * Z95 ** 3 + 3 * Z95) / 96;
  return Z95 + first / degreesOfFreedom + second / degreesOfFreedom ** 2;
}

interface RatioMoments {
  count: number;
  mean: number;
  /** Sum of squared deviations from the mean. */
  m2: number;
}

/** Duration over expected duration of all successes with a benchmark, from their strata's moments. */
function ratioMoments(strata: readonly WindowStratum[]): RatioMoments {
  const ratios: RatioMoments[] = [];
  for (const { benchmark, successes, meanMs, m2Ms } of strata) {
    if (!benchmark || meanMs === null || successes === 0) continue;
    const { expectedMs } = benchmark;
    ratios.push({ count: successes, mean: meanMs / expectedMs, m2: m2Ms / expectedMs ** 2 });
  }
  const count = ratios.reduce((sum, ratio) => sum + ratio.count, 0);
  if (count === 0) return { count: 0, mean: 0, m2: 0 };
  const mean = ratios.reduce((sum, ratio) => sum + ratio.count * ratio.mean, 0) / count;
  const m2 = ratios.reduce(
    (sum, ratio) => sum + ratio.m2 + ratio.count * (ratio.mean - mean) ** 2,
    0,
  );
  return { count, mean, m2 };
}

/**
 * Successes that take longer than expected on the whole: the lower end of the one-sided 95 %
 * t interval of mean(duration ÷ expected) lies above the rule's factor (usually 1.2, critical 2).
 * One outlier widens the interval as much as it lifts the mean, so it never fires alone. Only the
 * newest minutes that together hold the rule's minimum sample are judged: a slow-down shows before
 * it has outweighed the whole window. Fewer successes decide nothing, nor does a mean above the
 * factor that is not significant.
 * @param minutes strata of each bucket of the window, newest first
 */
export function degradedPerformance(
  rule: AlertRule,
  minutes: Iterable<readonly WindowStratum[]>,
): Verdict {
  const newest: WindowStratum[] = [];
  let gathered = 0;
  for (const strata of minutes) {
    if (gathered >= rule.minSample) break;
    for (const stratum of strata) {
      newest.push(stratum);
      if (stratum.benchmark) gathered += stratum.successes;
    }
  }
  const { count, mean, m2 } = ratioMoments(newest);
  if (count < Math.max(2, rule.minSample)) return { is: 'missing' };
  const standardError = Math.sqrt(Math.max(0, m2) / (count - 1) / count);
  const atLeast = mean - studentT95(count - 1) * standardError;
  const level = levelOf(rule, (factor) => atLeast > factor);
  if (!level) return { is: mean <= firstLevel(rule) ? 'recovered' : 'between' };
  return {
    is: 'breached',
    finding: {
      type: 'degraded_performance',
      ruleId: rule.id,
      fingerprint: 'degraded_performance',
      severity: level.severity,
      taskType: null,
      complexity: null,
      thresholdValue: 100 * level.at,
      actualValue: 100 * mean,
      unit: '%',
      describe: (agentName) =>
        `${agentName} took ${spokenNumber(mean)} × the expected time on average over its newest ` +
        `${count} successes within ${spokenDuration(rule.windowMs)} (limit ${spokenNumber(level.at)} ×)`,
    },
  };
}
