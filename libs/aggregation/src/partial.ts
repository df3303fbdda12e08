import type { DurationStats, MeanMax, Statistics } from '@app/contracts';
import {
  LOW_SAMPLE,
  QuantileSketch,
  addToMoments,
  consistencyPct,
  emptyMoments,
  meanOf,
  mergeMoments,
  reliabilityScore,
  successRatePct,
} from '@app/stats';
import type { Moments } from '@app/stats';

/** Executions of one task type and complexity. */
export interface Stratum {
  complexity: number;
  taskType: string;
  total: number;
  /** Durations of the successful ones, ms. */
  duration: Moments;
}

/**
 * The mergeable state of a set of executions: what a rollup row holds. Merging the partials of
 * disjoint sets gives the partial of their union, whatever the order.
 */
export interface Partial {
  total: number;
  successful: number;
  failed: number;
  cancelled: number;
  /** Of successful executions, ms. */
  duration: Moments;
  cpu: Moments;
  memory: Moments;
  network: Moments;
  disk: Moments;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  lastEndedAtMs: number;
  strata: Map<string, Stratum>;
  /** Of successful executions, ms. */
  sketch: QuantileSketch;
}

/** What a partial needs to know of one raw row. */
export interface RawRow {
  taskType: string;
  complexity: number;
  status: string;
  durationMs: number;
  endedAtMs: number;
  cpuPercent: number | null;
  memoryMb: number | null;
  networkBytes: number | null;
  diskBytes: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
}

export function emptyPartial(): Partial {
  return {
    total: 0,
    successful: 0,
    failed: 0,
    cancelled: 0,
    duration: emptyMoments(),
    cpu: emptyMoments(),
    memory: emptyMoments(),
    network: emptyMoments(),
    disk: emptyMoments(),
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    lastEndedAtMs: 0,
    strata: new Map(),
    sketch: new QuantileSketch(),
  };
}

/** Adds one execution; changes `partial`. */
export function addRow(partial: Partial, row: RawRow): void {
  partial.total += 1;
  const stratum = stratumOf(partial, row.complexity, row.taskType);
  stratum.total += 1;
  if (row.status === 'success') {
    partial.successful += 1;
    addToMoments(partial.duration, row.durationMs);
    addToMoments(stratum.duration, row.durationMs);
    partial.sketch.add(row.durationMs);
  } else if (row.status === 'cancelled') partial.cancelled += 1;
  else partial.failed += 1;
  if (row.cpuPercent !== null) addToMoments(partial.cpu, row.cpuPercent);
  if (row.memoryMb !== null) addToMoments(partial.memory, row.memoryMb);
  if (row.networkBytes !== null) addToMoments(partial.network, row.networkBytes);
  if (row.diskBytes !== null) addToMoments(partial.disk, row.diskBytes);
  partial.inputTokens += row.inputTokens ?? 0;
  partial.outputTokens += row.outputTokens ?? 0;
  partial.costUsd += row.costUsd ?? 0;
  partial.lastEndedAtMs = Math.max(partial.lastEndedAtMs, row.endedAtMs);
}

/** Adds the executions behind `other`; changes `into` only. */
export function mergePartial(into: Partial, other: Partial): void {
  into.total += other.total;
  into.successful += other.successful;
  into.failed += other.failed;
  into.cancelled += other.cancelled;
  for (const name of ['duration', 'cpu', 'memory', 'network', 'disk'] as const) {
    mergeMoments(into[name], other[name]);
  }
  into.inputTokens += other.inputTokens;
  into.outputTokens += other.outputTokens;
  into.costUsd += other.costUsd;
  into.lastEndedAtMs = Math.max(into.lastEndedAtMs, other.lastEndedAtMs);
  for (const stratum of other.strata.values()) {
    const own = stratumOf(into, stratum.complexity, stratum.taskType);
    own.total += stratum.total;
    mergeMoments(own.duration, stratum.duration);
  }
  into.sketch.merge(other.sketch);
}

function stratumOf(partial: Partial, complexity: number, taskType: string): Stratum {
  const key = `${complexity}/${taskType}`;
  let stratum = partial.strata.get(key);
  if (!stratum) {
    stratum = { complexity, taskType, total: 0, duration: emptyMoments() };
    partial.strata.set(key, stratum);
  }
  return stratum;
}

/** The figures that a partial stands for, by the formulas of the stats room. */
export function finalise(partial: Partial): Statistics {
  const successRate = successRatePct(partial);
  const consistency = consistencyPct([...partial.strata.values()].map(({ duration }) => duration));
  return {
    total: partial.total,
    successful: partial.successful,
    failed: partial.failed,
    cancelled: partial.cancelled,
    successRate,
    consistency,
    reliability: reliabilityScore(successRate, consistency),
    lowSample: partial.total < LOW_SAMPLE,
    duration: durationStats(partial),
    cpuPercent: meanMax(partial.cpu),
    memoryMb: meanMax(partial.memory),
    networkBytes: partial.network.sum,
    diskBytes: partial.disk.sum,
    inputTokens: partial.inputTokens,
    outputTokens: partial.outputTokens,
    costUsd: partial.costUsd,
    complexity: complexityCounts(partial),
  };
}

function durationStats({ duration, sketch }: Partial): DurationStats {
  return {
    meanMs: meanOf(duration),
    minMs: duration.min,
    maxMs: duration.max,
    p50Ms: within(duration, sketch.quantile(0.5)),
    p95Ms: within(duration, sketch.quantile(0.95)),
    p99Ms: within(duration, sketch.quantile(0.99)),
  };
}

/** The sketch answers with the middle of a bin, which may lie beyond the values themselves. */
function within({ min, max }: Moments, value: number | null): number | null {
  return value === null ? null : Math.min(Math.max(value, min ?? value), max ?? value);
}

function meanMax(moments: Moments): MeanMax {
  return { mean: meanOf(moments), max: moments.max };
}

function complexityCounts(partial: Partial): Record<string, number> {
  const counts: Record<string, number> = { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 };
  for (const { complexity, total } of partial.strata.values()) {
    counts[complexity] = (counts[complexity] ?? 0) + total;
  }
  return counts;
}
