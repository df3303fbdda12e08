import type { AlertRule, Benchmark, Execution } from '@app/contracts';

import type { Finding } from './finding.js';
import { firstLevel, levelOf } from './levels.js';
import { spokenDuration, spokenNumber, spokenStratum } from './wording.js';

/** Milliseconds that an execution of this stratum may take before it counts as slow. */
export function slowLimitMs(rule: AlertRule, benchmark: Benchmark): number {
  return firstLevel(rule) * benchmark.expectedMs;
}

/**
 * A success or time-out that took longer than the rule's factor (usually 1.5, critical 2) times the
 * expected duration.
 * How long a failed or cancelled run took says nothing about the agent's speed.
 */
export function slowExecution(
  rule: AlertRule,
  execution: Pick<Execution, 'status' | 'taskType' | 'complexity' | 'durationMs'>,
  benchmark: Benchmark | null,
): Finding | null {
  const { status, taskType, complexity, durationMs } = execution;
  if (!benchmark || (status !== 'success' && status !== 'timeout')) return null;
  const { expectedMs } = benchmark;
  const level = levelOf(rule, (factor) => durationMs > factor * expectedMs);
  if (!level) return null;
  const limit = level.at * expectedMs;
  return {
    type: 'slow_execution',
    ruleId: rule.id,
    fingerprint: `slow_execution:${taskType}:${complexity}`,
    severity: level.severity,
    taskType,
    complexity,
    thresholdValue: limit,
    actualValue: durationMs,
    unit: 'ms',
    describe: (agentName) =>
      `${agentName} took ${spokenDuration(durationMs)} for ${spokenStratum(taskType, complexity)} ` +
      `(limit ${spokenDuration(limit)}, ${spokenNumber(level.at)} × the expected ${spokenDuration(expectedMs)})`,
  };
}
