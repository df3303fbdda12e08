import type { Partial } from '@app/aggregation';
import type { AlertRule, AlertStatistic } from '@app/contracts';
import { meanOf } from '@app/stats';

import type { AgentWindow } from '../agent-window.js';
import { degradedPerformance } from './degraded-performance.js';
import type { Expect, Verdict, WindowStratum } from './finding.js';
import { askedRate, highFailureRate } from './high-failure-rate.js';
import { statisticOf, threshold } from './threshold.js';

/** Rules that judge what ran within a window. */
export function isWindowRule({ type }: Pick<AlertRule, 'type'>): boolean {
  return type === 'high_failure_rate' || type === 'degraded_performance' || type === 'threshold';
}

/** Statistics for which counts and moments are not enough. */
const NEEDS_ALL: ReadonlySet<AlertStatistic | null> = new Set<AlertStatistic | null>([
  'consistency',
  'reliability',
  'p50Ms',
  'p95Ms',
  'p99Ms',
]);

/** What a window rule finds in a window: the same for watching, back-testing and the tests. */
export function windowVerdict(
  rule: AlertRule,
  window: AgentWindow,
  expect: Expect,
  fingerprint: string,
): Verdict {
  switch (rule.type) {
    case 'high_failure_rate': {
      const { total, cancelled, successful: successes } = window.counts;
      const finished = total - cancelled;
      // Who never failed needs no comparison with what is asked.
      const strata = successes === finished ? [] : strataOf(window.strata(), expect);
      return highFailureRate(rule, { finished, successes }, strata);
    }
    case 'degraded_performance':
      return degradedPerformance(rule, strataOfBuckets(window, expect));
    case 'threshold':
      return threshold(rule, stateFor(rule, window), fingerprint);
    case 'slow_execution':
    case 'resource_overuse':
    case 'stuck_execution':
    case 'no_data':
      return { is: 'missing' };
  }
}

/** The figure that a chart of the rule shows, in the unit of its levels. */
export function chartedValue(rule: AlertRule, window: AgentWindow, expect: Expect): number | null {
  if (rule.type === 'threshold') return statisticOf(rule, stateFor(rule, window));
  if (rule.type === 'high_failure_rate') {
    const { total, cancelled, successful } = window.counts;
    return total > cancelled ? (100 * successful) / (total - cancelled) : null;
  }
  if (rule.type !== 'degraded_performance') return null;
  let count = 0;
  let sum = 0;
  for (const strata of strataOfBuckets(window, expect)) {
    if (count >= rule.minSample) break;
    for (const { benchmark, successes, meanMs } of strata) {
      if (!benchmark || meanMs === null) continue;
      count += successes;
      sum += (successes * meanMs) / benchmark.expectedMs;
    }
  }
  return count > 0 ? sum / count : null;
}

/** The levels of the rule in the unit of the charted figure. */
export function chartedLevels(
  rule: AlertRule,
  window: AgentWindow,
  expect: Expect,
): Pick<AlertRule, 'warning' | 'critical'> {
  const { type, warning, critical } = rule;
  if (type !== 'high_failure_rate') return { warning, critical };
  const asked = askedRate(strataOf(window.strata(), expect));
  const below = (points: number | null): number | null => (points === null ? null : asked - points);
  return { warning: below(warning), critical: below(critical) };
}

/** Whether the rule asks for more than counts and moments. */
export function needsAll(rule: AlertRule): boolean {
  return NEEDS_ALL.has(rule.statistic);
}

function stateFor(rule: AlertRule, window: AgentWindow): Partial {
  return needsAll(rule) ? window.full : window.counts;
}

function* strataOfBuckets(window: AgentWindow, expect: Expect): Iterable<WindowStratum[]> {
  for (const partial of window.newestFirst()) yield strataOf(partial.strata.values(), expect);
}

type Strata = Iterable<ReturnType<AgentWindow['strata']>[number]>;

function strataOf(strata: Strata, expect: Expect): WindowStratum[] {
  return [...strata].map(({ taskType, complexity, total, duration }) => ({
    benchmark: expect(taskType, complexity),
    total,
    successes: duration.count,
    meanMs: meanOf(duration),
    m2Ms: duration.m2,
  }));
}
