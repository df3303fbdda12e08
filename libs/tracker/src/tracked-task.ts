import { CpuMeter } from './cpu-meter.js';
import type { Metered } from './cpu-meter.js';
import { compact } from './record.js';
import type { ResourceUsage, StartExtras } from './options.js';

export interface AgentRef {
  id: string;
  name: string;
  type: string;
}

export interface TaskRef extends Omit<StartExtras, 'taskType'> {
  id: string;
  name: string;
  type?: string;
  /** 1 simple … 5 maximum. */
  complexity?: number;
}

/** A tracked task that is running: says who it is and takes what it used. */
export interface TaskMeter {
  readonly executionId: string;
  readonly traceId: string | undefined;
  /**
   * Adds to what the task used: tokens, cost, bytes and CPU time add up (CPU time also to what is
   * metered), of memory the highest counts, a CPU percentage replaces the one before.
   */
  addUsage(usage: ResourceUsage): void;
  /** Sets figures: they replace what was added and what was metered. */
  report(usage: ResourceUsage): void;
  /** The model that was used, and other facts; metadata are merged. */
  describe(facts: { model?: string; metadata?: Record<string, unknown> }): void;
}

const SUMS = [
  'cpuMs',
  'networkBytes',
  'diskBytes',
  'inputTokens',
  'outputTokens',
  'costUsd',
] as const;

/** One per thread and process, whatever the number of trackers: there is one CPU to divide. */
export const meter = new CpuMeter<TrackedTask>();

export class TrackedTask implements TaskMeter {
  readonly metered: Metered = { cpuMs: 0, peakBytes: 0, busyMs: 0 };
  private readonly added: ResourceUsage = {};
  private readonly set: ResourceUsage = {};
  private facts: Pick<StartExtras, 'model' | 'metadata'> = {};

  constructor(
    /** The tracker that it belongs to: a task of another one is not its parent. */
    readonly owner: object,
    readonly executionId: string,
    readonly traceId: string | undefined,
  ) {}

  addUsage(usage: ResourceUsage): void {
    for (const name of SUMS) {
      const value = usage[name];
      if (isFigure(value)) this.added[name] = (this.added[name] ?? 0) + value;
    }
    const { memoryMb, cpuPercent } = usage;
    if (isFigure(memoryMb)) this.added.memoryMb = Math.max(this.added.memoryMb ?? 0, memoryMb);
    if (isFigure(cpuPercent)) this.added.cpuPercent = cpuPercent;
  }

  report(usage: ResourceUsage): void {
    Object.assign(this.set, compact(usage));
  }

  describe({ model, metadata }: Pick<StartExtras, 'model' | 'metadata'>): void {
    const merged = metadata ? { ...this.facts.metadata, ...metadata } : this.facts.metadata;
    this.facts = compact({ model: model ?? this.facts.model, metadata: merged });
  }

  /** What it used in all. A figure that the task knows better than the meter wins. */
  usage(): ResourceUsage {
    const { cpuMs, peakBytes } = this.metered;
    const metered: ResourceUsage = compact({
      cpuMs: meter.works && cpuMs > 0 ? micros(cpuMs + (this.added.cpuMs ?? 0)) : undefined,
      memoryMb: peakBytes > 0 ? peakBytes / 2 ** 20 : undefined,
    });
    return { ...this.added, ...metered, ...ownMemory(this.added), ...this.set };
  }

  extras(): Pick<StartExtras, 'model' | 'metadata'> {
    return this.facts;
  }
}

/** The task's own word on its memory is about itself; the meter's is about the whole process. */
function ownMemory({ memoryMb }: ResourceUsage): ResourceUsage {
  return compact({ memoryMb });
}

function isFigure(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}

/** To the microsecond, like durations. */
function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
