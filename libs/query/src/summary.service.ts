import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import {
  DirtyQuestion,
  RollupService,
  Sum,
  SumReader,
  aroundOf,
  emptyPartial,
  mergePartial,
  readPartials,
} from '@app/aggregation';
import type { Partial, PartialSink, Span } from '@app/aggregation';
import type { Period, SummaryRow } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import { AgentsQuestion, CountQuestion } from './agent.reader.js';
import type { AgentFilter, NamedAgent } from './agent.reader.js';
import { isNarrowed, readKind, requireShort } from './kind.reader.js';
import type { KindFilter } from './kind.reader.js';
import { ReadDatabase } from './read/read-database.js';
import type { Reader } from './read/read-database.js';
import { SummaryEntry, figuresOf } from './summary.entry.js';
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
  agents: NamedAgent[];
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
    const entries = await this.inSpan(scope, this.spanOf(range), filter);
    return entries.map((entry) => entry.toRow());
  }

  /** @throws DomainError `invalid-request` naming the parameter */
  spanOf(range: RangeParameters): Span {
    return spanOf(range, this.clock.now().getTime(), '24h');
  }

  /**
   * What each agent's row is made of, in no particular order; `filter` may narrow the figures to one
   * kind of execution.
   */
  async inSpan(
    scope: ProjectScope,
    range: Span,
    filter: AgentFilter & KindFilter,
  ): Promise<SummaryEntry[]> {
    const gathered = await this.gather(scope, range, filter);
    const { agents, span, current, previous, running, openAlerts } = gathered;
    return agents.map((agent) => {
      const { agentKey } = agent;
      const counts = {
        running: running.get(agentKey) ?? 0,
        openAlerts: openAlerts.get(agentKey) ?? 0,
      };
      const [now, before] = [current.get(agentKey) ?? NOTHING, previous.get(agentKey) ?? NOTHING];
      return new SummaryEntry(span, agent, now, before, counts);
    });
  }

  async total(scope: ProjectScope, range: RangeParameters, filter: AgentFilter): Promise<TotalRow> {
    const gathered = await this.gather(scope, this.spanOf(range), filter);
    const { agents, span, current, previous, running, openAlerts } = gathered;
    return {
      agentId: null,
      agentCount: agents.length,
      ...figuresOf(span, union(current), union(previous)),
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
    const before = previousSpan(span);
    const { projectId } = scope;
    return this.database.snapshot(async (reader) => {
      const asked = new AgentsQuestion(projectId, filter);
      const marks = new DirtyQuestion(aroundOf({ fromMs: before.fromMs, toMs: span.toMs }));
      const running = new CountQuestion(projectId, 'running');
      const openAlerts = new CountQuestion(projectId, 'open alerts');
      await reader.query.copyAll([asked, marks, running, openAlerts]);
      const agents = asked.answer();
      const agentKeys = agents.map(({ agentKey }) => agentKey);
      const only = onlyOf(agentKeys);
      const read = await this.readerOf(reader, scope, agentKeys, filter, marks);
      return {
        agents,
        span,
        current: await read(span),
        previous: await read(before),
        running: only(running.counts),
        openAlerts: only(openAlerts.counts),
      };
    });
  }

  /** Reads sums of any span; all on the one snapshot. */
  private async readerOf(
    reader: Reader,
    scope: ProjectScope,
    agentKeys: number[],
    kind: KindFilter,
    marks: DirtyQuestion,
  ): Promise<(span: Span) => Promise<Map<number, Sum>>> {
    const { query } = reader;
    if (isNarrowed(kind) || !this.rollups.hasOneSnapshot) {
      return async (span) => {
        const partials = await partialsByAgent(reader, scope, agentKeys, span, kind);
        return new Map([...partials].map(([agentKey, partial]) => [agentKey, new Sum([partial])]));
      };
    }
    const { projectId } = scope;
    const dirty = await marks.answer(query, { agentKeys, projectId });
    return (span) => {
      const request = { ...span, projectId, agentKeys, coarsest: coarsestOf(span) };
      return this.sums.read(query, request, dirty);
    };
  }
}

/** Counts of these agents only. */
function onlyOf(agentKeys: number[]): (counts: Map<number, number>) => Map<number, number> {
  const wanted = new Set(agentKeys);
  return (counts) => new Map([...counts].filter(([agentKey]) => wanted.has(agentKey)));
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

const NOTHING = new Sum([]);

function union(sums: Map<number, Sum>): Sum {
  const all = emptyPartial();
  for (const sum of sums.values()) mergePartial(all, sum.partial);
  return new Sum([all]);
}

function sum(counts: Map<number, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}
