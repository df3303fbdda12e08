import { dayOfPartition } from '@app/metrics';
import { floorToBucket } from '@app/stats';

import type { Query } from './copy-out.js';

/** Starts of the days, epoch ms, of which the raw rows are kept. */
export async function readRawDays(query: Query): Promise<Set<number>> {
  const rows = await query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass`,
  );
  return new Set(rows.flatMap(({ name }) => dayOfPartition(name)?.getTime() ?? []));
}

/** Whether the raw rows of an instant are kept. */
export function isRaw(days: ReadonlySet<number>, atMs: number): boolean {
  return days.has(floorToBucket(atMs, 'day'));
}
