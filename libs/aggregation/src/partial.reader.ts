import type { Period } from '@app/contracts';
import { addBuckets, floorToBucket } from '@app/stats';

import { addRow } from './partial.js';
import type { Partial } from './partial.js';
import {
  RAW_OF_PAIRS,
  RAW_SELECT,
  ROLLUPS_OF_PAIRS,
  ROLLUP_SELECT,
  readRaw,
  readRollup,
} from './rollup.rows.js';
import type { Query, RawSelectRow, RollupRow } from './rollup.rows.js';

/** Half-open, epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export interface PartialRequest extends Span {
  agentKeys: number[];
  /** The coarsest rollups that may answer: a trend's period, or `day` for a summary. */
  coarsest: Period;
}

/**
 * Receives state to merge into the answer. `partial` is the caller's to keep or change.
 * @param atMs an instant within the bucket that the state belongs to
 */
export interface PartialSink {
  rollup(agentKey: number, atMs: number, partial: Partial): void;
  /** The partial that a raw row is to be added to. */
  partialFor(agentKey: number, atMs: number): Partial;
}

const FINER: Record<Period, Period | null> = {
  month: 'day',
  week: 'day',
  day: 'hour',
  hour: 'minute',
  minute: null,
};

type AgentSpan = Span & { agentKey: number };

interface Mark {
  agentKey: number;
  minuteMs: number;
}

/**
 * Reads everything that is committed within a span: rollups where they are up to date, raw rows
 * where they are not. Must run in one REPEATABLE READ transaction, so that the marks, the rollups
 * and the raw rows are of one instant.
 */
export async function readPartials(
  query: Query,
  request: PartialRequest,
  sink: PartialSink,
): Promise<void> {
  const { agentKeys, fromMs, toMs } = request;
  if (agentKeys.length === 0 || fromMs >= toMs) return;
  const marks = await dirtyMinutes(query, request);
  let spans: Span[] = [{ fromMs, toMs }];
  let stale: AgentSpan[] = [];
  let coarser: Period | null = null;
  for (let period: Period | null = request.coarsest; period; period = FINER[period]) {
    const level: Period = period;
    const { covered, edges } = align(spans, level);
    const dirtyHere = new Set(marks.map((m) => idOf(m.agentKey, floorToBucket(m.minuteMs, level))));
    const rows = await rollups(query, level, agentKeys, covered, stale);
    for (const { agentKey, bucketMs, partial } of rows.map(readRollup)) {
      if (!dirtyHere.has(idOf(agentKey, bucketMs))) sink.rollup(agentKey, bucketMs, partial);
    }
    stale = staleBuckets(marks, level, coarser, covered, stale);
    spans = edges;
    coarser = level;
  }
  // What is left: minutes whose rollup is out of date, and the ends that cut a minute in two.
  for (const row of await rawRows(query, agentKeys, spans, stale)) {
    addRow(sink.partialFor(row.agent_key, row.started_at.getTime()), readRaw(row));
  }
}

async function dirtyMinutes(query: Query, request: PartialRequest): Promise<Mark[]> {
  const rows = await query<{ agent_key: number; bucket_start: Date }>(
    `SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets
     WHERE agent_key = ANY ($1::int[]) AND bucket_start >= $2 AND bucket_start < $3`,
    [request.agentKeys, new Date(floorToBucket(request.fromMs, 'minute')), new Date(request.toMs)],
  );
  return rows.map((row) => ({ agentKey: row.agent_key, minuteMs: row.bucket_start.getTime() }));
}

/** Splits spans into whole buckets of the period and what remains at their ends. */
function align(spans: Span[], period: Period): { covered: Span[]; edges: Span[] } {
  const covered: Span[] = [];
  const edges: Span[] = [];
  for (const span of spans) {
    const floor = floorToBucket(span.fromMs, period);
    const fromMs = floor === span.fromMs ? floor : addBuckets(floor, period, 1);
    const toMs = floorToBucket(span.toMs, period);
    if (fromMs >= toMs) {
      edges.push(span);
      continue;
    }
    covered.push({ fromMs, toMs });
    if (span.fromMs < fromMs) edges.push({ fromMs: span.fromMs, toMs: fromMs });
    if (toMs < span.toMs) edges.push({ fromMs: toMs, toMs: span.toMs });
  }
  return { covered, edges };
}

/** The buckets of this level that were asked for and are out of date: the next level answers them. */
function staleBuckets(
  marks: Mark[],
  period: Period,
  coarser: Period | null,
  covered: Span[],
  parents: AgentSpan[],
): AgentSpan[] {
  const parentIds = new Set(parents.map((parent) => idOf(parent.agentKey, parent.fromMs)));
  const stale = new Map<string, AgentSpan>();
  for (const { agentKey, minuteMs } of marks) {
    const fromMs = floorToBucket(minuteMs, period);
    const asked =
      covered.some((span) => fromMs >= span.fromMs && fromMs < span.toMs) ||
      (coarser !== null && parentIds.has(idOf(agentKey, floorToBucket(minuteMs, coarser))));
    if (asked)
      stale.set(idOf(agentKey, fromMs), { agentKey, fromMs, toMs: addBuckets(fromMs, period, 1) });
  }
  return [...stale.values()];
}

const idOf = (agentKey: number, bucketMs: number): string => `${agentKey}/${bucketMs}`;

async function rollups(
  query: Query,
  period: Period,
  agentKeys: number[],
  spans: Span[],
  buckets: AgentSpan[],
): Promise<RollupRow[]> {
  const rows: RollupRow[][] = [];
  for (const span of spans) {
    rows.push(
      await query<RollupRow>(
        `SELECT ${ROLLUP_SELECT} FROM agent_performance_aggregated a
         WHERE a.period = $1 AND a.agent_key = ANY ($2::int[])
           AND a.bucket_start >= $3 AND a.bucket_start < $4`,
        [period, agentKeys, new Date(span.fromMs), new Date(span.toMs)],
      ),
    );
  }
  if (buckets.length > 0) {
    rows.push(await query<RollupRow>(ROLLUPS_OF_PAIRS, [...columnsOf(buckets), period]));
  }
  return rows.flat();
}

async function rawRows(
  query: Query,
  agentKeys: number[],
  spans: Span[],
  buckets: AgentSpan[],
): Promise<RawSelectRow[]> {
  const rows: RawSelectRow[][] = [];
  for (const span of spans) {
    rows.push(
      await query<RawSelectRow>(
        `SELECT ${RAW_SELECT} FROM agent_performance_metrics m
         WHERE m.agent_key = ANY ($1::int[]) AND m.started_at >= $2 AND m.started_at < $3`,
        [agentKeys, new Date(span.fromMs), new Date(span.toMs)],
      ),
    );
  }
  if (buckets.length > 0) {
    const earliest = buckets.reduce((a, b) => (a.fromMs < b.fromMs ? a : b)).fromMs;
    const latest = buckets.reduce((a, b) => (a.toMs > b.toMs ? a : b)).toMs;
    const bounds = [new Date(earliest), new Date(latest)];
    rows.push(await query<RawSelectRow>(RAW_OF_PAIRS, [...columnsOf(buckets), ...bounds]));
  }
  return rows.flat();
}

function columnsOf(buckets: AgentSpan[]): unknown[] {
  return [
    buckets.map(({ agentKey }) => agentKey),
    buckets.map(({ fromMs }) => new Date(fromMs)),
    buckets.map(({ toMs }) => new Date(toMs)),
  ];
}
