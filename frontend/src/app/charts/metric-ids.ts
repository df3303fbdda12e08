/** Figures that can be charted, by the names that saved dashboards know them by. */
export const METRIC_IDS = [
  'tasks',
  'failed',
  'successRate',
  'reliability',
  'consistency',
  'meanMs',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'maxMs',
  'cpuPercent',
  'memoryMb',
  'networkBytes',
  'diskBytes',
  'inputTokens',
  'outputTokens',
  'costUsd',
] as const;
export type MetricId = (typeof METRIC_IDS)[number];
