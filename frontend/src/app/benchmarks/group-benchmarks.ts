import type { Benchmark } from '@app/contracts';

/** The benchmarks of one agent type and task type, by complexity. */
export interface BenchmarkGroup {
  agentType: string;
  taskType: string;
  rows: Benchmark[];
}

export function groupBenchmarks(benchmarks: readonly Benchmark[]): BenchmarkGroup[] {
  const groups = new Map<string, BenchmarkGroup>();
  for (const row of benchmarks) {
    const { agentType, taskType } = row;
    const key = JSON.stringify([agentType, taskType]);
    const group = groups.get(key) ?? { agentType, taskType, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  for (const group of groups.values()) group.rows.sort((a, b) => a.complexity - b.complexity);
  return [...groups.values()].sort(
    (a, b) => a.agentType.localeCompare(b.agentType) || a.taskType.localeCompare(b.taskType),
  );
}
