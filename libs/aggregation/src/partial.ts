import type { MeanMax, Statistics } from '@app/contracts';
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

import { ownBytes } from './own-bytes.js';
import { Slice } from './slice.js';
import { mergeStrata, strataKey, stratumOf } from './strata.codec.js';
import type { Stratum } from './strata.codec.js';

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
  return new Partial();
}

/**
 * The mergeable state of a set of executions: what a rollup row holds. Merging the partials of
 * disjoint sets gives the partial of their union, whatever the order. Strata and sketch stay
 * encoded until somebody looks at them: most are only passed on.
 */
export class Partial {
  total = 0;
  successful = 0;
  failed = 0;
  cancelled = 0;
  /** Of successful executions, ms. */
  duration = emptyMoments();
  cpu = emptyMoments();
  memory = emptyMoments();
  network = emptyMoments();
  disk = emptyMoments();
  inputTokens = 0;
  outputTokens = 0;
  costUsd = 0;
  lastEndedAtMs = 0;
  private encodedStrata: Buffer | null = null;
  private encodedSketch: Buffer | null = null;
  private ownStrata: Map<string, Stratum> | null = null;
  private ownSketch: QuantileSketch | null = null;

  get strata(): Map<string, Stratum> {
    if (!this.ownStrata) {
      this.ownStrata = new Map();
      if (this.encodedStrata) mergeStrata(this.ownStrata, Slice.of(this.encodedStrata));
      this.encodedStrata = null;
    }
    return this.ownStrata;
  }

  /** Of successful executions, ms. */
  get sketch(): QuantileSketch {
    if (!this.ownSketch) {
      this.ownSketch = new QuantileSketch();
      if (this.encodedSketch) this.ownSketch.mergeEncoded(this.encodedSketch);
      this.encodedSketch = null;
    }
    return this.ownSketch;
  }

  /** Adds encoded strata and an encoded sketch, which may be scratch memory. */
  addEncoded(strata: Slice, sketch: Slice): void {
    if (this.ownStrata || this.encodedStrata) mergeStrata(this.strata, strata);
    else this.encodedStrata = strata.copy();
    if (this.ownSketch || this.encodedSketch) {
      this.sketch.mergeEncoded(sketch.bytes, sketch.start, sketch.end);
    } else this.encodedSketch = sketch.copy();
  }

  /** Takes what it holds out of shared memory: it will be kept for long. */
  detach(): void {
    if (this.encodedStrata) this.encodedStrata = ownBytes(this.encodedStrata);
    if (this.encodedSketch) this.encodedSketch = ownBytes(this.encodedSketch);
  }

  /** Adds both to another one. */
  giveTo(into: Partial): void {
    if (this.encodedStrata && this.encodedSketch) {
      into.addEncoded(Slice.of(this.encodedStrata), Slice.of(this.encodedSketch));
      return;
    }
    for (const [key, stratum] of this.strata) {
      const own = stratumOf(into.strata, key, stratum.complexity, stratum.taskType);
      own.total += stratum.total;
      mergeMoments(own.duration, stratum.duration);
    }
    into.sketch.merge(this.sketch);
  }
}

/** Adds one execution; changes `partial`. */
export function addRow(partial: Partial, row: RawRow): void {
  partial.total += 1;
  const key = strataKey(row.complexity, row.taskType);
  const stratum = stratumOf(partial.strata, key, row.complexity, row.taskType);
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
  other.giveTo(into);
}

/** The figures that a partial stands for, by the formulas of the stats room. */
export function finalise(partial: Partial): Statistics {
  const successRate = successRatePct(partial);
  const { consistency, quantiles, complexity } = figuresOf(partial);
  const { min: minMs, max: maxMs } = partial.duration;
  const [p50Ms = null, p95Ms = null, p99Ms = null] = quantiles;
  return {
    total: partial.total,
    successful: partial.successful,
    failed: partial.failed,
    cancelled: partial.cancelled,
    successRate,
    consistency,
    reliability: reliabilityScore(successRate, consistency),
    lowSample: partial.total < LOW_SAMPLE,
    duration: { meanMs: meanOf(partial.duration), minMs, maxMs, p50Ms, p95Ms, p99Ms },
    cpuPercent: meanMax(partial.cpu),
    memoryMb: meanMax(partial.memory),
    networkBytes: partial.network.sum,
    diskBytes: partial.disk.sum,
    inputTokens: partial.inputTokens,
    outputTokens: partial.outputTokens,
    costUsd: partial.costUsd,
    complexity: Object.fromEntries(complexity.map((count, index) => [String(index + 1), count])),
  };
}

function figuresOf({ strata, duration, sketch }: Partial): {
  consistency: number | null;
  quantiles: (number | null)[];
  complexity: number[];
} {
  const complexity = [0, 0, 0, 0, 0];
  const moments: Moments[] = [];
  for (const stratum of strata.values()) {
    complexity[stratum.complexity - 1] = (complexity[stratum.complexity - 1] ?? 0) + stratum.total;
    moments.push(stratum.duration);
  }
  return {
    consistency: consistencyPct(moments),
    quantiles: [0.5, 0.95, 0.99].map((q) => within(duration, sketch.quantile(q))),
    complexity,
  };
}

/** The sketch answers with the middle of a bin, which may lie beyond the values themselves. */
function within({ min, max }: Moments, value: number | null): number | null {
  return value === null ? null : Math.min(Math.max(value, min ?? value), max ?? value);
}

function meanMax(moments: Moments): MeanMax {
  return { mean: meanOf(moments), max: moments.max };
}
