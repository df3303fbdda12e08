import type { Statistics } from '@app/contracts';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMemory,
  formatMoney,
  formatPercent,
  formatScore,
} from '../format/format';
import { bytesUnit, durationUnit, memoryUnit, plainUnit } from './axis-unit';
import type { AxisUnit } from './axis-unit';
import type { MetricId } from './metric-ids';
import { chartWords } from './words';

type Kind = 'count' | 'percent' | 'score' | 'duration' | 'memory' | 'bytes' | 'money';

export interface Metric {
  id: MetricId;
  kind: Kind;
  /** Null is no data, never zero. */
  read: (statistics: Statistics) => number | null;
  /** Whether the figures of parts add up to that of the whole. */
  additive: boolean;
  /** Which direction is good news. */
  better: 'up' | 'down' | 'neither';
}

function metric(
  id: MetricId,
  kind: Kind,
  better: Metric['better'],
  read: Metric['read'],
  additive = false,
): Metric {
  return { id, kind, better, read, additive };
}

const ALL: readonly Metric[] = [
  metric('tasks', 'count', 'neither', (s) => s.total, true),
  metric('failed', 'count', 'down', (s) => s.failed, true),
  metric('successRate', 'percent', 'up', (s) => s.successRate),
  metric('reliability', 'score', 'up', (s) => s.reliability),
  metric('consistency', 'score', 'up', (s) => s.consistency),
  metric('meanMs', 'duration', 'down', (s) => s.duration.meanMs),
  metric('p50Ms', 'duration', 'down', (s) => s.duration.p50Ms),
  metric('p95Ms', 'duration', 'down', (s) => s.duration.p95Ms),
  metric('p99Ms', 'duration', 'down', (s) => s.duration.p99Ms),
  metric('maxMs', 'duration', 'down', (s) => s.duration.maxMs),
  metric('cpuPercent', 'percent', 'down', (s) => s.cpuPercent.mean),
  metric('memoryMb', 'memory', 'down', (s) => s.memoryMb.mean),
  metric('networkBytes', 'bytes', 'neither', (s) => ran(s, s.networkBytes), true),
  metric('diskBytes', 'bytes', 'neither', (s) => ran(s, s.diskBytes), true),
  metric('inputTokens', 'count', 'neither', (s) => ran(s, s.inputTokens), true),
  metric('outputTokens', 'count', 'neither', (s) => ran(s, s.outputTokens), true),
  metric('costUsd', 'money', 'down', (s) => ran(s, s.costUsd), true),
];

/** Sums are zero where nothing ran: no data. Counts of tasks are zero indeed. */
function ran(statistics: Statistics, sum: number): number | null {
  return statistics.total === 0 ? null : sum;
}

export const METRICS: Readonly<Record<MetricId, Metric>> = Object.fromEntries(
  ALL.map((one) => [one.id, one]),
) as Record<MetricId, Metric>;

export function metricName(id: MetricId): string {
  return chartWords().metrics[id];
}

const FORMATS: Readonly<Record<Kind, (value: number | null | undefined) => string>> = {
  count: formatCount,
  percent: formatPercent,
  score: formatScore,
  duration: formatDuration,
  memory: formatMemory,
  bytes: formatBytes,
  money: formatMoney,
};

/** A figure of the metric with its unit. */
export function formatMetric(id: MetricId, value: number | null | undefined): string {
  return FORMATS[METRICS[id].kind](value);
}

/** The same in little room. */
export function formatMetricShort(id: MetricId, value: number | null | undefined): string {
  return METRICS[id].kind === 'count' ? formatCompact(value) : formatMetric(id, value);
}

/** The unit of an axis of the metric. @param highest the largest figure shown */
export function metricUnit(id: MetricId, highest: number): AxisUnit {
  switch (METRICS[id].kind) {
    case 'duration':
      return durationUnit(highest);
    case 'memory':
      return memoryUnit(highest);
    case 'bytes':
      return bytesUnit(highest);
    case 'percent':
      return { name: '%', per: 1 };
    case 'score':
      return { name: '', per: 1 };
    case 'money':
      return { name: 'USD', per: 1 };
    case 'count':
      return plainUnit(highest);
  }
}
