import type { Verdict, WindowStratum } from './finding.js';
import { THRESHOLDS } from './thresholds.js';
import { spokenNumber } from './wording.js';

export const DEGRADED_PERFORMANCE = 'degraded_performance';

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
 * t interval of mean(duration ÷ expected) lies above 1.2 (critical: above 2). One outlier widens
 * the interval as much as it lifts the mean, so it never fires alone. Less than 20 successes
 * decide nothing, nor does a mean above 1.2 that is not significant.
 */
export function degradedPerformance(strata: readonly WindowStratum[]): Verdict {
  const { minSample, warningFactor, criticalFactor } = THRESHOLDS.degraded;
  const { count, mean, m2 } = ratioMoments(strata);
  if (count < minSample) return { is: 'unknown' };
  const standardError = Math.sqrt(m2 / (count - 1) / count);
  const atLeast = mean - studentT95(count - 1) * standardError;
  if (!(atLeast > warningFactor)) {
    return { is: mean <= warningFactor ? 'recovered' : 'unknown' };
  }
  const critical = atLeast > criticalFactor;
  const limit = critical ? criticalFactor : warningFactor;
  return {
    is: 'breached',
    finding: {
      type: DEGRADED_PERFORMANCE,
      fingerprint: DEGRADED_PERFORMANCE,
      severity: critical ? 'critical' : 'warning',
      taskType: null,
      complexity: null,
      thresholdValue: 100 * limit,
      actualValue: 100 * mean,
      unit: '%',
      describe: (agentName) =>
        `${agentName} took ${spokenNumber(mean)} × the expected time on average over ${count} ` +
        `successes within an hour (limit ${spokenNumber(limit)} ×)`,
    },
  };
}
