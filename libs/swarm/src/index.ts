export { SwarmOrchestrator } from './swarm-orchestrator.js';
export type { SwarmEvents, SwarmOptions } from './swarm-orchestrator.js';
export type { TaskRecorder } from './attempt-recorder.js';
export type { AgentMetrics, SwarmMetrics } from './swarm-metrics.js';
export { taskComplexity } from './task-complexity.js';
export { TaskFailure } from './task-failure.js';
export type { TaskFailureDetails } from './task-failure.js';
export { TaskGraphError } from './task-graph.js';
export type { TaskGraphProblem } from './task-graph.js';
export { PRIORITIES, TASK_STATES } from './types.js';
export type {
  AgentResult,
  Priority,
  SwarmAgent,
  SwarmTask,
  TaskInputs,
  TaskSnapshot,
  TaskState,
} from './types.js';
