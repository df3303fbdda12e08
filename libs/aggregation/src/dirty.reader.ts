import type { Period } from '@app/contracts';
import { floorToBucket } from '@app/stats';

import { Buckets } from './buckets.js';
import type { Query } from './copy-out.js';
import { eachMarkOf } from './dirty.groups.js';
import { freshGroup } from './fresh-groups.js';
import type { FreshGroup } from './fresh-groups.js';
import { horizonsOf } from './horizons.js';
import type { HorizonName, HorizonRow, Horizons } from './horizons.js';
import type { TakeRaw } from './raw.rows.js';
import type { Span } from './span.js';

/** What is not in the rollups yet, and since when rollups are complete. */
export interface Dirty {
  /** Minutes whose rows must be read, since this process does not know them. */
  minutes: { agentKey: number; minuteMs: number }[];
  /** The rows of the other marks, kept in memory since they were committed; of these agents. */
  eachFresh(agents: ReadonlySet<number>, take: TakeRaw): void;
  /** Whether buckets of the period hold a minute of `minutes`. */
  bucketsOf(period: Period): (agentKey: number, bucketMs: number) => boolean;
  isMarkedBefore(agentKey: number, beforeMs: number): boolean;
  horizonOf(period: Period): number;
  /** Up to when everything that changes is told as late, epoch ms. */
  settledMs: number;
  /** Of the rollups of this snapshot: which change was the last. */
  version: number;
  /** The groups whose rows `eachFresh` gives. */
  fresh: readonly FreshGroup[];
}

/** A mark; or a horizon, with its project; or the version, in the place of a project. */
interface MarkRow {
  id: string;
  project: number;
  /** Whether it is a whole group, as it was committed. */
  whole: boolean;
  at: Date | null;
}

/** Agents, and the project that all of them belong to where that is known. */
export interface MarkedAgents {
  agentKeys: readonly number[];
  projectId?: number | undefined;
}

/** Reads the marks of the snapshot within a span, and takes along what is known of them. */
export async function readDirty(
  query: Query,
  { agentKeys, fromMs, toMs, projectId }: Span & MarkedAgents,
): Promise<Dirty> {
  const bounds = [agentKeys, new Date(floorToBucket(fromMs, 'minute')), new Date(toMs)];
  const rows = await query<MarkRow>(
    `SELECT mark_id::text AS id, 0 AS project, true AS whole, NULL::timestamptz AS at FROM dirty_groups
     WHERE last_bucket >= $2 AND first_bucket < $3
     UNION ALL SELECT 'single', 0, false, NULL WHERE EXISTS (SELECT 1 FROM dirty_buckets
       WHERE agent_key = ANY ($1::int[]) AND bucket_start >= $2 AND bucket_start < $3)
     UNION ALL SELECT period, project_id, false, at FROM rollup_horizons
     UNION ALL SELECT 'version', coalesce(max(version), 0), false, 'epoch' FROM rollup_changes`,
    bounds,
  );
  const horizonRows: HorizonRow[] = [];
  const fresh: FreshGroup[] = [];
  const unknown: string[] = [];
  let hasSingle = false;
  let version = 0;
  for (const { id, project, whole, at } of rows) {
    if (id === 'version') version = project;
    else if (at) horizonRows.push({ project_id: project, period: id as HorizonName, at });
    else if (!whole) hasSingle = true;
    else {
      const group = freshGroup(id);
      if (!group) unknown.push(id);
      else if (agentKeys.some((agentKey) => group.earliest.has(agentKey))) fresh.push(group);
    }
  }
  const minutes = [
    ...(hasSingle ? await singleMarks(query, bounds) : []),
    ...(await marksOfGroups(query, unknown, agentKeys, fromMs, toMs)),
  ];
  return dirtyOf(minutes, fresh, horizonsOf(horizonRows, projectId), version);
}

async function singleMarks(query: Query, bounds: unknown[]): Promise<Dirty['minutes']> {
  const marks = await query<{ agent_key: number; bucket_start: Date }>(
    `SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets
     WHERE agent_key = ANY ($1::int[]) AND bucket_start >= $2 AND bucket_start < $3`,
    bounds,
  );
  return marks.map((mark) => ({
    agentKey: mark.agent_key,
    minuteMs: mark.bucket_start.getTime(),
  }));
}

async function marksOfGroups(
  query: Query,
  ids: string[],
  agentKeys: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<Dirty['minutes']> {
  if (ids.length === 0) return [];
  const firstMs = floorToBucket(fromMs, 'minute');
  const agents = new Set(agentKeys);
  const minutes = new Buckets();
  await eachMarkOf(query, 'mark_id = ANY ($1::uuid[])', [ids], (agentKey, minuteMs) => {
    if (!agents.has(agentKey) || minuteMs < firstMs || minuteMs >= toMs) return;
    minutes.partial(agentKey, minuteMs);
  });
  return [...minutes].map(({ agentKey, bucketMs }) => ({ agentKey, minuteMs: bucketMs }));
}

function dirtyOf(
  minutes: Dirty['minutes'],
  fresh: FreshGroup[],
  horizons: Horizons,
  version: number,
): Dirty {
  const eachFresh: Dirty['eachFresh'] = (agents, take) => {
    for (const { rows } of fresh) rows.each(take, agents);
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
    settledMs: horizons.window,
    version,
    fresh,
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
