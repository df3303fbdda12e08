import { RAW_SELECT, addRow, readRaw, readRawFrom } from '@app/aggregation';
import type { PartialSink, Query, RawSelectRow, Span } from '@app/aggregation';

import type { Reader } from './read/read-database.js';
import { bad } from './time-range.js';

/** Which kind of execution; what is absent does not matter. */
export interface KindFilter {
  complexity?: number | undefined;
  taskType?: string | undefined;
  agentVersion?: string | undefined;
  /** `key:value`, of the metadata's top level. */
  tag?: string | undefined;
}

const DAY_MS = 24 * 3_600_000;
/** Metadata has no index: more than this would keep the database busy for a question of taste. */
const TAGGED_DAYS = 7;

export function isNarrowed(filter: KindFilter): boolean {
  const { complexity, taskType, agentVersion, tag } = filter;
  return [complexity, taskType, agentVersion, tag].some((value) => value !== undefined);
}

/**
 * @throws DomainError `invalid-request` if a filter without an index is to cover a long range
 */
export function requireShort({ fromMs, toMs }: Span, filter: KindFilter): void {
  if (toMs - fromMs <= TAGGED_DAYS * DAY_MS) return;
  for (const name of ['tag', 'agentVersion'] as const) {
    if (filter[name] !== undefined) throw bad(name, `goes with ranges up to ${TAGGED_DAYS} days`);
  }
}

/**
 * Raw rows are dropped after a while, and an answer made of them must not pass for a whole one.
 * @throws DomainError `invalid-request` if some of the span's raw rows are gone
 */
export async function requireRaw(
  query: Query,
  projectId: number,
  agentKeys: number[],
  span: Span,
): Promise<void> {
  const keptMs = await readRawFrom(query, projectId);
  if (span.fromMs >= keptMs) return;
  const dropped = await query(
    `SELECT 1 FROM agent_performance_aggregated WHERE period = 'day'
       AND agent_key = ANY ($1::int[]) AND bucket_start >= $2 AND bucket_start < $3 LIMIT 1`,
    [agentKeys, new Date(span.fromMs - DAY_MS), new Date(Math.min(keptMs, span.toMs))],
  );
  if (dropped.length > 0) {
    const kept = new Date(keptMs).toISOString();
    throw bad('from', `must not lie before ${kept}: single executions are kept no longer`);
  }
}

/**
 * Reads one kind of execution only. Rollups do not keep resources and quantiles per kind, so this
 * reads the raw rows, a few thousand at a time.
 */
export async function readKind(
  reader: Reader,
  projectId: number,
  agentKeys: number[],
  span: Span,
  filter: KindFilter,
  sink: Pick<PartialSink, 'partialFor'>,
): Promise<void> {
  await requireRaw(reader.query, projectId, agentKeys, span);
  const [key, value] = split(filter.tag);
  const pages = reader.pages<RawSelectRow>(
    `SELECT ${RAW_SELECT} FROM agent_performance_metrics m
     WHERE m.agent_key = ANY ($1::int[]) AND m.started_at >= $2 AND m.started_at < $3
       AND ($4::int IS NULL OR m.complexity = $4) AND ($5::text IS NULL OR m.task_type = $5)
       AND ($6::text IS NULL OR m.agent_version = $6)
       AND ($7::text IS NULL OR m.metadata ->> $7 = $8)`,
    [
      agentKeys,
      new Date(span.fromMs),
      new Date(span.toMs),
      filter.complexity ?? null,
      filter.taskType ?? null,
      filter.agentVersion ?? null,
      key,
      value,
    ],
  );
  for await (const page of pages) {
    for (const row of page) {
      addRow(sink.partialFor(row.agent_key, row.started_at.getTime()), readRaw(row));
    }
  }
}

function split(tag: string | undefined): [string | null, string | null] {
  if (tag === undefined) return [null, null];
  const colon = tag.indexOf(':');
  return [tag.slice(0, colon), tag.slice(colon + 1)];
}
