import type { SummaryRow } from '@app/contracts';
import { wilsonInterval } from '@app/stats';

type Key = number | string | null;

/** Lower end of the success rate's 95 % interval: one lucky task does not lead the table. */
const rank = (row: SummaryRow): number | null =>
  wilsonInterval(row.successful, row.total - row.cancelled)?.[0] ?? null;

/** What a summary can be sorted by. */
const keys = {
  rank,
  agentId: (row) => row.agentId,
  agentName: (row) => row.agentName,
  agentType: (row) => row.agentType,
  total: (row) => row.total,
  failed: (row) => row.failed,
  successRate: (row) => row.successRate,
  consistency: (row) => row.consistency,
  reliability: (row) => row.reliability,
  meanMs: (row) => row.duration.meanMs,
  p50Ms: (row) => row.duration.p50Ms,
  p95Ms: (row) => row.duration.p95Ms,
  p99Ms: (row) => row.duration.p99Ms,
  cpuPercent: (row) => row.cpuPercent.mean,
  memoryMb: (row) => row.memoryMb.mean,
  costUsd: (row) => row.costUsd,
  throughputPerHour: (row) => row.throughputPerHour,
  running: (row) => row.running,
  openAlerts: (row) => row.openAlerts,
  lastActiveAt: (row) => row.lastActiveAt,
} satisfies Record<string, (row: SummaryRow) => Key>;

export type SummarySort = keyof typeof keys;
export const SUMMARY_SORTS = Object.keys(keys) as SummarySort[];

/** Sorted rows; those without a value come last either way, ties go by agent id. */
export function sortSummary(
  rows: SummaryRow[],
  sort: SummarySort,
  order: 'asc' | 'desc',
): SummaryRow[] {
  const key: (row: SummaryRow) => Key = keys[sort];
  const sign = order === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === y) return a.agentId < b.agentId ? -1 : 1;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -sign : sign;
  });
}
