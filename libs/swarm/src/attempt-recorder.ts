import type { AgentPerformanceTracker } from '@app/tracker';
import type { AttemptEnd } from './attempt.js';
import { taskComplexity } from './task-complexity.js';
import type { SwarmAgent, SwarmTask } from './types.js';

/** What the orchestrator needs of a tracker. */
export type TaskRecorder = Pick<
  AgentPerformanceTracker,
  'startTaskExecution' | 'endTaskExecution' | 'flush'
>;

/** Tells the tracker of attempts. A recorder that fails does not fail the work. */
export class AttemptRecorder {
  constructor(private readonly tracker: TaskRecorder) {}

  /** @returns the execution's id */
  begin(task: SwarmTask, agent: SwarmAgent, attempt: number): Promise<string | undefined> {
    const { id, name, type, version } = agent;
    const extras = { taskType: task.type, attempt, agentVersion: version };
    const complexity = taskComplexity(task);
    return quietly(() =>
      this.tracker.startTaskExecution(id, name, type, task.id, task.name, complexity, extras),
    );
  }

  async end(
    task: SwarmTask,
    { id, name, type }: SwarmAgent,
    end: AttemptEnd,
    { attempt, executionId }: { attempt: number; executionId: string | undefined },
  ): Promise<void> {
    const { status } = end;
    const success = status === 'success';
    const error = success ? undefined : end.error;
    const { resourceUsage, model } = success ? end.result : end.error;
    const metadata = success ? end.result.metadata : undefined;
    const extras = { status, attempt, executionId, model, metadata };
    await quietly(() =>
      this.tracker.endTaskExecution(id, name, type, task.id, success, error, resourceUsage, extras),
    );
  }

  async flush(): Promise<void> {
    await quietly(() => this.tracker.flush());
  }
}

async function quietly<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}
