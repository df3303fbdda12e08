import { TaskFailure } from './task-failure.js';
import type { AgentResult, SwarmAgent, SwarmTask, TaskInputs } from './types.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type AttemptEnd =
  | { status: 'success'; result: AgentResult }
  | { status: 'failure' | 'timeout' | 'cancelled'; error: TaskFailure };

export interface AttemptLimits {
  timeoutMs: number;
  /** How long an agent may take to give up once it was told to. */
  abortGraceMs: number;
  stop: AbortSignal;
}

/**
 * Lets an agent try a task once. Ends when the agent has ended; an agent that does not heed the
 * signal is left behind after the grace time, and its late result is ignored. Never throws.
 */
export async function runAttempt(
  agent: SwarmAgent,
  task: SwarmTask,
  inputs: TaskInputs,
  limits: AttemptLimits,
): Promise<AttemptEnd> {
  const abort = new AbortController();
  let cut: 'timeout' | 'cancelled' | undefined;
  const cutBy = (status: 'timeout' | 'cancelled') => (): void => {
    cut ??= status;
    abort.abort(cutFailure(cut, limits.timeoutMs));
  };
  const onStop = cutBy('cancelled');
  const timer = setTimeout(cutBy('timeout'), Math.min(limits.timeoutMs, LONGEST_TIMER_MS));
  limits.stop.addEventListener('abort', onStop, { once: true });
  if (limits.stop.aborted) onStop();
  const grace = new GraceTimer(abort.signal, limits.abortGraceMs);
  try {
    const end = await Promise.race([perform(agent, task, inputs, abort.signal), grace.over]);
    if (cut === undefined) return end;
    const usage = end.status === 'success' ? end.result.resourceUsage : end.error.resourceUsage;
    return { status: cut, error: cutFailure(cut, limits.timeoutMs, usage) };
  } finally {
    clearTimeout(timer);
    grace.clear();
    limits.stop.removeEventListener('abort', onStop);
  }
}

async function perform(
  agent: SwarmAgent,
  task: SwarmTask,
  inputs: TaskInputs,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  try {
    signal.throwIfAborted();
    const result = await agent.run(task, signal, inputs);
    const { resourceUsage, model } = result;
    const problem = (await agent.validate?.(task, result, signal)) ?? null;
    if (problem === null) return { status: 'success', result };
    const details = { errorType: 'ValidationFailed', resourceUsage, model };
    return { status: 'failure', error: new TaskFailure(problem, details) };
  } catch (error) {
    return { status: 'failure', error: asFailure(error) };
  }
}

/** By shape: an error may come from another realm. */
function asFailure(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  const given: { message?: unknown; name?: unknown; code?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const { message = error, code, name } = given;
  const kind = code ?? name;
  const errorType = typeof kind === 'string' ? kind : 'Error';
  return new TaskFailure(String(message), { errorType, cause: error });
}

function cutFailure(
  cut: 'timeout' | 'cancelled',
  timeoutMs: number,
  resourceUsage?: TaskFailure['resourceUsage'],
): TaskFailure {
  return cut === 'timeout'
    ? new TaskFailure(`not done within ${timeoutMs} ms`, {
        errorType: 'TaskTimeout',
        resourceUsage,
      })
    : new TaskFailure('the swarm was stopped', { errorType: 'TaskCancelled', resourceUsage });
}

/** Begins when the signal aborts. */
class GraceTimer {
  readonly over: Promise<AttemptEnd>;
  private timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal, graceMs: number) {
    this.over = new Promise((resolve) => {
      const begin = (): void => {
        const error = new TaskFailure('the agent did not give up');
        this.timer = setTimeout(() => resolve({ status: 'failure', error }), graceMs);
      };
      if (signal.aborted) begin();
      else signal.addEventListener('abort', begin, { once: true });
    });
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}
