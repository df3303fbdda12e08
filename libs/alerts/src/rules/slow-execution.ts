import type { Benchmark, Execution } from '@app/contracts';

import type { Finding } from './finding.js';
import { THRESHOLDS } from './thresholds.js';
import { spokenDuration, spokenNumber, spokenStratum } from './wording.js';

/** Milliseconds that an execution of this stratum may take before it counts as slow. */
export function slowLimitMs(benchmark: Benchmark): number {
  return THRESHOLDS.slow.warningFactor * benchmark.expectedMs;
}

/**
 * A success or time-out that took longer than 1.5 × the expected duration; critical above 2 ×.
 * How long a failed or cancelled run took says nothing about the agent's speed.
 */
export function slowExecution(
  execution: Pick<Execution, 'status' | 'taskType' | 'complexity' | 'durationMs'>,
  benchmark: Benchmark | null,
): Finding | null {
  const { status, taskType, complexity, durationMs } = execution;
  if (!benchmark || (status !== 'success' && status !== 'timeout')) return null;
  if (!(durationMs > slowLimitMs(benchmark))) return null;
  const { expectedMs } = benchmark;
  const critical = durationMs > THRESHOLDS.slow.criticalFactor * expectedMs;
  const factor = critical ? THRESHOLDS.slow.criticalFactor : THRESHOLDS.slow.warningFactor;
  const limit = factor * expectedMs;
  return {
    type: 'slow_execution',
    fingerprint: `slow_execution:${taskType}:${complexity}`,
    severity: critical ? 'critical' : 'warning',
    taskType,
    complexity,
    thresholdValue: limit,
    actualValue: durationMs,
    unit: 'ms',
    describe: (agentName) =>
      `${agentName} took ${spokenDuration(durationMs)} for ${spokenStratum(taskType, complexity)} ` +
      `(limit ${spokenDuration(limit)}, ${spokenNumber(factor)} × the expected ${spokenDuration(expectedMs)})`,
  };
}
