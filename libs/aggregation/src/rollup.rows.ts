import { BinaryCopyEncoder, copyBinary } from '@app/platform';
import { emptyMoments, mergeMoments } from '@app/stats';
import type { Moments } from '@app/stats';
import type { PoolClient } from 'pg';

import { instant, intArray } from './copy-out.js';
import type { BinaryRow, CopyPart, StreamingQuery } from './copy-out.js';
import type { Level } from './levels.js';
import type { Partial } from './partial.js';
import { Slice } from './slice.js';
import { joined, spansSql } from './span.js';
import type { AgentSpan, Span } from './span.js';
import { encodeStrata } from './strata.codec.js';
import { addFigures } from './window.codec.js';

/** A rollup row: whose, when, and what. */
export interface Rollup {
  agentKey: number;
  bucketMs: number;
  partial: Partial;
}

/** Chooses the partial that a row is added to, or null to leave the row out. */
export type PartialOf = (
  agentKey: number,
  bucketMs: number,
  lastEndedAtMs: number,
) => Partial | null;

const MOMENTS = ['duration', 'cpu', 'memory', 'network', 'disk'] as const;
const TABLE = 'agent_performance_aggregated';
/** Up to here, ranges of single agents read less than a range of everybody. */
const FEW_AGENTS = 64;
/** About what a row takes, so that the encoder seldom has to grow. */
const ROW_BYTES = 1200;

type Encode = (to: BinaryCopyEncoder, rollup: Rollup) => void;

/** The columns after `period`, each with how its value is written. */
const columns: [name: string, encode: Encode][] = [
  ['agent_key', (to, r) => to.int4(r.agentKey)],
  ['bucket_start', (to, r) => to.timestamptz(r.bucketMs)],
  ['last_ended_at', (to, r) => to.timestamptz(r.partial.lastEndedAtMs)],
  ['total', (to, r) => to.int8(r.partial.total)],
  ['successful', (to, r) => to.int8(r.partial.successful)],
  ['failed', (to, r) => to.int8(r.partial.failed)],
  ['cancelled', (to, r) => to.int8(r.partial.cancelled)],
  ...MOMENTS.flatMap((name): [string, Encode][] => [
    [`${name}_count`, (to, r) => to.int8(r.partial[name].count)],
    [`${name}_sum`, (to, r) => to.float8(r.partial[name].sum)],
    [`${name}_m2`, (to, r) => to.float8(r.partial[name].m2)],
    [`${name}_min`, (to, r) => to.float8(r.partial[name].min)],
    [`${name}_max`, (to, r) => to.float8(r.partial[name].max)],
  ]),
  ['input_tokens', (to, r) => to.int8(r.partial.inputTokens)],
  ['output_tokens', (to, r) => to.int8(r.partial.outputTokens)],
  ['cost_usd', (to, r) => to.float8(r.partial.costUsd)],
  ['strata', (to, r) => to.bytea(encodeStrata(r.partial.strata))],
  ['sketch', (to, r) => to.bytea(r.partial.sketch.encode())],
];

const names = columns.map(([name]) => name);
const list = `period, ${names.join(', ')}`;
const updates = names
  .filter((name) => name !== 'agent_key' && name !== 'bucket_start')
  .map((name) => `${name} = EXCLUDED.${name}`)
  .join(', ');

/** Writes rollup rows over whatever was there; within a transaction of the client. */
export async function writeRollups(
  client: PoolClient,
  rollups: readonly { period: Level; rollups: Rollup[] }[],
): Promise<void> {
  const count = rollups.reduce((sum, level) => sum + level.rollups.length, 0);
  if (count === 0) return;
  const encoder = new BinaryCopyEncoder(1024 + count * ROW_BYTES);
  for (const level of rollups) {
    // In the order of the key, so that neighbours are written together.
    level.rollups.sort((a, b) => a.agentKey - b.agentKey || a.bucketMs - b.bucketMs);
    for (const rollup of level.rollups) {
      encoder.row(columns.length + 1);
      encoder.text(level.period);
      for (const [, encode] of columns) encode(encoder, rollup);
    }
  }
  await client.query(
    `CREATE TEMP TABLE IF NOT EXISTS staged_rollups (LIKE ${TABLE}) ON COMMIT DELETE ROWS`,
  );
  const insert = `INSERT INTO ${TABLE} (${list}) SELECT ${list} FROM staged_rollups
    ON CONFLICT (agent_key, period, bucket_start) DO UPDATE SET ${updates}`;
  const copy = `COPY staged_rollups (${list}) FROM STDIN (FORMAT binary)`;
  await copyBinary(client, `${copy}; ${insert}; TRUNCATE staged_rollups`, [encoder.finish()]);
}

const plain = names.map((name) => `a.${name}`).join(', ');
/** Of coarse rollups, which are many in one question, the database keeps the figures in one piece. */
const brief = 'a.agent_key, a.bucket_start, a.last_ended_at, a.figures, a.strata, a.sketch';
// Used again for every row.
const scratch = emptyMoments();
const figures = new Slice();
const strata = new Slice();
const sketch = new Slice();

function isBrief(level: Level): boolean {
  return level !== 'minute' && level !== 'hour';
}

const selectOf = (level: Level): string => (isBrief(level) ? brief : plain);

/** Adds a row of `selectOf` to the partial that `partialOf` names. */
function takeRollup(level: Level, row: BinaryRow, partialOf: PartialOf): void {
  const agentKey = row.int4();
  const bucketMs = row.instant();
  const lastEndedAtMs = row.instant();
  const partial = partialOf(agentKey, bucketMs, lastEndedAtMs);
  if (!partial) return;
  partial.lastEndedAtMs = Math.max(partial.lastEndedAtMs, lastEndedAtMs);
  if (isBrief(level)) addFigures(partial, row.slice(figures));
  else addColumns(partial, row);
  partial.addEncoded(row.slice(strata), row.slice(sketch));
}

function addColumns(partial: Partial, row: BinaryRow): void {
  partial.total += row.int8();
  partial.successful += row.int8();
  partial.failed += row.int8();
  partial.cancelled += row.int8();
  for (const name of MOMENTS) mergeMoments(partial[name], momentsOf(row));
  partial.inputTokens += row.int8();
  partial.outputTokens += row.int8();
  partial.costUsd += row.float8();
}

/** @returns the same object each time */
function momentsOf(row: BinaryRow): Moments {
  scratch.count = row.int8();
  scratch.sum = row.float8();
  scratch.m2 = row.float8();
  scratch.min = row.float8OrNull();
  scratch.max = row.float8OrNull();
  return scratch;
}

/**
 * The rollups of some agents within a span, to be read together with other things: of few agents
 * one by one, of many in one range.
 */
export function rollupsOfMany(
  period: Level,
  agentKeys: readonly number[],
  { fromMs, toMs }: Span,
  partialOf: PartialOf,
): CopyPart {
  if (agentKeys.length <= FEW_AGENTS) {
    const spans = agentKeys.map((agentKey) => ({ agentKey, fromMs, toMs }));
    return rollupsOfSpans(period, spans, partialOf);
  }
  return {
    select: `SELECT ${selectOf(period)} FROM ${TABLE} a
     WHERE a.period = '${period}' AND a.agent_key = ANY (${intArray(agentKeys)})
       AND a.bucket_start >= ${instant(fromMs)} AND a.bucket_start < ${instant(toMs)}`,
    take: (row) => takeRollup(period, row, partialOf),
  };
}

/** The rollups of one agent within a span, to be read together with other things. */
export function rollupsPart(
  period: Level,
  agentKey: number,
  { fromMs, toMs }: Span,
  partialOf: PartialOf,
): CopyPart {
  return {
    select: `SELECT ${selectOf(period)} FROM ${TABLE} a
     WHERE a.agent_key = ${Math.trunc(agentKey)} AND a.period = '${period}'
       AND a.bucket_start >= ${instant(fromMs)} AND a.bucket_start < ${instant(toMs)}`,
    take: (row) => takeRollup(period, row, partialOf),
  };
}

/**
 * The rollups of (agent, span) pairs. LATERAL with OFFSET, and bounds that only the primary
 * key can be searched by, keep the planner to one narrow index range per pair: by statistics that
 * are a minute old the newest buckets are empty, and reading them whole for every pair costs nothing.
 */
export function rollupsOfSpans(
  period: Level,
  spans: readonly AgentSpan[],
  partialOf: PartialOf,
): CopyPart {
  return {
    select: `SELECT a.* FROM ${spansSql(joined(spans))}
     CROSS JOIN LATERAL (
       SELECT ${selectOf(period)} FROM ${TABLE} a
       WHERE a.agent_key = t.agent_key
         AND (a.agent_key, a.period, a.bucket_start) >= (t.agent_key, '${period}', t.starts)
         AND (a.agent_key, a.period, a.bucket_start) < (t.agent_key, '${period}', t.ends)
       OFFSET 0
     ) AS a`,
    take: (row) => takeRollup(period, row, partialOf),
  };
}

/** Reads what {@link rollupsOfSpans} tells. */
export async function readRollupsOf(
  query: StreamingQuery,
  period: Level,
  spans: readonly AgentSpan[],
  partialOf: PartialOf,
): Promise<void> {
  if (spans.length > 0) await query.copyAll([rollupsOfSpans(period, spans, partialOf)]);
}

/** Removes rollups of a period. */
export async function dropRollups(
  query: StreamingQuery,
  period: Level,
  buckets: readonly { agentKey: number; bucketMs: number }[],
): Promise<void> {
  if (buckets.length === 0) return;
  await query(
    `DELETE FROM ${TABLE} a
     USING unnest($1::int[], $2::timestamptz[]) AS t (agent_key, bucket_start)
     WHERE a.agent_key = t.agent_key AND a.period = $3 AND a.bucket_start = t.bucket_start`,
    [
      buckets.map(({ agentKey }) => agentKey),
      buckets.map(({ bucketMs }) => new Date(bucketMs)),
      period,
    ],
  );
}
