import type { AlertRule, Benchmark, Execution } from '@app/contracts';

import type { Finding } from './finding.js';
import { firstLevel, levelOf } from './levels.js';
import { spokenNumber, spokenStratum } from './wording.js';

/** A shorter run is a burst: whatever computes at all uses a whole core for that long. */
const MIN_CPU_DURATION_MS = 1000;

export const RESOURCES = ['cpu', 'memory'] as const;
export type Resource = (typeof RESOURCES)[number];

function allowedOf(resource: Resource, benchmark: Benchmark): number {
  return resource === 'cpu' ? benchmark.maxCpuPercent : benchmark.maxMemoryMb;
}

/** What an execution may use before the rule finds something: percent of one core, or MiB. */
export function resourceLimit(rule: AlertRule, resource: Resource, benchmark: Benchmark): number {
  return firstLevel(rule) * allowedOf(resource, benchmark);
}

/** The resource that an alert of this rule is about, by its unit. */
export function resourceOfUnit(unit: string): Resource {
  return unit === 'MB' ? 'memory' : 'cpu';
}

/**
 * Mean CPU or peak memory above the rule's factor (usually 1, critical 1.5) times the benchmark's
 * limit, however the run ended. What was not measured is not judged, nor is the CPU of a run under a second.
 */
export function resourceOveruse(
  rule: AlertRule,
  resource: Resource,
  execution: Pick<Execution, 'taskType' | 'complexity' | 'durationMs' | 'cpuPercent' | 'memoryMb'>,
  benchmark: Benchmark | null,
): Finding | null {
  const used = resource === 'cpu' ? execution.cpuPercent : execution.memoryMb;
  if (!benchmark || used === null) return null;
  const { taskType, complexity, durationMs } = execution;
  if (resource === 'cpu' && durationMs < MIN_CPU_DURATION_MS) return null;
  const allowed = allowedOf(resource, benchmark);
  const level = levelOf(rule, (factor) => used > factor * allowed);
  if (!level) return null;
  const unit = resource === 'cpu' ? '%' : 'MB';
  const what = resource === 'cpu' ? 'CPU' : 'memory';
  const limit = level.at * allowed;
  const reason =
    level.at === 1
      ? `limit ${spokenNumber(limit)} ${unit}`
      : `limit ${spokenNumber(limit)} ${unit}, ${spokenNumber(level.at)} × the allowed ${spokenNumber(allowed)} ${unit}`;
  return {
    type: 'resource_overuse',
    ruleId: rule.id,
    fingerprint: `resource_overuse:${resource}:${taskType}:${complexity}`,
    severity: level.severity,
    taskType,
    complexity,
    thresholdValue: limit,
    actualValue: used,
    unit,
    describe: (agentName) =>
      `${agentName} used ${spokenNumber(used)} ${unit} ${what} for ${spokenStratum(taskType, complexity)} (${reason})`,
  };
}
