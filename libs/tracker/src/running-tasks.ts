import type { ExecutionRecord } from '@app/contracts';

export interface RunningTask {
  executionId: string;
  agentId: string;
  taskId: string;
  /** The record that told of its start; a heartbeat sends it again. */
  record: ExecutionRecord;
  startedMonotonicMs: number;
  reportedMonotonicMs: number;
}

/**
 * Executions that have begun and not ended. Keyed by agent, then task, so that ids may hold any
 * characters; several executions of one agent and task queue up.
 */
export class RunningTasks {
  private readonly byAgent = new Map<string, Map<string, RunningTask[]>>();
  private readonly byId = new Map<string, RunningTask>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.byId.size;
  }

  /** @returns whether the oldest had to be forgotten to make room */
  add(task: RunningTask): boolean {
    const tasks = this.byAgent.get(task.agentId) ?? new Map<string, RunningTask[]>();
    this.byAgent.set(task.agentId, tasks);
    tasks.set(task.taskId, [...(tasks.get(task.taskId) ?? []), task]);
    this.byId.set(task.executionId, task);
    if (this.byId.size <= this.capacity) return false;
    const oldest = this.byId.values().next().value;
    if (oldest !== undefined) this.remove(oldest);
    return oldest !== undefined;
  }

  /** Takes out the named execution, or else the oldest of this agent and task. */
  end(agentId: string, taskId: string, executionId?: string): RunningTask | undefined {
    const queue = this.byAgent.get(agentId)?.get(taskId);
    const task =
      executionId === undefined
        ? queue?.[0]
        : queue?.find((running) => running.executionId === executionId);
    if (task !== undefined) this.remove(task);
    return task;
  }

  /** Those not reported since that instant, marked as reported at `nowMs` (both monotonic). */
  dueForHeartbeat(sinceMs: number, nowMs: number): RunningTask[] {
    const due = [...this.byId.values()].filter((task) => task.reportedMonotonicMs <= sinceMs);
    for (const task of due) task.reportedMonotonicMs = nowMs;
    return due;
  }

  private remove(task: RunningTask): void {
    this.byId.delete(task.executionId);
    const tasks = this.byAgent.get(task.agentId);
    const rest = tasks?.get(task.taskId)?.filter((other) => other !== task) ?? [];
    if (rest.length > 0) tasks?.set(task.taskId, rest);
    else tasks?.delete(task.taskId);
    if (tasks?.size === 0) this.byAgent.delete(task.agentId);
  }
}
