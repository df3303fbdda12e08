import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import {
  BucketReader,
  RollupService,
  emptyPartial,
  finalise,
  readPartials,
} from '@app/aggregation';
import type { BucketFigures, Partial, PartialSink } from '@app/aggregation';
import type { Statistics, TrendPoint, TrendSeries } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { readAgents } from './agent.reader.js';
import type { AgentFilter, RegisteredAgent } from './agent.reader.js';
import { isNarrowed, readKind } from './kind.reader.js';
import { ReadDatabase } from './read/read-database.js';
import type { Reader } from './read/read-database.js';
import { bad, bucketedSpan } from './time-range.js';
import type { BucketParameters, BucketedSpan } from './time-range.js';
import { pointOf, pointsJson } from './trend.point.js';
import type { StatisticsAt } from './trend.point.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Minute rollups that one answer may be made of; each is about a kilobyte in memory. */
const MOST_MINUTES = 200_000;

export interface TrendRequest extends BucketParameters {
  complexity?: number | undefined;
  taskType?: string | undefined;
}

/** Statistics bucket by bucket. */
@Injectable()
export class TrendsService {
  private readonly buckets = new BucketReader();

  constructor(
    private readonly database: ReadDatabase,
    private readonly rollups: RollupService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The agents together as one series, the current bucket included, gaps as points without data. */
  async together(
    scope: ProjectScope,
    request: TrendRequest,
    filter: AgentFilter,
  ): Promise<TrendPoint[]> {
    const span = bucketedSpan(request, this.clock.now().getTime());
    return points(span, await this.figuresIn(scope, request, filter, span));
  }

  /** The same as JSON. */
  async togetherJson(
    scope: ProjectScope,
    request: TrendRequest,
    filter: AgentFilter,
  ): Promise<string> {
    const span = bucketedSpan(request, this.clock.now().getTime());
    return pointsJson(span.bounds, await this.figuresIn(scope, request, filter, span));
  }

  /** Figures by the number of their bucket, of the agents together. */
  private async figuresIn(
    scope: ProjectScope,
    request: TrendRequest,
    filter: AgentFilter,
    span: BucketedSpan,
  ): Promise<StatisticsAt> {
    const [agentId, another] = filter.agentIds ?? [];
    const isOne = agentId !== undefined && another === undefined && filter.agentType === undefined;
    if (isOne && this.canRemember(request, span)) {
      const figures = await this.ofOne(scope, agentId, span);
      return (bucket) => figures.get(span.bounds[bucket] ?? 0);
    }
    const { partials } = await this.read(scope, request, filter, span, () => 0);
    return (bucket) => statisticsOf(partials.get(`0/${bucket}`));
  }

  /** Whether the buckets are those of the rollups, and nothing is left out of them. */
  private canRemember(request: TrendRequest, { period, bounds }: BucketedSpan): boolean {
    const isUtc = request.tz === undefined || request.tz === 'UTC';
    const isWhole = isUtc || (period === 'hour' && bounds.every((atMs) => atMs % HOUR_MS === 0));
    return this.rollups.hasOneSnapshot && !isNarrowed(request) && isWhole && period !== 'minute';
  }

  private ofOne(
    { projectId }: ProjectScope,
    agentId: string,
    { fromMs, toMs, period }: BucketedSpan,
  ): Promise<BucketFigures> {
    return this.database.snapshot(async ({ query }) => {
      const request = { projectId, agentId, period, fromMs, toMs };
      const figures = await this.buckets.read(query, request);
      if (!figures) throw new DomainError('unknown-agent', 404, `No such agent here: ${agentId}`);
      return figures;
    });
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
      points: points(span, (bucket) => statisticsOf(partials.get(`${agentKey}/${bucket}`))),
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
      const id = `${seriesOf(agentKey)}/${bucketAt(span.bounds, atMs)}`;
      let partial = partials.get(id);
      if (!partial) {
        partial = emptyPartial();
        partials.set(id, partial);
      }
      return partial;
    };
    const sink: PartialSink = { partialFor };
    return this.database.snapshot(async (reader) => {
      const agents = await readAgents(reader.query, scope.projectId, filter);
      const agentKeys = agents.map(({ agentKey }) => agentKey);
      if (isNarrowed(request)) {
        await readKind(reader, scope.projectId, agentKeys, span, request, sink);
      } else
        await readBuckets(
          reader,
          { projectId: scope.projectId, agentKeys },
          span,
          request.tz,
          sink,
        );
      return { agents, partials };
    });
  }
}

/**
 * Reads the rollups that fit into the buckets. Rollups are in UTC: the days of another zone are made
 * of hours, or, where its clock is half an hour off, each of the hours within and the minutes at
 * its ends; its weeks and months likewise of days and hours.
 */
async function readBuckets(
  { query }: Reader,
  agents: { projectId: number; agentKeys: number[] },
  span: BucketedSpan,
  tz: string | undefined,
  sink: PartialSink,
): Promise<void> {
  const { bounds, period } = span;
  const wholeHours = bounds.every((atMs) => atMs % HOUR_MS === 0);
  if (
    tz === undefined ||
    tz === 'UTC' ||
    period === 'minute' ||
    (period === 'hour' && wholeHours)
  ) {
    return readPartials(query, { ...span, ...agents, coarsest: period }, sink);
  }
  if (period === 'hour') {
    const minutes = (agents.agentKeys.length * (span.toMs - span.fromMs)) / MINUTE_MS;
    if (minutes > MOST_MINUTES) {
      throw bad('tz', 'is half an hour off: hours of so many agents need a shorter range');
    }
    return readPartials(query, { ...span, ...agents, coarsest: 'minute' }, sink);
  }
  if (period === 'day' && wholeHours) {
    return readPartials(query, { ...span, ...agents, coarsest: 'hour' }, sink);
  }
  const coarsest = period === 'day' ? 'hour' : 'day';
  for (const [index, fromMs] of bounds.slice(0, -1).entries()) {
    const toMs = bounds[index + 1] ?? fromMs;
    await readPartials(query, { fromMs, toMs, ...agents, coarsest }, sink);
  }
}

/** The bucket that holds the instant, by binary search. */
function bucketAt(bounds: number[], atMs: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? 0) <= atMs) low = middle;
    else high = middle;
  }
  return low;
}

function statisticsOf(partial: Partial | undefined): Statistics | undefined {
  return partial && finalise(partial);
}

function points({ bounds }: BucketedSpan, statisticsAt: StatisticsAt): TrendPoint[] {
  return bounds
    .slice(1)
    .map((endMs, bucket) => pointOf(bounds[bucket] ?? 0, endMs, statisticsAt(bucket)));
}
