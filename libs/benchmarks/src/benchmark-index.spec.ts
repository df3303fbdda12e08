import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';

import { BenchmarkIndex } from './benchmark-index.js';

function aBenchmark(taskType: string, complexity: number, expectedMs: number): Benchmark {
  return {
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
  ]);

  it.each([
    ['the exact stratum first', 'cognitive', 'parse', 1, 111],
    ['the default task type next', 'cognitive', 'parse', 2, 2000],
    ['the default task type for any other', 'cognitive', 'write', 1, 1000],
    ['nothing for a complexity without figures', 'cognitive', 'parse', 3, null],
    ['nothing for an unknown agent type', 'poet', 'default', 1, null],
    ['nothing for a type named like a property', 'constructor', '__proto__', 1, null],
  ])('takes %s', (_, agentType, taskType, complexity, expected) => {
    const found = index.expectationFor(agentType, taskType, complexity);
    expect(found?.expectedMs ?? null).toBe(expected);
  });

  it('expects nothing while it is empty', () => {
    expect(new BenchmarkIndex().expectationFor('cognitive', 'default', 1)).toBeNull();
  });
});
