import type { ResourceUsage } from '@app/tracker';

/** Most urgent first. */
export const PRIORITIES = ['high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/**
 * `pending` waits for its dependencies or for an agent. The last three are terminal: `failed` used
 * up its attempts, `blocked` never ran because something that it depends on failed.
 */
export const TASK_STATES = ['pending', 'running', 'completed', 'failed', 'blocked'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export interface SwarmTask {
  id: string;
  name: string;
  description?: string;
  /** Kind of work, for benchmarks; the tracker's `taskType`. */
  type?: string;
  priority: Priority;
  /** Ids of tasks that must be completed before. */
  dependencies: readonly string[];
  /** The type of agent that does it. */
  agentType: string;
  /** How many steps the work has; default 1. */
  steps?: number;
  /** How long it may be expected to take, milliseconds. */
  estimatedMs?: number;
  /** Default: the orchestrator's. */
  maxAttempts?: number;
  /** Per attempt, milliseconds. Default: the orchestrator's. */
  timeoutMs?: number;
  input: unknown;
}

export interface AgentResult {
  output: unknown;
  /** Measured by the agent; absent figures are recorded as unknown. */
  resourceUsage?: ResourceUsage;
  model?: string;
  metadata?: Record<string, unknown>;
}

/** Outputs of the tasks that a task depends on, by task id. */
export type TaskInputs = ReadonlyMap<string, unknown>;

export interface SwarmAgent {
  id: string;
  name: string;
  type: string;
  version?: string;
  /**
   * Does the task. Has to give up when the signal aborts (time-out or stop). A thrown
   * `TaskFailure` can carry what was used and forbid a retry.
   */
  run(task: SwarmTask, signal: AbortSignal, inputs: TaskInputs): Promise<AgentResult>;
  /** Checks a result, as part of the attempt. @returns what is wrong with it, or null */
  validate?(
    task: SwarmTask,
    result: AgentResult,
    signal: AbortSignal,
  ): Promise<string | null> | string | null;
}

export interface TaskSnapshot {
  task: SwarmTask;
  state: TaskState;
  /** Attempts begun. */
  attempts: number;
  output: unknown;
  /** Of the last failed attempt; for a blocked task, which task failed. */
  error: string | null;
}
