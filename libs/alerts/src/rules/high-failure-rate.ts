import type { Verdict, WindowStratum } from './finding.js';
import { THRESHOLDS } from './thresholds.js';
import { spokenNumber } from './wording.js';

export const HIGH_FAILURE_RATE = 'high_failure_rate';

/**
 * The success rate of the window (successes among all that ended uncancelled) below the minimum
 * that the benchmarks ask for, weighted by how often each stratum ran; critical from 20 points
 * below. Less than 10 executions decide nothing.
 */
export function highFailureRate(strata: readonly WindowStratum[]): Verdict {
  const { minSample, criticalPoints, usualMinimum } = THRESHOLDS.failure;
  let finished = 0;
  let successes = 0;
  let weighted = 0;
  for (const stratum of strata) {
    finished += stratum.finished;
    successes += stratum.successes;
    weighted += stratum.finished * (stratum.benchmark?.minSuccessRate ?? usualMinimum);
  }
  if (finished < minSample) return { is: 'unknown' };
  const rate = (100 * successes) / finished;
  const minimum = weighted / finished;
  if (!(rate < minimum)) return { is: 'recovered' };
  const critical = rate < minimum - criticalPoints;
  return {
    is: 'breached',
    finding: {
      type: HIGH_FAILURE_RATE,
      fingerprint: HIGH_FAILURE_RATE,
      severity: critical ? 'critical' : 'warning',
      taskType: null,
      complexity: null,
      thresholdValue: critical ? minimum - criticalPoints : minimum,
      actualValue: rate,
      unit: '%',
      describe: (agentName) =>
        `${agentName} succeeded in ${spokenNumber(rate)} % of ${finished} executions within an hour ` +
        `(at least ${spokenNumber(minimum)} % expected${critical ? `, critical below ${spokenNumber(minimum - criticalPoints)} %` : ''})`,
    },
  };
}
