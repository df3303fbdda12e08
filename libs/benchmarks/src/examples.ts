import type {
  Benchmark,
  BenchmarkImport,
  BenchmarkPreview,
  BenchmarkSuggestion,
  BenchmarkVersion,
} from '@app/contracts';

export const benchmarkExample: Benchmark = {
  id: '0b1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91',
  agentType: 'cognitive',
  taskType: 'default',
  complexity: 3,
  expectedMs: 3000,
  maxCpuPercent: 60,
  maxMemoryMb: 768,
  minSuccessRate: 90,
  source: 'default',
  version: 1,
  updatedAt: '2026-11-22T10:00:00.000Z',
};

const before = {
  expectedMs: 3000,
  maxCpuPercent: 60,
  maxMemoryMb: 768,
  minSuccessRate: 90,
  source: 'default' as const,
};
const after = { ...before, expectedMs: 2500, source: 'custom' as const };

export const versionExample: BenchmarkVersion = {
  version: 2,
  action: 'changed',
  changedAt: '2026-11-22T10:00:00.000Z',
  changedBy: 'maria',
  before,
  after,
};

export const importExample: BenchmarkImport = {
  dryRun: true,
  created: 0,
  changed: 1,
  unchanged: 0,
  rows: [
    { index: 0, action: 'changed', before, after: { ...benchmarkExample, ...after, version: 2 } },
  ],
};

export const previewExample: BenchmarkPreview = {
  from: '2026-10-23T10:00:00.000Z',
  to: '2026-11-22T10:00:00.000Z',
  complete: true,
  total: 1200,
  successRate: 97.5,
  given: {
    slow: 48,
    verySlow: 6,
    overCpu: 0,
    overMemory: 3,
    alerting: 50,
    belowMinSuccessRate: false,
  },
  current: {
    slow: 21,
    verySlow: 2,
    overCpu: 0,
    overMemory: 3,
    alerting: 24,
    belowMinSuccessRate: false,
  },
};

export const suggestionExample: BenchmarkSuggestion = {
  benchmark: benchmarkExample,
  taskType: 'summarise',
  direction: 'slower',
  n: 812,
  from: '2026-11-15T10:00:00.000Z',
  to: '2026-11-22T10:00:00.000Z',
  p75Ms: 4460.2,
  p90Ms: 5920.7,
  p75IntervalMs: [4301.5, 4612.9],
  suggestedMs: 4460,
};
