import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import { RAW_SELECT, addRow, emptyPartial, finalise, readRaw } from '@app/aggregation';
import type { Partial, Query, RawSelectRow, Span } from '@app/aggregation';
import type { AgentBreakdown, ResourceSpread } from '@app/contracts';
import { QuantileSketch, addToMoments, emptyMoments, meanOf } from '@app/stats';
import type { Moments } from '@app/stats';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import { readAgents } from './agent.reader.js';
import { requireRaw } from './kind.reader.js';
import { ReadDatabase } from './read/read-database.js';
import type { Reader } from './read/read-database.js';
import { spanOf } from './time-range.js';
import type { RangeParameters } from './time-range.js';
import { weekClock } from './week-clock.js';

const MOST_FAILURES = 50;

type Row = RawSelectRow & { agent_version: string | null };

interface Spread {
  moments: Moments;
  sketch: QuantileSketch;
}

/** Everything that one pass over the rows gathers. */
interface Gathered {
  levels: Map<number, Partial>;
  versions: Map<string | null, Partial>;
  hours: Map<number, Partial>;
  spreads: Record<keyof AgentBreakdown['resources'], Spread>;
}

/** One agent's executions, cut several ways. */
@Injectable()
export class BreakdownService {
  constructor(
    private readonly database: ReadDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError `unknown-agent` (404), `invalid-request` where raw rows are gone */
  async breakdown(
    scope: ProjectScope,
    agentId: string,
    range: RangeParameters & { tz?: string | undefined },
  ): Promise<AgentBreakdown> {
    const span = spanOf(range, this.clock.now().getTime(), '24h');
    return this.database.snapshot(async (reader) => {
      const { query } = reader;
      const agents = await readAgents(query, scope.projectId, { agentIds: [agentId] });
      const agentKeys = agents.map(({ agentKey }) => agentKey);
      await requireRaw(query, scope.projectId, agentKeys, span);
      const { levels, versions, hours, spreads } = await gather(reader, agentKeys, span, range.tz);
      return {
        agentId,
        complexity: [...levels]
          .sort(([a], [b]) => a - b)
          .map(([level, partial]) => ({ level, ...finalise(partial) })),
        versions: (await readVersions(query, agentKeys)).flatMap((version) => {
          const partial = versions.get(version.agentVersion);
          return partial ? [{ ...version, ...finalise(partial) }] : [];
        }),
        failures: await readFailures(query, agentKeys, span),
        resources: {
          cpuPercent: spreadOf(spreads.cpuPercent),
          memoryMb: spreadOf(spreads.memoryMb),
          networkBytes: spreadOf(spreads.networkBytes),
          diskBytes: spreadOf(spreads.diskBytes),
        },
        activity: [...hours]
          .sort(([a], [b]) => a - b)
          .map(([slot, partial]) => ({
            weekday: Math.floor(slot / 24) + 1,
            hour: slot % 24,
            total: partial.total,
            failed: partial.failed,
            meanMs: meanOf(partial.duration),
          })),
      };
    });
  }
}

async function gather(
  reader: Reader,
  agentKeys: number[],
  span: Span,
  tz = 'UTC',
): Promise<Gathered> {
  const gathered: Gathered = {
    levels: new Map(),
    versions: new Map(),
    hours: new Map(),
    spreads: {
      cpuPercent: newSpread(),
      memoryMb: newSpread(),
      networkBytes: newSpread(),
      diskBytes: newSpread(),
    },
  };
  const slotAt = weekClock(tz);
  const pages = reader.pages<Row>(
    `SELECT ${RAW_SELECT}, m.agent_version FROM agent_performance_metrics m
     WHERE m.agent_key = ANY ($1::int[]) AND m.started_at >= $2 AND m.started_at < $3`,
    [agentKeys, new Date(span.fromMs), new Date(span.toMs)],
  );
  for await (const page of pages) {
    for (const row of page) {
      const raw = readRaw(row);
      addRow(partialIn(gathered.levels, raw.complexity), raw);
      addRow(partialIn(gathered.versions, row.agent_version), raw);
      addRow(partialIn(gathered.hours, slotAt(row.started_at.getTime())), raw);
      for (const name of ['cpuPercent', 'memoryMb', 'networkBytes', 'diskBytes'] as const) {
        take(gathered.spreads[name], raw[name]);
      }
    }
  }
  return gathered;
}

async function readVersions(
  query: Query,
  agentKeys: number[],
): Promise<{ agentVersion: string | null; since: string; lastAt: string }[]> {
  const rows = await query<{ agent_version: string | null; since: Date; last_at: Date }>(
    `SELECT agent_version, min(started_at) AS since, max(started_at) AS last_at
     FROM agent_performance_metrics WHERE agent_key = ANY ($1::int[])
     GROUP BY agent_version ORDER BY since, agent_version`,
    [agentKeys],
  );
  return rows.map((row) => ({
    agentVersion: row.agent_version,
    since: row.since.toISOString(),
    lastAt: row.last_at.toISOString(),
  }));
}

async function readFailures(
  query: Query,
  agentKeys: number[],
  span: Span,
): Promise<AgentBreakdown['failures']> {
  const rows = await query<{
    status: string;
    error_type: string | null;
    count: number;
    last_at: Date;
    last_message: string | null;
  }>(
    `SELECT status, error_type, count(*)::int AS count, max(started_at) AS last_at,
       (array_agg(error_message ORDER BY started_at DESC, execution_id DESC))[1] AS last_message
     FROM agent_performance_metrics
     WHERE agent_key = ANY ($1::int[]) AND started_at >= $2 AND started_at < $3
       AND status NOT IN ('success', 'cancelled')
     GROUP BY status, error_type ORDER BY count DESC, status, error_type LIMIT ${MOST_FAILURES}`,
    [agentKeys, new Date(span.fromMs), new Date(span.toMs)],
  );
  return rows.map((row) => ({
    status: row.status,
    errorType: row.error_type,
    count: row.count,
    lastAt: row.last_at.toISOString(),
    lastMessage: row.last_message,
  }));
}

function partialIn<K>(partials: Map<K, Partial>, key: K): Partial {
  let partial = partials.get(key);
  if (!partial) partials.set(key, (partial = emptyPartial()));
  return partial;
}

function newSpread(): Spread {
  return { moments: emptyMoments(), sketch: new QuantileSketch() };
}

function take(spread: Spread, value: number | null): void {
  if (value === null) return;
  addToMoments(spread.moments, value);
  spread.sketch.add(value);
}

function spreadOf({ moments, sketch }: Spread): ResourceSpread {
  return {
    reported: moments.count,
    mean: meanOf(moments),
    max: moments.max,
    p50: sketch.quantile(0.5),
    p95: sketch.quantile(0.95),
  };
}
