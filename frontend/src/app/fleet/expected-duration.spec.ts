import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';
import { expectedDurationMs } from './expected-duration';

const benchmark = (
  complexity: number,
  expectedMs: number,
  over: Partial<Benchmark> = {},
): Benchmark => ({
  id: `b${complexity}`,
  agentType: 'cognitive',
  taskType: 'default',
  complexity,
  expectedMs,
  maxCpuPercent: 50,
  maxMemoryMb: 512,
  minSuccessRate: 90,
  source: 'default',
  version: 1,
  updatedAt: '2026-05-01T00:00:00Z',
  ...over,
});

describe(expectedDurationMs.name, () => {
  const benchmarks = [benchmark(1, 1000), benchmark(2, 2000)];

  it('weighs by what ran', () => {
    expect(expectedDurationMs(benchmarks, 'cognitive', { '1': 3, '2': 1 })).toBe(1250);
  });

  it('looks at the type alone, and at its default task type', () => {
    const others = [benchmark(1, 9, { agentType: 'x' }), benchmark(1, 9, { taskType: 'y' })];
    expect(expectedDurationMs([...others, ...benchmarks], 'cognitive', { '1': 1 })).toBe(1000);
  });

  it('expects nothing where there is no benchmark or nothing ran', () => {
    expect(expectedDurationMs(benchmarks, 'other', { '1': 3 })).toBeNull();
    expect(expectedDurationMs(benchmarks, 'cognitive', {})).toBeNull();
  });
});
