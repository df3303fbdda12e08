import { randomUUID } from 'node:crypto';

import { DomainError } from '@app/platform';

import type { Query } from './copy-out.js';
import { readRawFrom } from './raw-days.js';

const DAY_MS = 86_400_000;

/** What is to be made again, of one project. */
export interface RebuildRange {
  projectId: number;
  from: Date;
  to: Date;
}

/**
 * Rollups of a time whose raw rows were removed can only be kept, not made again.
 * @throws DomainError `invalid-request` (422) naming the first instant that can be rebuilt
 */
export async function requireRebuildable(query: Query, range: RebuildRange): Promise<void> {
  const keptMs = await readRawFrom(query, range.projectId);
  if (range.from.getTime() >= keptMs) return;
  const upTo = new Date(Math.min(keptMs, range.to.getTime()));
  const kept = await query(
    `SELECT 1 FROM agent_performance_aggregated WHERE period = 'day'
       AND bucket_start >= $1 AND bucket_start < $2
       AND agent_key IN (SELECT agent_key FROM agents WHERE project_id = $3) LIMIT 1`,
    [new Date(range.from.getTime() - DAY_MS + 1), upTo, range.projectId],
  );
  if (kept.length === 0) return;
  const first = Number.isFinite(keptMs) ? new Date(keptMs).toISOString() : 'now';
  const detail = `from must not lie before ${first}: of earlier days only rollups are kept`;
  throw new DomainError('invalid-request', 422, detail, [
    { path: 'from', code: 'too-old', detail },
  ]);
}

/**
 * Marks every (agent, minute) of a project and a range that has raw rows or a rollup as dirty, so that the roller
 * does it again; only as far back as raw rows are kept.
 */
export async function markRange(query: Query, range: RebuildRange): Promise<void> {
  await query(
    `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
     SELECT agent_key, bucket_start, $3::uuid FROM (
       SELECT agent_key, date_trunc('minute', started_at, 'UTC') AS bucket_start
       FROM agent_performance_metrics
       WHERE started_at >= date_trunc('minute', $1::timestamptz, 'UTC') AND started_at < $2
       UNION
       SELECT agent_key, bucket_start FROM agent_performance_aggregated
       WHERE period IN ('minute', 'hour')
         AND bucket_start >= date_trunc('minute', $1::timestamptz, 'UTC') AND bucket_start < $2
     ) AS buckets
     WHERE agent_key IN (SELECT agent_key FROM agents WHERE project_id = $4)`,
    [range.from, range.to, randomUUID(), range.projectId],
  );
}
