import type { Period } from '@app/contracts';
import { floorToBucket } from '@app/stats';

import type { Query } from './copy-out.js';
import { freshGroup } from './fresh-groups.js';
import type { FreshGroup } from './fresh-groups.js';
import { noHorizons } from './horizons.js';
import type { Horizons } from './horizons.js';
import type { TakeRaw } from './raw.rows.js';
import type { Span } from './span.js';

/** What is not in the rollups yet, and since when rollups are complete. */
export interface Dirty {
  /** Minutes whose rows must be read, since this process does not know them. */
  minutes: { agentKey: number; minuteMs: number }[];
  /** The rows of the other marks, kept in memory since they were committed. */
  eachFresh(take: TakeRaw): void;
  /** Whether buckets of the period hold a minute of `minutes`. */
  bucketsOf(period: Period): (agentKey: number, bucketMs: number) => boolean;
  isMarkedBefore(agentKey: number, beforeMs: number): boolean;
  horizonOf(period: Period): number;
}

interface MarkRow {
  id: string;
  count: number;
  at: Date | null;
}

/** Reads the marks of the snapshot within a span, and takes along what is known of them. */
export async function readDirty(
  query: Query,
  { agentKeys, fromMs, toMs }: Span & { agentKeys: readonly number[] },
): Promise<Dirty> {
  const firstMs = floorToBucket(fromMs, 'minute');
  const bounds = [agentKeys, new Date(firstMs), new Date(toMs)];
  const rows = await query<MarkRow>(
    `SELECT mark_id::text AS id, count(*)::int AS count, NULL::timestamptz AS at FROM dirty_buckets
     WHERE agent_key = ANY ($1::int[]) AND bucket_start >= $2 AND bucket_start < $3
     GROUP BY mark_id
     UNION ALL SELECT period, 0, at FROM rollup_horizons`,
    bounds,
  );
  const horizons = noHorizons();
  const agents = new Set(agentKeys);
  const fresh: FreshGroup[] = [];
  const unknown: string[] = [];
  for (const { id, count, at } of rows) {
    if (at) horizons[id as keyof Horizons] = at.getTime();
    else {
      const group = freshGroup(id);
      const isWhole = group && marksWithin(group, agents, firstMs, toMs) === count;
      if (isWhole) fresh.push(group);
      else unknown.push(id);
    }
  }
  const marks =
    unknown.length === 0
      ? []
      : await query<{ agent_key: number; bucket_start: Date }>(
          `SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets
           WHERE agent_key = ANY ($1::int[]) AND bucket_start >= $2 AND bucket_start < $3
             AND mark_id = ANY ($4::uuid[])`,
          [...bounds, unknown],
        );
  const minutes = marks.map((mark) => ({
    agentKey: mark.agent_key,
    minuteMs: mark.bucket_start.getTime(),
  }));
  return dirtyOf(minutes, fresh, horizons);
}

function dirtyOf(minutes: Dirty['minutes'], fresh: FreshGroup[], horizons: Horizons): Dirty {
  const eachFresh = (take: TakeRaw): void => {
    for (const { rows } of fresh) rows.each(take);
  };
  let earliest: Map<number, number> | null = null;
  return {
    minutes,
    eachFresh,
    bucketsOf: (period) => {
      if (minutes.length === 0) return () => false;
      const ids = new Set(
        minutes.map(({ agentKey, minuteMs }) => `${agentKey}/${floorToBucket(minuteMs, period)}`),
      );
      return (agentKey, bucketMs) => ids.has(`${agentKey}/${bucketMs}`);
    },
    isMarkedBefore: (agentKey, beforeMs) => {
      earliest ??= earliestOf(minutes, fresh);
      return (earliest.get(agentKey) ?? Infinity) < beforeMs;
    },
    horizonOf: (period) => (period === 'week' || period === 'month' ? -Infinity : horizons[period]),
  };
}

function earliestOf(minutes: Dirty['minutes'], fresh: FreshGroup[]): Map<number, number> {
  const earliest = new Map<number, number>();
  const note = (agentKey: number, atMs: number): void => {
    if (!(atMs >= (earliest.get(agentKey) ?? Infinity))) earliest.set(agentKey, atMs);
  };
  for (const { agentKey, minuteMs } of minutes) note(agentKey, minuteMs);
  for (const group of fresh) for (const [agentKey, atMs] of group.earliest) note(agentKey, atMs);
  return earliest;
}

/** How many of the group's marks the span holds. */
function marksWithin(
  { rows, marks, ...group }: FreshGroup,
  agents: ReadonlySet<number>,
  fromMs: number,
  toMs: number,
): number {
  const isInside = group.fromMs >= fromMs && group.lastMs < toMs;
  if (isInside && [...group.earliest.keys()].every((key) => agents.has(key))) return marks;
  const seen = new Map<number, Set<number>>();
  let count = 0;
  rows.eachStart((agentKey, startedAtMs) => {
    const minuteMs = floorToBucket(startedAtMs, 'minute');
    if (!agents.has(agentKey) || minuteMs < fromMs || minuteMs >= toMs) return;
    let own = seen.get(agentKey);
    if (!own) seen.set(agentKey, (own = new Set()));
    if (own.has(minuteMs)) return;
    own.add(minuteMs);
    count += 1;
  });
  return count;
}
