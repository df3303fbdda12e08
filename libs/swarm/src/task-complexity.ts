import type { Complexity } from '@app/contracts';
import type { SwarmTask } from './types.js';

const LONG_MS = 60_000;
const MANY_STEPS = 3;

/**
 * Complexity of a task by the specification's five levels: 1 simple, single-step; 2 with
 * dependencies; 3 high-priority or long (expected over 60 s); 4 multi-step (over 3 steps);
 * 5 multi-step with dependencies, and high-priority or long. A property of the task alone, so that
 * a retry meets the same benchmark.
 */
export function taskComplexity(
  task: Pick<SwarmTask, 'priority' | 'dependencies' | 'steps' | 'estimatedMs'>,
): Complexity {
  const dependent = task.dependencies.length > 0;
  const heavy = task.priority === 'high' || (task.estimatedMs ?? 0) > LONG_MS;
  const multiStep = (task.steps ?? 1) > MANY_STEPS;
  if (multiStep) return dependent && heavy ? 5 : 4;
  if (heavy) return 3;
  return dependent ? 2 : 1;
}
