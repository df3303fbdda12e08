import { eachMarkedMinute } from '@app/metrics';

import type { Query } from './copy-out.js';

interface GroupRow {
  first_bucket: Date;
  buckets: Buffer;
}

/**
 * The single marks of the groups for which a condition holds.
 * @param condition SQL over `dirty_groups`; never from outside
 */
export async function eachMarkOf(
  query: Query,
  condition: string,
  parameters: unknown[],
  take: (agentKey: number, minuteMs: number) => void,
): Promise<void> {
  const groups = await query<GroupRow>(
    `SELECT first_bucket, buckets FROM dirty_groups WHERE ${condition}`,
    parameters,
  );
  for (const group of groups) eachMarkedMinute(group.buckets, group.first_bucket.getTime(), take);
}

/** Which whole groups are meant. */
export interface GroupChoice {
  /** Those with smaller ids (made earlier, that is), or null for all; … */
  before: string | null;
  /** … besides, these; … */
  also: string[];
  /** … and in no case these. */
  except: string[];
}

/** Turns groups into single marks, which the roller takes in any portions. */
export async function breakUp(query: Query, only: GroupChoice): Promise<void> {
  await insertMarks(
    query,
    await query<GroupRow & { mark_id: string }>(
      `WITH gone AS (
         DELETE FROM dirty_groups
         WHERE ($1::uuid IS NULL OR mark_id < $1 OR mark_id = ANY ($3::uuid[]))
           AND mark_id <> ALL ($2::uuid[])
         RETURNING mark_id, first_bucket, buckets
       )
       SELECT * FROM gone`,
      [only.before, only.except, only.also],
    ),
  );
}

/**
 * The same for every group that touches one of these minutes: they are about to be recomputed, and
 * what a group brought to them must not be added once more.
 */
export async function breakUpThoseOf(
  query: Query,
  minutes: readonly { agentKey: number; bucketMs: number }[],
): Promise<void> {
  const wanted = new Set(minutes.map(({ agentKey, bucketMs }) => `${agentKey}/${bucketMs}`));
  const times = minutes.map(({ bucketMs }) => bucketMs);
  const first = times.reduce((one, other) => Math.min(one, other), Infinity);
  const last = times.reduce((one, other) => Math.max(one, other), -Infinity);
  const groups = await query<GroupRow & { mark_id: string }>(
    `SELECT mark_id, first_bucket, buckets FROM dirty_groups
     WHERE last_bucket >= $1 AND first_bucket <= $2`,
    [new Date(first), new Date(last)],
  );
  const touching = groups.filter((group) => {
    let touches = false;
    eachMarkedMinute(group.buckets, group.first_bucket.getTime(), (agentKey, minuteMs) => {
      touches ||= wanted.has(`${agentKey}/${minuteMs}`);
    });
    return touches;
  });
  if (touching.length === 0) return;
  await query('DELETE FROM dirty_groups WHERE mark_id = ANY ($1::uuid[])', [
    touching.map((group) => group.mark_id),
  ]);
  await insertMarks(query, touching);
}

async function insertMarks(
  query: Query,
  groups: readonly (GroupRow & { mark_id: string })[],
): Promise<void> {
  for (const group of groups) {
    const agentKeys: number[] = [];
    const minutes: Date[] = [];
    eachMarkedMinute(group.buckets, group.first_bucket.getTime(), (agentKey, minuteMs) => {
      agentKeys.push(agentKey);
      minutes.push(new Date(minuteMs));
    });
    await query(
      `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
       SELECT agent_key, bucket_start, $3::uuid
       FROM unnest($1::int[], $2::timestamptz[]) AS t (agent_key, bucket_start)`,
      [agentKeys, minutes, group.mark_id],
    );
  }
}
