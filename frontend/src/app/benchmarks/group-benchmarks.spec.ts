import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';
import { groupBenchmarks } from './group-benchmarks';

const row = (agentType: string, taskType: string, complexity: number) =>
  ({ agentType, taskType, complexity }) as Benchmark;

describe(groupBenchmarks.name, () => {
  it('puts levels of one agent and task type together, in order', () => {
    const groups = groupBenchmarks([
      row('b', 'x', 1),
      row('a', 'x', 2),
      row('a', 'x', 1),
      row('a', 'w', 1),
    ]);
    expect(groups.map((g) => [g.agentType, g.taskType, g.rows.map((r) => r.complexity)])).toEqual([
      ['a', 'w', [1]],
      ['a', 'x', [1, 2]],
      ['b', 'x', [1]],
    ]);
  });
});
