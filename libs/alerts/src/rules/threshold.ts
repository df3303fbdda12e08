import { finalise } from '@app/aggregation';
import type { Partial as Gathered } from '@app/aggregation';
import { ALERT_STATISTICS } from '@app/contracts';
import type { AlertOperator, AlertRule, AlertStatistic, Statistics } from '@app/contracts';
import { meanOf } from '@app/stats';

import type { Verdict } from './finding.js';
import { firstLevel, levelOf } from './levels.js';
import { spokenDuration, spokenNumber } from './wording.js';

const HOUR_MS = 3_600_000;

const COMPARE: Record<AlertOperator, (value: number, limit: number) => boolean> = {
  gt: (value, limit) => value > limit,
  gte: (value, limit) => value >= limit,
  lt: (value, limit) => value < limit,
  lte: (value, limit) => value <= limit,
};

const SPOKEN: Record<AlertOperator, string> = {
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
};

type Read = (gathered: Gathered, figures: () => Statistics, windowMs: number) => number | null;

const READ: Record<AlertStatistic, Read> = {
  count: (gathered) => gathered.total,
  successRate: (_, figures) => figures().successRate,
  failureRate: (_, figures) => {
    const { successRate } = figures();
    return successRate === null ? null : 100 - successRate;
  },
  consistency: (_, figures) => figures().consistency,
  reliability: (_, figures) => figures().reliability,
  meanMs: (_, figures) => figures().duration.meanMs,
  minMs: (_, figures) => figures().duration.minMs,
  maxMs: (_, figures) => figures().duration.maxMs,
  p50Ms: (_, figures) => figures().duration.p50Ms,
  p95Ms: (_, figures) => figures().duration.p95Ms,
  p99Ms: (_, figures) => figures().duration.p99Ms,
  cpuPercentMean: (_, figures) => figures().cpuPercent.mean,
  cpuPercentMax: (_, figures) => figures().cpuPercent.max,
  memoryMbMean: (_, figures) => figures().memoryMb.mean,
  memoryMbMax: (_, figures) => figures().memoryMb.max,
  networkBytesMean: ({ network }) => meanOf(network),
  networkBytesMax: ({ network }) => network.max,
  diskBytesMean: ({ disk }) => meanOf(disk),
  diskBytesMax: ({ disk }) => disk.max,
  networkBytes: ({ network }) => network.sum,
  diskBytes: ({ disk }) => disk.sum,
  inputTokens: (gathered) => gathered.inputTokens,
  outputTokens: (gathered) => gathered.outputTokens,
  totalTokens: (gathered) => gathered.inputTokens + gathered.outputTokens,
  costUsd: (gathered) => gathered.costUsd,
  throughputPerHour: (gathered, _, windowMs) => (gathered.total * HOUR_MS) / windowMs,
};

/** Sums over the window: they are small, not unknown, where little ran. */
const SUMS: ReadonlySet<AlertStatistic> = new Set<AlertStatistic>([
  'count',
  'throughputPerHour',
  'networkBytes',
  'diskBytes',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'costUsd',
]);

export function isSum(statistic: AlertStatistic): boolean {
  return SUMS.has(statistic);
}

/** Whether the rule fires on figures that are too low: then silence is a breach, too. */
export function asksForMore({ operator }: Pick<AlertRule, 'operator'>): boolean {
  return operator === 'lt' || operator === 'lte';
}

/** The figure that the rule watches; null where there is no data for it. */
export function statisticOf(rule: AlertRule, gathered: Gathered): number | null {
  if (rule.statistic === null) return null;
  return READ[rule.statistic](gathered, () => finalise(gathered), rule.windowMs);
}

/** `p95Ms` as "p95 duration", `failureRate` as "failure rate". */
function spokenStatistic(statistic: AlertStatistic): string {
  const words = statistic.replace(/Ms$/, 'Duration').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.toLowerCase();
}

/** A statistic of the window beyond a level. Under the minimum sample there is no data. */
export function threshold(rule: AlertRule, gathered: Gathered, fingerprint: string): Verdict {
  const { statistic, operator } = rule;
  if (statistic === null || operator === null) return { is: 'missing' };
  const value = statisticOf(rule, gathered);
  if (gathered.total < rule.minSample || value === null) return { is: 'missing' };
  const compare = COMPARE[operator];
  const level = levelOf(rule, (limit) => compare(value, limit));
  if (!level) {
    const recovery = rule.recovery ?? firstLevel(rule);
    return { is: rule.recovery !== null && compare(value, recovery) ? 'between' : 'recovered' };
  }
  const unit = ALERT_STATISTICS[statistic];
  const said = (figure: number): string =>
    unit === 'ms' ? spokenDuration(figure) : `${spokenNumber(figure)} ${unit}`;
  return {
    is: 'breached',
    finding: {
      type: 'threshold',
      ruleId: rule.id,
      fingerprint,
      severity: level.severity,
      taskType: rule.taskType,
      complexity: null,
      thresholdValue: level.at,
      actualValue: value,
      unit,
      describe: (name) =>
        `${name}: ${spokenStatistic(statistic)} is ${said(value)} over ${gathered.total} executions within ` +
        `${spokenDuration(rule.windowMs)} (${rule.name}: ${SPOKEN[operator]} ${said(level.at)})`,
    },
  };
}
