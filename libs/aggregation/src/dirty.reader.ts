import { floorToBucket } from '@app/stats';

import { Buckets } from './buckets.js';
import { instant } from './copy-out.js';
import type { BinaryRow, CopyPart, Query, StreamingQuery } from './copy-out.js';
import { eachMarkOf } from './dirty.groups.js';
import { freshGroup } from './fresh-groups.js';
import type { FreshGroup } from './fresh-groups.js';
import { horizonsOf } from './horizons.js';
import type { HorizonName, HorizonRow, Horizons } from './horizons.js';
import type { Level } from './levels.js';
import type { TakeRaw } from './raw.rows.js';
import type { Span } from './span.js';

/** What is not in the rollups yet, and since when rollups are complete. */
export interface Dirty {
  /** Minutes whose rows must be read, since this process does not know them. */
  minutes: { agentKey: number; minuteMs: number }[];
  /** The rows of the other marks, kept in memory since they were committed; of these agents. */
  eachFresh(agents: ReadonlySet<number>, take: TakeRaw): void;
  /** Whether buckets of the period hold a minute of `minutes`. */
  bucketsOf(period: Level): (agentKey: number, bucketMs: number) => boolean;
  isMarkedBefore(agentKey: number, beforeMs: number): boolean;
  horizonOf(period: Level): number;
  /** Up to when everything that changes is told as late, epoch ms. */
  settledMs: number;
  /** Of the rollups of this snapshot: which change was the last. */
  version: number;
  /** The groups whose rows `eachFresh` gives. */
  fresh: readonly FreshGroup[];
}

/** Agents, and the project that all of them belong to where that is known. */
export interface MarkedAgents {
  agentKeys: readonly number[];
  projectId?: number | undefined;
}

/** What a row of the question tells of: a group, any single mark, a horizon, or the version. */
const [GROUP, SINGLE, HORIZON] = [0, 1, 2];

/** Asks for the marks of a span; can be asked together with other things. */
export class DirtyQuestion implements CopyPart {
  readonly select: string;
  private readonly groups: string[] = [];
  private readonly horizons: HorizonRow[] = [];
  private hasSingle = false;
  private version = 0;

  /**
   * Asked for whole minutes. Of single marks only whether there are any, by the index: after a great
   * many of them were taken away the table itself is long and empty.
   */
  constructor(private readonly span: Span) {
    const from = instant(floorToBucket(span.fromMs, 'minute'));
    const to = instant(span.toMs);
    this.select = `SELECT ${GROUP} AS kind, mark_id::text AS name, 0 AS number, 'epoch'::timestamptz AS at
       FROM dirty_groups WHERE last_bucket >= ${from} AND first_bucket < ${to}
     UNION ALL SELECT ${SINGLE}, '', 0, 'epoch' FROM (SELECT FROM dirty_buckets
       ORDER BY agent_key, bucket_start, mark_id LIMIT 1) AS any_of_them
     UNION ALL SELECT ${HORIZON}, period, project_id, at FROM rollup_horizons
     UNION ALL SELECT 3, '', coalesce(max(version), 0), 'epoch' FROM rollup_changes`;
  }

  readonly take = (row: BinaryRow): void => {
    const [kind, name, number, atMs] = [row.int4(), row.word(), row.int4(), row.instant()];
    if (kind === GROUP) this.groups.push(name);
    else if (kind === SINGLE) this.hasSingle = true;
    else if (kind === HORIZON) {
      const period = name as HorizonName;
      this.horizons.push({ project_id: number, period, at: new Date(atMs) });
    } else this.version = number;
  };

  /** When the rows have been taken. @param query on the same snapshot */
  async answer(query: Query, { agentKeys, projectId }: MarkedAgents): Promise<Dirty> {
    const fresh: FreshGroup[] = [];
    const unknown: string[] = [];
    for (const id of this.groups) {
      const group = freshGroup(id);
      if (!group) unknown.push(id);
      else if (agentKeys.some((agentKey) => group.earliest.has(agentKey))) fresh.push(group);
    }
    const { fromMs, toMs } = this.span;
    const bounds = [agentKeys, new Date(floorToBucket(fromMs, 'minute')), new Date(toMs)];
    const minutes = [
      ...(this.hasSingle ? await singleMarks(query, bounds) : []),
      ...(await marksOfGroups(query, unknown, agentKeys, fromMs, toMs)),
    ];
    return dirtyOf(minutes, fresh, horizonsOf(this.horizons, projectId), this.version);
  }
}

/** Reads the marks of the snapshot within a span, and takes along what is known of them. */
export async function readDirty(
  query: StreamingQuery,
  request: Span & MarkedAgents,
): Promise<Dirty> {
  const question = new DirtyQuestion(request);
  await query.copyAll([question]);
  return question.answer(query, request);
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
    const [only] = agents.size === 1 ? agents : [];
    for (const { rows, earliest } of fresh) {
      if (only === undefined || earliest.has(only)) rows.each(take, agents);
    }
  };
  const unknown = earliestOf(minutes);
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
    // Groups that began later are most of them, and need not be searched.
    isMarkedBefore: (agentKey, beforeMs) =>
      (unknown.get(agentKey) ?? Infinity) < beforeMs ||
      fresh.some(
        ({ fromMs, earliest }) =>
          fromMs < beforeMs && (earliest.get(agentKey) ?? Infinity) < beforeMs,
      ),
    settledMs: horizons.window,
    version,
    fresh,
    horizonOf: (period) => (period === 'week' || period === 'month' ? -Infinity : horizons[period]),
  };
}

function earliestOf(minutes: Dirty['minutes']): Map<number, number> {
  const earliest = new Map<number, number>();
  for (const { agentKey, minuteMs } of minutes) {
    if (minuteMs < (earliest.get(agentKey) ?? Infinity)) earliest.set(agentKey, minuteMs);
  }
  return earliest;
}
