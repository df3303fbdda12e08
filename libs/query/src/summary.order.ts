import type { SummaryRow } from '@app/contracts';
import { wilsonInterval } from '@app/stats';

type Key = number | string | null;

/** What a row is sorted by, without what is only shown. */
export type Sortable = Omit<SummaryRow, 'previous' | 'complexity' | 'lowSample'>;

/** Lower end of the success rate's 95 % interval: one lucky task does not lead the table. */
const rank = (row: Sortable): number | null =>
  wilsonInterval(row.successful, row.total - row.cancelled)?.[0] ?? null;

/** What a summary can be sorted by. */
const keys = {
  rank,
  agentId: (row) => row.agentId,
  agentName: (row) => row.agentName,
  agentType: (row) => row.agentType,
  total: (row) => row.total,
  successful: (row) => row.successful,
  failed: (row) => row.failed,
  cancelled: (row) => row.cancelled,
  successRate: (row) => row.successRate,
  consistency: (row) => row.consistency,
  reliability: (row) => row.reliability,
  meanMs: (row) => row.duration.meanMs,
  minMs: (row) => row.duration.minMs,
  maxMs: (row) => row.duration.maxMs,
  p50Ms: (row) => row.duration.p50Ms,
  p95Ms: (row) => row.duration.p95Ms,
  p99Ms: (row) => row.duration.p99Ms,
  cpuPercent: (row) => row.cpuPercent.mean,
  memoryMb: (row) => row.memoryMb.mean,
  cpuPercentMax: (row) => row.cpuPercent.max,
  memoryMbMax: (row) => row.memoryMb.max,
  networkBytes: (row) => row.networkBytes,
  diskBytes: (row) => row.diskBytes,
  inputTokens: (row) => row.inputTokens,
  outputTokens: (row) => row.outputTokens,
  tokens: (row) => row.inputTokens + row.outputTokens,
  costUsd: (row) => row.costUsd,
  throughputPerHour: (row) => row.throughputPerHour,
  running: (row) => row.running,
  openAlerts: (row) => row.openAlerts,
  lastActiveAt: (row) => row.lastActiveAt,
} satisfies Record<string, (row: Sortable) => Key>;

export type SummarySort = keyof typeof keys;
export const SUMMARY_SORTS = Object.keys(keys) as SummarySort[];

/** Where a row stands: what it is sorted by, and its id. */
export type SummaryPlace = [key: Key, agentId: string];

export function isSummaryPlace(value: unknown): value is SummaryPlace {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [key, agentId] = value as unknown[];
  const isKey = key === null || typeof key === 'string' || typeof key === 'number';
  return isKey && typeof agentId === 'string';
}

export interface SummaryOrder {
  sort: SummarySort;
  order: 'asc' | 'desc';
}

export function placeOf(row: Sortable, { sort }: SummaryOrder): SummaryPlace {
  const key: (row: Sortable) => Key = keys[sort];
  return [key(row), row.agentId];
}

/** Below 0 if `a` comes first. Rows without a value come last either way, ties go by agent id. */
export function comparePlaces(a: SummaryPlace, b: SummaryPlace, { order }: SummaryOrder): number {
  const sign = order === 'asc' ? 1 : -1;
  const [[x, idA], [y, idB]] = [a, b];
  if (x === y) {
    if (idA === idB) return 0;
    return idA < idB ? -1 : 1;
  }
  if (x === null) return 1;
  if (y === null) return -1;
  return x < y ? -sign : sign;
}

export function sortSummary<T extends Sortable>(
  rows: T[],
  sort: SummarySort,
  order: 'asc' | 'desc',
): T[] {
  const by = { sort, order };
  const placed = rows.map((row) => ({ row, place: placeOf(row, by) }));
  return placed.sort((a, b) => comparePlaces(a.place, b.place, by)).map(({ row }) => row);
}
