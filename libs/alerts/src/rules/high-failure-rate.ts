import type { AlertRule } from '@app/contracts';

import { atLeastByChance } from './binomial.js';
import type { Verdict, WindowStratum } from './finding.js';
import { levelOf } from './levels.js';
import { spokenDuration, spokenNumber } from './wording.js';

/** Percent; for strata without a benchmark: who never succeeds is never learned from either. */
const USUAL_MINIMUM = 90;

/**
 * How unlikely the failures must be for an agent that just meets the minimum. A window is judged
 * some hundred times a day: at 5 % each, agents that are all right would fire every day.
 */
const CHANCE = 0.001;

/** What ended within the window. */
export interface FailureCounts {
  /** Executions that ended in any way but cancelled. */
  finished: number;
  successes: number;
}

/**
 * The success rate of the window (successes among all that ended uncancelled) below the minimum
 * that the benchmarks ask for (weighted by how often each stratum ran, less the rule's points), by
 * more than chance: an exact one-sided binomial test. A rate below the minimum that is not
 * significant decides nothing.
 */
export function highFailureRate(
  rule: AlertRule,
  { finished, successes }: FailureCounts,
  strata: readonly WindowStratum[],
): Verdict {
  if (finished < rule.minSample || finished === 0) return { is: 'missing' };
  const minimum = askedRate(strata);
  const rate = (100 * successes) / finished;
  const level = levelOf(rule, (points) => rate < minimum - points);
  if (!level) return { is: 'recovered' };
  const first = minimum - (rule.warning ?? level.at);
  if (atLeastByChance(finished - successes, finished, 1 - first / 100) > CHANCE) {
    return { is: 'between' };
  }
  const limit = minimum - level.at;
  const within = spokenDuration(rule.windowMs);
  return {
    is: 'breached',
    finding: {
      type: 'high_failure_rate',
      ruleId: rule.id,
      fingerprint: 'high_failure_rate',
      severity: level.severity,
      taskType: null,
      complexity: null,
      thresholdValue: limit,
      actualValue: rate,
      unit: '%',
      describe: (agentName) =>
        `${agentName} succeeded in ${spokenNumber(rate)} % of ${finished} executions within ${within} ` +
        `(at least ${spokenNumber(minimum)} % expected${level.at > 0 ? `, ${level.severity} below ${spokenNumber(limit)} %` : ''})`,
    },
  };
}

/** Percent that the benchmarks ask for, weighted by how often each stratum ran. */
export function askedRate(strata: readonly WindowStratum[]): number {
  let total = 0;
  let weighted = 0;
  for (const stratum of strata) {
    total += stratum.total;
    weighted += stratum.total * (stratum.benchmark?.minSuccessRate ?? USUAL_MINIMUM);
  }
  return total === 0 ? USUAL_MINIMUM : weighted / total;
}
