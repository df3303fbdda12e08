import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';

import { builtInRule } from './built-in.js';
import { resourceOveruse } from './resource-overuse.js';
import type { Resource } from './resource-overuse.js';

const rule = builtInRule('resource_overuse');
const benchmark = { maxCpuPercent: 60, maxMemoryMb: 512 } as Benchmark;

function aRun(cpuPercent: number | null, memoryMb: number | null) {
  return { taskType: 'default', complexity: 2, durationMs: 1000, cpuPercent, memoryMb };
}

describe(resourceOveruse.name, () => {
  it.each<[string, Resource, number | null, number | null, [string, number, string] | null]>([
    ['nothing at exactly the CPU limit', 'cpu', 60, null, null],
    ['a warning above it', 'cpu', 60.1, null, ['warning', 60, '%']],
    ['a warning at exactly 1.5 ×', 'cpu', 90, null, ['warning', 60, '%']],
    ['critical above 1.5 ×', 'cpu', 90.1, null, ['critical', 90, '%']],
    ['nothing at exactly the memory limit', 'memory', null, 512, null],
    ['a warning above the memory limit', 'memory', null, 513, ['warning', 512, 'MB']],
    ['critical memory', 'memory', null, 769, ['critical', 768, 'MB']],
    ['nothing about CPU from memory', 'cpu', null, 9999, null],
    ['nothing about memory from CPU', 'memory', 9999, null, null],
    ['nothing at zero', 'cpu', 0, 0, null],
  ])('finds %s', (_, resource, cpuPercent, memoryMb, expected) => {
    const finding = resourceOveruse(rule, resource, aRun(cpuPercent, memoryMb), benchmark);
    expect(finding && [finding.severity, finding.thresholdValue, finding.unit]).toEqual(expected);
  });

  it('expects nothing without a benchmark', () => {
    expect(resourceOveruse(rule, 'cpu', aRun(1000, 1e6), null)).toBeNull();
  });

  it('judges memory, but not CPU, of a run under a second', () => {
    const burst = { ...aRun(100, 10_000), durationMs: 999 };
    expect(resourceOveruse(rule, 'cpu', burst, benchmark)).toBeNull();
    expect(resourceOveruse(rule, 'memory', burst, benchmark)).not.toBeNull();
  });

  it('keeps the resources apart', () => {
    const run = aRun(100, 10_000);
    expect(resourceOveruse(rule, 'cpu', run, benchmark)?.fingerprint).toBe(
      'resource_overuse:cpu:default:2',
    );
    expect(resourceOveruse(rule, 'memory', run, benchmark)?.fingerprint).toBe(
      'resource_overuse:memory:default:2',
    );
  });

  it('says plainly what happened', () => {
    expect(resourceOveruse(rule, 'cpu', aRun(75, null), benchmark)?.describe('builder')).toBe(
      'builder used 75 % CPU for level 2 (limit 60 %)',
    );
    expect(resourceOveruse(rule, 'memory', aRun(null, 1000), benchmark)?.describe('builder')).toBe(
      'builder used 1000 MB memory for level 2 (limit 768 MB, 1.5 × the allowed 512 MB)',
    );
  });
});
