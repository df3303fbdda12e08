import type { Benchmark } from '@app/contracts';

/** Task type whose figures hold for every task type without figures of its own. */
export const DEFAULT_TASK_TYPE = 'default';

/** Benchmarks by complexity. */
type Levels = (Benchmark | undefined)[];

/** Benchmarks laid out for a look-up per execution: no text is joined, nothing is allocated. */
export class BenchmarkIndex {
  private readonly byAgentType = new Map<string, Map<string, Levels>>();

  constructor(benchmarks: readonly Benchmark[] = []) {
    for (const benchmark of benchmarks) {
      const { agentType, taskType, complexity } = benchmark;
      const byTaskType = entryOf(this.byAgentType, agentType, () => new Map<string, Levels>());
      entryOf(byTaskType, taskType, (): Levels => [])[complexity] = benchmark;
    }
  }

  /**
   * What is expected of an execution: the benchmark of exactly its stratum, else the one of the
   * task type `default` (where learned ones are kept too), else null. Complexities never stand
   * in for each other.
   */
  expectationFor(agentType: string, taskType: string, complexity: number): Benchmark | null {
    const byTaskType = this.byAgentType.get(agentType);
    if (!byTaskType) return null;
    return (
      byTaskType.get(taskType)?.[complexity] ??
      byTaskType.get(DEFAULT_TASK_TYPE)?.[complexity] ??
      null
    );
  }
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let entry = map.get(key);
  if (entry === undefined) map.set(key, (entry = make()));
  return entry;
}
