import type { Execution } from '@app/contracts';

/** An execution in its trace: how deep below the first, and where its bar lies. */
export interface TraceStep {
  run: Execution;
  depth: number;
  /** Percent of the length of the whole. */
  left: number;
  width: number;
  role: 'self' | 'parent' | 'child' | 'other';
}

const DEEPEST = 6;

/** Everything known of the trace by start, each once, with who started whom as depth. */
export function traceSteps(self: Execution, others: readonly Execution[]): TraceStep[] {
  const runs = [...new Map([self, ...others].map((run) => [run.executionId, run])).values()];
  runs.sort(
    (a, b) =>
      Date.parse(a.startedAt) - Date.parse(b.startedAt) ||
      depthOf(a, runs) - depthOf(b, runs) ||
      a.executionId.localeCompare(b.executionId),
  );
  const fromMs = Math.min(...runs.map((run) => Date.parse(run.startedAt)));
  const toMs = Math.max(...runs.map((run) => Date.parse(run.endedAt)));
  const wholeMs = Math.max(1, toMs - fromMs);
  return runs.map((run) => ({
    run,
    depth: depthOf(run, runs),
    left: Math.min(99, ((Date.parse(run.startedAt) - fromMs) / wholeMs) * 100),
    width: Math.max(1, (run.durationMs / wholeMs) * 100),
    role: roleOf(run, self),
  }));
}

function roleOf(run: Execution, self: Execution): TraceStep['role'] {
  if (run.executionId === self.executionId) return 'self';
  if (run.executionId === self.parentExecutionId) return 'parent';
  return run.parentExecutionId === self.executionId ? 'child' : 'other';
}

function depthOf(run: Execution, runs: readonly Execution[]): number {
  let depth = 0;
  let parent = run.parentExecutionId;
  while (parent !== null && depth < DEEPEST) {
    const above = runs.find((one) => one.executionId === parent);
    if (above === undefined) break;
    depth += 1;
    parent = above.parentExecutionId;
  }
  return depth;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;

/**
 * Between which instants to look for an execution.
 * @param at its start, where the link tells it
 */
export function whereToLook(
  id: string,
  at: string | null,
  nowMs: number,
): { from: string; to: string } {
  const told = at === null ? NaN : Date.parse(at);
  // A version 7 id holds the time at which it was made, which is about when it started.
  const made = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : NaN;
  if (told > 0 && told <= nowMs) return range(told - 1000, told + 1000);
  if (made > 0 && made <= nowMs) return range(made - DAY_MS, made + DAY_MS);
  return range(nowMs - KEPT_MS, nowMs + 1000);
}

/** Around an execution: a trace may begin before it and go on after it. */
export function aroundOf(run: Execution): { from: string; to: string } {
  return range(Date.parse(run.startedAt) - DAY_MS, Date.parse(run.endedAt) + DAY_MS);
}

function range(fromMs: number, toMs: number): { from: string; to: string } {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
