import type { Span, Sum } from '@app/aggregation';
import type { Statistics, SummaryRow } from '@app/contracts';

import type { NamedAgent } from './agent.reader.js';
import type { Sortable } from './summary.order.js';

/** What a row tells beside the figures of its windows. */
export interface Counts {
  running: number;
  openAlerts: number;
}

interface Written {
  before: Sum;
  lengthMs: number;
  counts: Counts;
  agent: NamedAgent;
  json: string;
}

/** Sums do not change, and those that are remembered are asked for again and again. */
const written = new WeakMap<Sum, Written>();

/** What a row is made of. All agents are sorted, and only those of a page are written out. */
export class SummaryEntry implements Sortable {
  constructor(
    private readonly span: Span,
    private readonly agent: NamedAgent,
    private readonly current: Sum,
    private readonly before: Sum,
    private readonly counts: Counts,
  ) {}

  /** Most are only counted and ranked: the rest is worked out for those that are asked for it. */
  private get now(): Statistics {
    return this.current.statistics;
  }

  get agentId(): string {
    return this.agent.agentId;
  }
  get agentName(): string {
    return this.agent.agentName;
  }
  get agentType(): string {
    return this.agent.agentType;
  }
  get total(): number {
    return this.current.counts.total;
  }
  get successful(): number {
    return this.current.counts.successful;
  }
  get failed(): number {
    return this.current.counts.failed;
  }
  get cancelled(): number {
    return this.current.counts.cancelled;
  }
  get successRate(): number | null {
    return this.now.successRate;
  }
  get consistency(): number | null {
    return this.now.consistency;
  }
  get reliability(): number | null {
    return this.now.reliability;
  }
  get duration(): Statistics['duration'] {
    return this.now.duration;
  }
  get cpuPercent(): Statistics['cpuPercent'] {
    return this.now.cpuPercent;
  }
  get memoryMb(): Statistics['memoryMb'] {
    return this.now.memoryMb;
  }
  get networkBytes(): number {
    return this.now.networkBytes;
  }
  get diskBytes(): number {
    return this.now.diskBytes;
  }
  get inputTokens(): number {
    return this.now.inputTokens;
  }
  get outputTokens(): number {
    return this.now.outputTokens;
  }
  get costUsd(): number {
    return this.now.costUsd;
  }
  get throughputPerHour(): number {
    return (this.total * 3_600_000) / (this.span.toMs - this.span.fromMs);
  }
  get lastActiveAt(): string | null {
    return this.total > 0 ? new Date(this.current.lastEndedAtMs).toISOString() : null;
  }
  get running(): number {
    return this.counts.running;
  }
  get openAlerts(): number {
    return this.counts.openAlerts;
  }

  /** The row as JSON. As long as it stays what it was, it is written once. */
  toJson(): string {
    const { current, before, counts, agent } = this;
    const lengthMs = this.span.toMs - this.span.fromMs;
    const known = written.get(current);
    const isSame =
      known?.before === before &&
      known.lengthMs === lengthMs &&
      known.counts.running === counts.running &&
      known.counts.openAlerts === counts.openAlerts &&
      known.agent.agentId === agent.agentId &&
      known.agent.agentName === agent.agentName &&
      known.agent.agentType === agent.agentType;
    if (isSame) return known.json;
    const json = JSON.stringify(this.toRow());
    written.set(current, { before, lengthMs, counts, agent, json });
    return json;
  }

  toRow(): SummaryRow {
    const { agentId, agentName, agentType } = this.agent;
    return {
      agentId,
      agentName,
      agentType,
      ...figuresOf(this.span, this.current, this.before),
      running: this.counts.running,
      openAlerts: this.counts.openAlerts,
    };
  }
}

export type Figures = Omit<
  SummaryRow,
  'agentId' | 'agentName' | 'agentType' | 'running' | 'openAlerts'
>;

/** The figures of a span, and those of the one before. */
export function figuresOf(span: Span, current: Sum, previous: Sum): Figures {
  const now = current.statistics;
  const before = previous.statistics;
  return {
    ...now,
    throughputPerHour: (now.total * 3_600_000) / (span.toMs - span.fromMs),
    lastActiveAt: now.total > 0 ? new Date(current.lastEndedAtMs).toISOString() : null,
    previous:
      before.total === 0
        ? null
        : {
            total: before.total,
            successRate: before.successRate,
            consistency: before.consistency,
            reliability: before.reliability,
            duration: before.duration,
            cpuPercent: before.cpuPercent,
            memoryMb: before.memoryMb,
          },
  };
}
