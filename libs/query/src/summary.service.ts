import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import {
  RollupService,
  Sum,
  SumReader,
  emptyPartial,
  mergePartial,
  readPartials,
} from '@app/aggregation';
import type { Partial, PartialSink, Span } from '@app/aggregation';
import type { Period, SummaryRow } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import { countByAgent, readAgents } from './agent.reader.js';
import type { AgentFilter, RegisteredAgent } from './agent.reader.js';
import { isNarrowed, readKind, requireShort } from './kind.reader.js';
import type { KindFilter } from './kind.reader.js';
import { ReadDatabase } from './read/read-database.js';
import type { Reader } from './read/read-database.js';
import { previousSpan, spanOf } from './time-range.js';
import type { RangeParameters } from './time-range.js';

/** From here on whole months are fewer than whole weeks. */
const MONTHS_FROM_MS = 90 * 24 * 3_600_000;

/** All agents together; the row of nobody in particular. */
export type TotalRow = Omit<SummaryRow, 'agentId' | 'agentName' | 'agentType'> & {
  agentId: null;
  agentCount: number;
};

interface Gathered {
  agents: RegisteredAgent[];
  span: Span;
  current: Map<number, Sum>;
  previous: Map<number, Sum>;
  running: Map<number, number>;
  openAlerts: Map<number, number>;
}

/** What each agent did in a window, and all of them together. */
@Injectable()
export class SummaryService {
  private readonly sums = new SumReader();

  constructor(
    private readonly database: ReadDatabase,
    private readonly rollups: RollupService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** One row per agent of the project, also those that did nothing; in no particular order. */
  async perAgent(
    scope: ProjectScope,
    range: RangeParameters,
    filter: AgentFilter,
  ): Promise<SummaryRow[]> {
    return this.inSpan(scope, this.spanOf(range), filter);
  }

  /** @throws DomainError `invalid-request` naming the parameter */
  spanOf(range: RangeParameters): Span {
    return spanOf(range, this.clock.now().getTime(), '24h');
  }

  /** As {@link perAgent}; `filter` may narrow the figures to one kind of execution. */
  async inSpan(
    scope: ProjectScope,
    range: Span,
    filter: AgentFilter & KindFilter,
  ): Promise<SummaryRow[]> {
    const gathered = await this.gather(scope, range, filter);
    const { agents, span, current, previous, running, openAlerts } = gathered;
    return agents.map((agent) => ({
      agentId: agent.agentId,
      agentName: agent.agentName,
      agentType: agent.agentType,
      ...figures(span, current.get(agent.agentKey), previous.get(agent.agentKey)),
      running: running.get(agent.agentKey) ?? 0,
      openAlerts: openAlerts.get(agent.agentKey) ?? 0,
    }));
  }

  async total(scope: ProjectScope, range: RangeParameters, filter: AgentFilter): Promise<TotalRow> {
    const gathered = await this.gather(scope, this.spanOf(range), filter);
    const { agents, span, current, previous, running, openAlerts } = gathered;
    return {
      agentId: null,
      agentCount: agents.length,
      ...figures(span, union(current), union(previous)),
      running: sum(running),
      openAlerts: sum(openAlerts),
    };
  }

  private gather(
    scope: ProjectScope,
    span: Span,
    filter: AgentFilter & KindFilter,
  ): Promise<Gathered> {
    requireShort(span, filter);
    return this.database.snapshot(async (reader) => {
      const { query } = reader;
      const agents = await readAgents(query, scope.projectId, filter);
      const agentKeys = agents.map(({ agentKey }) => agentKey);
      return {
        agents,
        span,
        current: await this.read(reader, scope, agentKeys, span, filter),
        previous: await this.read(reader, scope, agentKeys, previousSpan(span), filter),
        running: await countByAgent(query, 'running_executions', agentKeys),
        openAlerts: await countByAgent(query, 'agent_performance_alerts', agentKeys),
      };
    });
  }

  private async read(
    reader: Reader,
    scope: ProjectScope,
    agentKeys: number[],
    span: Span,
    kind: KindFilter,
  ): Promise<Map<number, Sum>> {
    if (isNarrowed(kind) || !this.rollups.hasOneSnapshot) {
      const partials = await partialsByAgent(reader, scope, agentKeys, span, kind);
      return new Map([...partials].map(([agentKey, partial]) => [agentKey, new Sum([partial])]));
    }
    const { projectId } = scope;
    const request = { ...span, projectId, agentKeys, coarsest: coarsestOf(span) };
    return this.sums.read(reader.query, request);
  }
}

/** The state of each agent that did anything in the span. */
export async function partialsByAgent(
  reader: Reader,
  { projectId }: ProjectScope,
  agentKeys: number[],
  span: Span,
  kind: KindFilter = {},
): Promise<Map<number, Partial>> {
  const partials = new Map<number, Partial>();
  const partialFor = (agentKey: number): Partial => {
    let partial = partials.get(agentKey);
    if (!partial) {
      partial = emptyPartial();
      partials.set(agentKey, partial);
    }
    return partial;
  };
  const sink: PartialSink = { partialFor };
  const coarsest = coarsestOf(span);
  if (isNarrowed(kind)) await readKind(reader, projectId, agentKeys, span, kind, sink);
  else {
    const request = { ...span, projectId, agentKeys, coarsest, summed: true } as const;
    await readPartials(reader.query, request, sink);
  }
  return partials;
}

function coarsestOf({ fromMs, toMs }: Span): Period {
  return toMs - fromMs > MONTHS_FROM_MS ? 'month' : 'week';
}

type Figures = Omit<SummaryRow, 'agentId' | 'agentName' | 'agentType' | 'running' | 'openAlerts'>;

const NOTHING = new Sum([]);

function figures(span: Span, current = NOTHING, previous = NOTHING): Figures {
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

function union(sums: Map<number, Sum>): Sum {
  const all = emptyPartial();
  for (const sum of sums.values()) mergePartial(all, sum.partial);
  return new Sum([all]);
}

function sum(counts: Map<number, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}
