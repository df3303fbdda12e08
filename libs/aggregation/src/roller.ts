import type { Period } from '@app/contracts';
import { addBuckets, floorToBucket } from '@app/stats';

import { addRow, emptyPartial, mergePartial } from './partial.js';
import type { Partial } from './partial.js';
import {
  RAW_OF_PAIRS,
  ROLLUPS_OF_PAIRS,
  readRaw,
  readRollup,
  writeRollups,
} from './rollup.rows.js';
import type { Query, RawSelectRow, Rollup, RollupRow } from './rollup.rows.js';

/** Each coarser period with the finer one that it is merged from. */
const LADDER: [period: Period, from: Period][] = [
  ['hour', 'minute'],
  ['day', 'hour'],
  ['week', 'day'],
  ['month', 'day'],
];

interface Bucket {
  agentKey: number;
  bucketMs: number;
}

/**
 * Rolls up at most `limit` dirty (agent, minute) buckets, within the caller's transaction: takes
 * their marks away, recomputes the minutes from raw and merges what lies above. Recomputing
 * overwrites, so doing it twice changes nothing.
 *
 * The marks are deleted first: a row that commits afterwards brings a mark of its own, and the raw
 * rows are read by later statements, which see at least what the marks told of.
 * @returns how many buckets were rolled up
 */
export async function rollUpDirty(query: Query, limit: number): Promise<number> {
  const marks = await query<{ agent_key: number; bucket_start: Date }>(
    `WITH chunk AS (
       SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets
       ORDER BY bucket_start, agent_key LIMIT $1
     ), taken AS (
       DELETE FROM dirty_buckets d USING chunk c
       WHERE d.agent_key = c.agent_key AND d.bucket_start = c.bucket_start
       RETURNING d.agent_key, d.bucket_start
     )
     SELECT DISTINCT agent_key, bucket_start FROM taken`,
    [limit],
  );
  const dirty = marks.map((mark) => ({
    agentKey: mark.agent_key,
    bucketMs: mark.bucket_start.getTime(),
  }));
  if (dirty.length === 0) return 0;
  await replace(query, 'minute', dirty, await minutesFromRaw(query, dirty));
  for (const [period, from] of LADDER) {
    const touched = distinct(
      dirty.map(({ agentKey, bucketMs }) => ({
        agentKey,
        bucketMs: floorToBucket(bucketMs, period),
      })),
    );
    await replace(query, period, touched, await mergedFrom(query, period, from, touched));
  }
  return dirty.length;
}

async function minutesFromRaw(query: Query, buckets: Bucket[]): Promise<Rollup[]> {
  const starts = buckets.map(({ bucketMs }) => bucketMs);
  const rows = await query<RawSelectRow>(RAW_OF_PAIRS, [
    buckets.map(({ agentKey }) => agentKey),
    starts.map((ms) => new Date(ms)),
    starts.map((ms) => new Date(addBuckets(ms, 'minute', 1))),
    new Date(min(starts)),
    new Date(addBuckets(max(starts), 'minute', 1)),
  ]);
  return gather(rows, (partials, row) => {
    const bucketMs = floorToBucket(row.started_at.getTime(), 'minute');
    addRow(partials(row.agent_key, bucketMs), readRaw(row));
  });
}

async function mergedFrom(
  query: Query,
  period: Period,
  from: Period,
  buckets: Bucket[],
): Promise<Rollup[]> {
  const rows = await query<RollupRow>(ROLLUPS_OF_PAIRS, [
    buckets.map(({ agentKey }) => agentKey),
    buckets.map(({ bucketMs }) => new Date(bucketMs)),
    buckets.map(({ bucketMs }) => new Date(addBuckets(bucketMs, period, 1))),
    from,
  ]);
  return gather(rows, (partials, row) => {
    const { agentKey, bucketMs, partial } = readRollup(row);
    mergePartial(partials(agentKey, floorToBucket(bucketMs, period)), partial);
  });
}

/** Writes what was computed; a bucket for which nothing was found has lost its last row. */
async function replace(
  query: Query,
  period: Period,
  buckets: Bucket[],
  rollups: Rollup[],
): Promise<void> {
  const filled = new Set(rollups.map(idOf));
  const emptied = buckets.filter((bucket) => !filled.has(idOf(bucket)));
  await writeRollups(query, period, rollups);
  if (emptied.length === 0) return;
  await query(
    `DELETE FROM agent_performance_aggregated a
     USING unnest($1::int[], $2::timestamptz[]) AS t (agent_key, bucket_start)
     WHERE a.agent_key = t.agent_key AND a.period = $3 AND a.bucket_start = t.bucket_start`,
    [
      emptied.map(({ agentKey }) => agentKey),
      emptied.map(({ bucketMs }) => new Date(bucketMs)),
      period,
    ],
  );
}

type PartialOf = (agentKey: number, bucketMs: number) => Partial;

function gather<R>(rows: R[], take: (partials: PartialOf, row: R) => void): Rollup[] {
  const rollups = new Map<string, Rollup>();
  const partials: PartialOf = (agentKey, bucketMs) => {
    const id = idOf({ agentKey, bucketMs });
    let rollup = rollups.get(id);
    if (!rollup) {
      rollup = { agentKey, bucketMs, partial: emptyPartial() };
      rollups.set(id, rollup);
    }
    return rollup.partial;
  };
  for (const row of rows) take(partials, row);
  return [...rollups.values()];
}

function distinct(buckets: Bucket[]): Bucket[] {
  return [...new Map(buckets.map((bucket) => [idOf(bucket), bucket])).values()];
}

const idOf = ({ agentKey, bucketMs }: Bucket): string => `${agentKey}/${bucketMs}`;
const min = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
const max = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));
