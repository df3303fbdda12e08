import type { Benchmark, Execution } from '@app/contracts';

import type { Finding } from './finding.js';
import { THRESHOLDS } from './thresholds.js';
import { spokenNumber, spokenStratum } from './wording.js';

export const RESOURCES = ['cpu', 'memory'] as const;
export type Resource = (typeof RESOURCES)[number];

/** What the benchmark allows: percent of one core, or MiB. */
export function resourceLimit(resource: Resource, benchmark: Benchmark): number {
  return resource === 'cpu' ? benchmark.maxCpuPercent : benchmark.maxMemoryMb;
}

/** The resource that an alert of this rule is about, by its unit. */
export function resourceOfUnit(unit: string): Resource {
  return unit === 'MB' ? 'memory' : 'cpu';
}

/**
 * Mean CPU or peak memory above the benchmark's limit, however the run ended; critical above
 * 1.5 × the limit. What was not measured is not judged, nor is the CPU of a run under a second.
 */
export function resourceOveruse(
  resource: Resource,
  execution: Pick<Execution, 'taskType' | 'complexity' | 'durationMs' | 'cpuPercent' | 'memoryMb'>,
  benchmark: Benchmark | null,
): Finding | null {
  const used = resource === 'cpu' ? execution.cpuPercent : execution.memoryMb;
  if (!benchmark || used === null) return null;
  const allowed = resourceLimit(resource, benchmark);
  if (!(used > allowed)) return null;
  const { taskType, complexity, durationMs } = execution;
  const { criticalFactor, minCpuDurationMs } = THRESHOLDS.resource;
  if (resource === 'cpu' && durationMs < minCpuDurationMs) return null;
  const critical = used > criticalFactor * allowed;
  const unit = resource === 'cpu' ? '%' : 'MB';
  const what = resource === 'cpu' ? 'CPU' : 'memory';
  const limit = critical ? criticalFactor * allowed : allowed;
  const reason = critical
    ? `limit ${spokenNumber(limit)} ${unit}, ${criticalFactor} × the allowed ${spokenNumber(allowed)} ${unit}`
    : `limit ${spokenNumber(limit)} ${unit}`;
  return {
    type: 'resource_overuse',
    fingerprint: `resource_overuse:${resource}:${taskType}:${complexity}`,
    severity: critical ? 'critical' : 'warning',
    taskType,
    complexity,
    thresholdValue: limit,
    actualValue: used,
    unit,
    describe: (agentName) =>
      `${agentName} used ${spokenNumber(used)} ${unit} ${what} for ${spokenStratum(taskType, complexity)} (${reason})`,
  };
}
