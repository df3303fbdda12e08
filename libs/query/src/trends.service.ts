import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import { emptyPartial, finalise, mergePartial, readPartials } from '@app/aggregation';
import type { Partial, PartialSink } from '@app/aggregation';
import type { Period, TrendPoint, TrendSeries } from '@app/contracts';
import { addBuckets, bucketStarts, floorToBucket } from '@app/stats';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { readAgents } from './agent.reader.js';
import type { AgentFilter, RegisteredAgent } from './agent.reader.js';
import { snapshot } from './snapshot.js';
import { readStratum } from './stratum.reader.js';
import { bucketedSpan } from './time-range.js';
import type { BucketedSpan, RangeParameters } from './time-range.js';

export interface TrendRequest extends RangeParameters {
  period?: Period | undefined;
  lookback?: number | undefined;
  complexity?: number | undefined;
  taskType?: string | undefined;
}

/** Statistics bucket by bucket. */
@Injectable()
export class TrendsService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The agents together as one series, the current bucket included, gaps as points without data. */
  async together(
    scope: ProjectScope,
    request: TrendRequest,
    filter: AgentFilter,
  ): Promise<TrendPoint[]> {
    const span = bucketedSpan(request, this.clock.now().getTime());
    const { partials } = await this.read(scope, request, filter, span, () => 0);
    return points(span, (bucketMs) => partials.get(`0/${bucketMs}`));
  }

  /** One series per agent. */
  async apart(
    scope: ProjectScope,
    request: TrendRequest,
    filter: AgentFilter,
  ): Promise<TrendSeries[]> {
    const span = bucketedSpan(request, this.clock.now().getTime());
    const { agents, partials } = await this.read(scope, request, filter, span, (key) => key);
    return agents.map(({ agentKey, agentId, agentName, agentType }) => ({
      agentId,
      agentName,
      agentType,
      points: points(span, (bucketMs) => partials.get(`${agentKey}/${bucketMs}`)),
    }));
  }

  private read(
    scope: ProjectScope,
    request: TrendRequest,
    filter: AgentFilter,
    span: BucketedSpan,
    seriesOf: (agentKey: number) => number,
  ): Promise<{ agents: RegisteredAgent[]; partials: Map<string, Partial> }> {
    const partials = new Map<string, Partial>();
    const partialFor = (agentKey: number, atMs: number): Partial => {
      const id = `${seriesOf(agentKey)}/${floorToBucket(atMs, span.period)}`;
      let partial = partials.get(id);
      if (!partial) {
        partial = emptyPartial();
        partials.set(id, partial);
      }
      return partial;
    };
    const sink: PartialSink = {
      partialFor,
      rollup: (agentKey, atMs, partial) => mergePartial(partialFor(agentKey, atMs), partial),
    };
    return snapshot(this.dataSource, async (query) => {
      const agents = await readAgents(query, scope.projectId, filter);
      const agentKeys = agents.map(({ agentKey }) => agentKey);
      if (request.complexity === undefined && request.taskType === undefined) {
        await readPartials(query, { ...span, agentKeys, coarsest: span.period }, sink);
      } else {
        await readStratum(query, agentKeys, span, request, sink);
      }
      return { agents, partials };
    });
  }
}

function points(
  { fromMs, toMs, period }: BucketedSpan,
  partialAt: (bucketMs: number) => Partial | undefined,
): TrendPoint[] {
  return bucketStarts(fromMs, toMs, period).map((bucketMs) => ({
    bucketStart: new Date(bucketMs).toISOString(),
    bucketEnd: new Date(addBuckets(bucketMs, period, 1)).toISOString(),
    ...finalise(partialAt(bucketMs) ?? emptyPartial()),
  }));
}
