import { dayOfPartition } from '@app/metrics';
import { floorToBucket } from '@app/stats';

import type { Query } from './copy-out.js';

const PARTITIONS = `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'agent_performance_metrics'::regclass`;

/** Starts of the days, epoch ms, of which the raw rows are kept. */
export async function readRawDays(query: Query): Promise<Set<number>> {
  const rows = await query<{ name: string }>(PARTITIONS);
  return new Set(rows.flatMap(({ name }) => dayOfPartition(name)?.getTime() ?? []));
}

/** Whether the raw rows of an instant are kept. */
export function isRaw(days: ReadonlySet<number>, atMs: number): boolean {
  return days.has(floorToBucket(atMs, 'day'));
}

/** From when on there are raw rows of a project, epoch ms; Infinity where there are none. */
export async function readRawFrom(query: Query, projectId: number): Promise<number> {
  const days = await readRawDays(query);
  const [own] = await query<{ at: Date | null }>(
    `SELECT max(at) AS at FROM rollup_horizons WHERE period = 'raw' AND project_id = $1`,
    [projectId],
  );
  const firstMs = days.size === 0 ? Infinity : Math.min(...days);
  return Math.max(firstMs, own?.at?.getTime() ?? -Infinity);
}
