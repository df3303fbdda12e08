import type { Benchmark } from '@app/contracts';

/** Task type whose figures hold for every task type without figures of its own. */
export const DEFAULT_TASK_TYPE = 'default';

/** A benchmark, and the slug of the project that it was learned in; null: it holds for all. */
export type PlacedBenchmark = Benchmark & { project: string | null };

/** Benchmarks by agent type, task type and complexity. */
type Shelf = Map<string, Map<string, (Benchmark | undefined)[]>>;

/** Benchmarks laid out for a look-up per execution: no text is joined, nothing is allocated. */
export class BenchmarkIndex {
  private readonly shared: Shelf = new Map();
  private readonly learned = new Map<string, Shelf>();

  constructor(benchmarks: readonly PlacedBenchmark[] = []) {
    for (const { project, ...benchmark } of benchmarks) {
      const { agentType, taskType, complexity } = benchmark;
      const shelf =
        project === null ? this.shared : entryOf(this.learned, project, (): Shelf => new Map());
      const byTaskType = entryOf(shelf, agentType, () => new Map<string, Benchmark[]>());
      entryOf(byTaskType, taskType, (): Benchmark[] => [])[complexity] = benchmark;
    }
  }

  /**
   * What is expected of an execution: the benchmark of exactly its stratum, else the one of the
   * task type `default`, else what was learned in its project, else null. Complexities never stand
   * in for each other, nor does what another project has learned.
   */
  expectationFor(
    project: string,
    agentType: string,
    taskType: string,
    complexity: number,
  ): Benchmark | null {
    return (
      lookUp(this.shared, agentType, taskType, complexity) ??
      lookUp(this.learned.get(project), agentType, taskType, complexity) ??
      null
    );
  }
}

function lookUp(
  shelf: Shelf | undefined,
  agentType: string,
  taskType: string,
  complexity: number,
): Benchmark | undefined {
  const byTaskType = shelf?.get(agentType);
  return (
    byTaskType?.get(taskType)?.[complexity] ?? byTaskType?.get(DEFAULT_TASK_TYPE)?.[complexity]
  );
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let entry = map.get(key);
  if (entry === undefined) map.set(key, (entry = make()));
  return entry;
}
