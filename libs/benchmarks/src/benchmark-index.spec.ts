import { describe, expect, it } from '@jest/globals';
import { BenchmarkIndex } from './benchmark-index.js';
import type { PlacedBenchmark } from './benchmark-index.js';

function aBenchmark(
  taskType: string,
  complexity: number,
  expectedMs: number,
  project: string | null = null,
): PlacedBenchmark {
  return {
    project,
    id: '0190a0c0-0000-7000-8000-000000000001',
    agentType: 'cognitive',
    taskType,
    complexity,
    expectedMs,
    maxCpuPercent: 50,
    maxMemoryMb: 512,
    minSuccessRate: 90,
    source: 'default',
    version: 1,
    updatedAt: '2026-11-22T10:00:00.000Z',
  };
}

describe(BenchmarkIndex.name, () => {
  const index = new BenchmarkIndex([
    aBenchmark('default', 1, 1000),
    aBenchmark('default', 2, 2000),
    aBenchmark('parse', 1, 111),
    aBenchmark('default', 2, 7, 'a'),
    aBenchmark('default', 4, 44, 'a'),
    aBenchmark('default', 4, 45, 'b'),
  ]);

  it.each([
    ['the exact stratum first', 'cognitive', 'parse', 1, 111],
    ['the default task type next', 'cognitive', 'parse', 2, 2000],
    ['the default task type for any other', 'cognitive', 'write', 1, 1000],
    ['nothing for a complexity without figures', 'cognitive', 'parse', 3, null],
    ['nothing for an unknown agent type', 'poet', 'default', 1, null],
    ['nothing for a type named like a property', 'constructor', '__proto__', 1, null],
  ])('takes %s', (_, agentType, taskType, complexity, expected) => {
    const found = index.expectationFor('a', agentType, taskType, complexity);
    expect(found?.expectedMs ?? null).toBe(expected);
  });

  it('takes what a project has learned for that project alone, after all else', () => {
    const byProject = ['a', 'b', 'c', '__proto__'].map(
      (project) => index.expectationFor(project, 'cognitive', 'parse', 4)?.expectedMs,
    );
    expect(byProject).toEqual([44, 45, undefined, undefined]);
    expect(index.expectationFor('a', 'cognitive', 'write', 2)?.expectedMs).toBe(2000);
  });

  it('does not tell where one was learned', () => {
    expect(index.expectationFor('a', 'cognitive', 'parse', 4)).not.toHaveProperty('project');
  });

  it('expects nothing while it is empty', () => {
    expect(new BenchmarkIndex().expectationFor('a', 'cognitive', 'default', 1)).toBeNull();
  });
});
