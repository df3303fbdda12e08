import { randomUUID } from 'node:crypto';

import type { Query } from './copy-out.js';

/**
 * Marks every (agent, minute) of a range that has raw rows or a rollup as dirty, so that the roller
 * does it again; only as far back as raw rows are kept.
 */
export async function markRange(query: Query, range: { from: Date; to: Date }): Promise<void> {
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
     ) AS buckets`,
    [range.from, range.to, randomUUID()],
  );
}
