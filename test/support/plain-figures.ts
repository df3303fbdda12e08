import type { ExecutionRecord } from '@app/contracts';

/** The figures of a set of executions, by plain loops over the records themselves. */
export interface PlainFigures {
  total: number;
  successful: number;
  failed: number;
  cancelled: number;
  successRate: number | null;
  consistency: number | null;
  reliability: number | null;
  meanMs: number | null;
  minMs: number | null;
  maxMs: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  cpuMean: number | null;
  cpuMax: number | null;
  memoryMean: number | null;
  memoryMax: number | null;
  networkBytes: number;
  diskBytes: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  complexity: Record<string, number>;
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: number[]): number | null =>
  values.length === 0 ? null : sum(values) / values.length;
const least = (values: number[]): number | null =>
  values.length === 0 ? null : Math.min(...values);
const most = (values: number[]): number | null =>
  values.length === 0 ? null : Math.max(...values);

/** Nearest rank: the value at rank ⌈q·n⌉. */
function nearestRank(values: number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}

function given(records: ExecutionRecord[], name: keyof ExecutionRecord): number[] {
  return records.map((record) => record[name]).filter((value) => typeof value === 'number');
}

export function plainFigures(records: ExecutionRecord[]): PlainFigures {
  const successes = records.filter(({ status }) => status === 'success');
  const cancelled = records.filter(({ status }) => status === 'cancelled').length;
  const durations = given(successes, 'durationMs');
  const judged = records.length - cancelled;
  const successRate = judged === 0 ? null : (successes.length / judged) * 100;
  const consistency = plainConsistency(successes);
  const complexity: Record<string, number> = { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 };
  for (const record of records) {
    const level = String(record.complexity);
    complexity[level] = (complexity[level] ?? 0) + 1;
  }
  return {
    total: records.length,
    successful: successes.length,
    failed: records.length - successes.length - cancelled,
    cancelled,
    successRate,
    consistency,
    reliability:
      successRate === null || consistency === null ? null : successRate * 0.7 + consistency * 0.3,
    meanMs: mean(durations),
    minMs: least(durations),
    maxMs: most(durations),
    p50Ms: nearestRank(durations, 0.5),
    p95Ms: nearestRank(durations, 0.95),
    p99Ms: nearestRank(durations, 0.99),
    cpuMean: mean(given(records, 'cpuPercent')),
    cpuMax: most(given(records, 'cpuPercent')),
    memoryMean: mean(given(records, 'memoryMb')),
    memoryMax: most(given(records, 'memoryMb')),
    networkBytes: sum(given(records, 'networkBytes')),
    diskBytes: sum(given(records, 'diskBytes')),
    inputTokens: sum(given(records, 'inputTokens')),
    outputTokens: sum(given(records, 'outputTokens')),
    costUsd: sum(given(records, 'costUsd')),
    complexity,
  };
}

function plainConsistency(successes: ExecutionRecord[]): number | null {
  const strata = new Map<string, number[]>();
  for (const { taskType, complexity, durationMs } of successes) {
    const key = JSON.stringify([taskType, complexity]);
    strata.set(key, [...(strata.get(key) ?? []), durationMs ?? 0]);
  }
  let weighted = 0;
  let n = 0;
  for (const values of strata.values()) {
    const centre = mean(values);
    if (values.length < 2 || centre === null) continue;
    const variance = sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
    const score = centre === 0 ? 100 : Math.max(0, 100 - (100 * Math.sqrt(variance)) / centre);
    weighted += score * values.length;
    n += values.length;
  }
  return n === 0 ? null : weighted / n;
}
