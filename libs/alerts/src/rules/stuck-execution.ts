import type { AlertRule, Benchmark } from '@app/contracts';

import type { Finding } from './finding.js';
import { levelOf } from './levels.js';
import { spokenDuration, spokenNumber, spokenStratum } from './wording.js';

/** An execution that has begun and not ended. */
export interface RunningTask {
  taskType: string;
  complexity: number;
  startedAtMs: number;
  heartbeatAtMs: number;
}

/** What is wrong with a running execution, and since when. */
export interface Stuck {
  finding: Finding;
  sinceMs: number;
}

/**
 * A running execution that has taken longer than the rule's factor times the expected duration, or
 * has given no sign of life for the rule's `heartbeatMs`. The graver of the two counts.
 */
export function stuckExecution(
  rule: AlertRule,
  task: RunningTask,
  benchmark: Benchmark | null,
  nowMs: number,
): Stuck | null {
  const late = benchmark ? overdue(rule, task, benchmark, nowMs) : null;
  return late ?? lifeless(rule, task, nowMs);
}

function overdue(
  rule: AlertRule,
  task: RunningTask,
  { expectedMs }: Benchmark,
  nowMs: number,
): Stuck | null {
  const runningMs = nowMs - task.startedAtMs;
  const level = levelOf(rule, (factor) => runningMs > factor * expectedMs);
  if (!level) return null;
  const limit = level.at * expectedMs;
  return {
    sinceMs: task.startedAtMs + limit,
    finding: {
      ...common(rule, task),
      severity: level.severity,
      thresholdValue: limit,
      actualValue: runningMs,
      describe: (agentName) =>
        `${agentName} has been running ${spokenStratum(task.taskType, task.complexity)} for ` +
        `${spokenDuration(runningMs)} (${spokenNumber(level.at)} × the expected ${spokenDuration(expectedMs)})`,
    },
  };
}

function lifeless(rule: AlertRule, task: RunningTask, nowMs: number): Stuck | null {
  const { heartbeatMs } = rule;
  const silentMs = nowMs - task.heartbeatAtMs;
  if (heartbeatMs === null || !(silentMs > heartbeatMs)) return null;
  return {
    sinceMs: task.heartbeatAtMs + heartbeatMs,
    finding: {
      ...common(rule, task),
      severity: 'warning',
      thresholdValue: heartbeatMs,
      actualValue: silentMs,
      describe: (agentName) =>
        `${agentName} has given no sign of life for ${spokenDuration(silentMs)} while running ` +
        `${spokenStratum(task.taskType, task.complexity)} (limit ${spokenDuration(heartbeatMs)})`,
    },
  };
}

function common(
  rule: AlertRule,
  { taskType, complexity }: RunningTask,
): Pick<Finding, 'type' | 'ruleId' | 'fingerprint' | 'taskType' | 'complexity' | 'unit'> {
  return {
    type: 'stuck_execution',
    ruleId: rule.id,
    fingerprint: `${rule.id}:${taskType}:${complexity}`,
    taskType,
    complexity,
    unit: 'ms',
  };
}
