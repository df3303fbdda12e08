import type { TaskRecorder } from './attempt-recorder.js';
import type { AgentResult, SwarmAgent, SwarmTask } from './types.js';

/** Builders for specs. */
export function aTask(id: string, over: Partial<SwarmTask> = {}): SwarmTask {
  return {
    id,
    name: `Task ${id}`,
    priority: 'medium',
    dependencies: [],
    agentType: 'cognitive',
    input: null,
    ...over,
  };
}

export function anAgent(
  id: string,
  run: SwarmAgent['run'] = () => Promise.resolve({ output: id }),
  over: Partial<SwarmAgent> = {},
): SwarmAgent {
  return { id, name: `Agent ${id}`, type: 'cognitive', run, ...over };
}

export const done = (output: unknown = 'done'): Promise<AgentResult> => Promise.resolve({ output });

export interface RecordedAttempt {
  agentId: string;
  taskId: string;
  attempt: number | undefined;
  complexity: number | undefined;
  status: string;
  errorType: string | undefined;
  cpuMs: number | undefined;
}

/** A tracker that only remembers. */
export class FakeRecorder implements TaskRecorder {
  readonly attempts: RecordedAttempt[] = [];
  flushes = 0;
  private readonly open = new Map<string, RecordedAttempt>();

  get openCount(): number {
    return this.open.size;
  }

  startTaskExecution: TaskRecorder['startTaskExecution'] = (...args) => {
    const [agentId, , , taskId, , complexity, extras] = args;
    const executionId = `x${this.attempts.length}`;
    const attempt = {
      agentId,
      taskId,
      attempt: extras?.attempt,
      complexity,
      status: 'running',
      errorType: undefined,
      cpuMs: undefined,
    };
    this.attempts.push(attempt);
    this.open.set(executionId, attempt);
    return Promise.resolve(executionId);
  };

  endTaskExecution: TaskRecorder['endTaskExecution'] = (...args) => {
    const [, , , taskId, success, error, usage, extras] = args;
    const attempt = this.open.get(extras?.executionId ?? '');
    if (attempt?.taskId !== taskId) throw new Error(`no start of ${taskId}`);
    this.open.delete(extras?.executionId ?? '');
    attempt.status = extras?.status ?? (success ? 'success' : 'failure');
    attempt.errorType = (error as Error | undefined)?.name;
    attempt.cpuMs = usage?.cpuMs;
    return Promise.resolve();
  };

  flush(): Promise<void> {
    this.flushes += 1;
    return Promise.resolve();
  }
}
