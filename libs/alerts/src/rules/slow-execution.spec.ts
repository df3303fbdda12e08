import { describe, expect, it } from '@jest/globals';
import type { Benchmark, Outcome } from '@app/contracts';

import { builtInRule } from './built-in.js';
import { slowExecution } from './slow-execution.js';

const rule = builtInRule('slow_execution');
const benchmark = { expectedMs: 1200 } as Benchmark;

function aRun(durationMs: number, status: Outcome = 'success') {
  return { status, taskType: 'default', complexity: 3, durationMs };
}

describe(slowExecution.name, () => {
  it.each<[string, number, Outcome, [string, number] | null]>([
    ['nothing at the expected time', 1200, 'success', null],
    ['nothing at exactly 1.5 ×', 1800, 'success', null],
    ['a warning just above 1.5 ×', 1800.001, 'success', ['warning', 1800]],
    ['a warning at exactly 2 ×', 2400, 'success', ['warning', 1800]],
    ['critical just above 2 ×', 2400.001, 'success', ['critical', 2400]],
    ['critical for a time-out', 60_000, 'timeout', ['critical', 2400]],
    ['nothing for a failure', 60_000, 'failure', null],
    ['nothing for a cancelled run', 60_000, 'cancelled', null],
    ['nothing for an abandoned run', 60_000, 'abandoned', null],
    ['nothing for a run of no time', 0, 'success', null],
  ])('finds %s', (_, durationMs, status, expected) => {
    const finding = slowExecution(rule, aRun(durationMs, status), benchmark);
    expect(finding && [finding.severity, finding.thresholdValue]).toEqual(expected);
  });

  it('expects nothing without a benchmark', () => {
    expect(slowExecution(rule, aRun(1e9), null)).toBeNull();
  });

  it('names rule and stratum, never values', () => {
    const fingerprints = [2000, 9000].map(
      (ms) => slowExecution(rule, aRun(ms), benchmark)?.fingerprint,
    );
    expect(fingerprints).toEqual(['slow_execution:default:3', 'slow_execution:default:3']);
  });

  it('says plainly what happened', () => {
    expect(slowExecution(rule, aRun(2100), benchmark)?.describe('planner-1')).toBe(
      'planner-1 took 2.1 s for level 3 (limit 1.8 s, 1.5 × the expected 1.2 s)',
    );
    expect(
      slowExecution(rule, { ...aRun(4800), taskType: 'parse' }, benchmark)?.describe('planner-1'),
    ).toBe('planner-1 took 4.8 s for "parse" at level 3 (limit 2.4 s, 2 × the expected 1.2 s)');
  });
});
