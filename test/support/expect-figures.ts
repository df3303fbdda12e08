import { expect } from '@jest/globals';
import type { Statistics } from '@app/contracts';

import type { PlainFigures } from './plain-figures.js';

/** Holds an answer against a recomputation: counts exactly, sums to rounding, quantiles to 1 %. */
export function expectFigures(actual: Statistics, plain: PlainFigures): void {
  expect({
    total: actual.total,
    successful: actual.successful,
    failed: actual.failed,
    cancelled: actual.cancelled,
    networkBytes: actual.networkBytes,
    diskBytes: actual.diskBytes,
    inputTokens: actual.inputTokens,
    outputTokens: actual.outputTokens,
    complexity: actual.complexity,
    minMs: actual.duration.minMs,
    maxMs: actual.duration.maxMs,
    cpuMax: actual.cpuPercent.max,
    memoryMax: actual.memoryMb.max,
    lowSample: actual.lowSample,
  }).toEqual({
    total: plain.total,
    successful: plain.successful,
    failed: plain.failed,
    cancelled: plain.cancelled,
    networkBytes: plain.networkBytes,
    diskBytes: plain.diskBytes,
    inputTokens: plain.inputTokens,
    outputTokens: plain.outputTokens,
    complexity: plain.complexity,
    minMs: plain.minMs,
    maxMs: plain.maxMs,
    cpuMax: plain.cpuMax,
    memoryMax: plain.memoryMax,
    lowSample: plain.total < 30,
  });
  expectClose(actual.successRate, plain.successRate, 1e-9);
  expectClose(actual.consistency, plain.consistency, 1e-9);
  expectClose(actual.reliability, plain.reliability, 1e-9);
  expectClose(actual.duration.meanMs, plain.meanMs, 1e-9);
  expectClose(actual.cpuPercent.mean, plain.cpuMean, 1e-9);
  expectClose(actual.memoryMb.mean, plain.memoryMean, 1e-9);
  expectClose(actual.costUsd, plain.costUsd, 1e-9);
  expectClose(actual.duration.p50Ms, plain.p50Ms, 0.010001);
  expectClose(actual.duration.p95Ms, plain.p95Ms, 0.010001);
  expectClose(actual.duration.p99Ms, plain.p99Ms, 0.010001);
}

/** @param relative the greatest relative difference allowed */
export function expectClose(actual: number | null, wanted: number | null, relative: number): void {
  if (actual === null || wanted === null) {
    expect(actual).toBe(wanted);
    return;
  }
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * relative + 1e-9);
}
