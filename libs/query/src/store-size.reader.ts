import type { StoreSize, StoreTable } from '@app/contracts';
import { dayOfPartition } from '@app/metrics';

type Query = <T extends object>(sql: string, parameters?: unknown[]) => Promise<T[]>;

const RAW = 'agent_performance_metrics';
const DAY_MS = 86_400_000;
/** Growth is the mean of so many days that are over, or of fewer where there are no more. */
const GROWTH_DAYS = 7;

/** Of each table that holds rows: with indexes, and with what is too long for its row. */
const SIZES = `
SELECT c.relname AS name, parent.relname AS parent, pg_total_relation_size(c.oid)::float8 AS bytes,
  pg_indexes_size(c.oid)::float8 AS index_bytes, greatest(c.reltuples, 0)::float8 AS rows
FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
LEFT JOIN pg_class parent ON parent.oid = i.inhparent
WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = '${RAW}'::regclass)
  AND c.relkind = 'r'`;

interface SizeRow {
  name: string;
  parent: string | null;
  bytes: number;
  index_bytes: number;
  rows: number;
}

/** How large everything is that the tracker stores. */
export async function readStoreSize(query: Query, now: Date): Promise<StoreSize> {
  const rows = await query<SizeRow>(SIZES);
  const tables = new Map<string, StoreTable>();
  for (const { name, parent, bytes, index_bytes: indexBytes, rows: count } of rows) {
    const table = parent ?? name;
    const known = tables.get(table) ?? {
      table,
      kind: kindOf(table),
      bytes: 0,
      indexBytes: 0,
      estimatedRows: 0,
      partitions: 0,
    };
    tables.set(table, {
      ...known,
      bytes: known.bytes + bytes,
      indexBytes: known.indexBytes + indexBytes,
      estimatedRows: known.estimatedRows + Math.round(count),
      partitions: known.partitions + Number(parent !== null),
    });
  }
  const days = rawDays(rows, now);
  const over = days.filter(({ day }) => Date.parse(day) + DAY_MS <= now.getTime());
  return {
    measuredAt: now.toISOString(),
    totalBytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    tables: [...tables.values()].sort((a, b) => b.bytes - a.bytes),
    rawDays: days,
    rawBytesPerDay: meanOf(over.slice(-GROWTH_DAYS).map(({ bytes }) => bytes)),
  };
}

/** The partitions of executions up to today, oldest first. */
function rawDays(rows: readonly SizeRow[], now: Date): StoreSize['rawDays'] {
  return rows
    .flatMap(({ name, parent, bytes, rows: count }) => {
      const day = parent === RAW ? dayOfPartition(name) : null;
      if (day === null || day > now) return [];
      return [{ day: day.toISOString().slice(0, 10), bytes, estimatedRows: Math.round(count) }];
    })
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.round(values.reduce((a, b) => a + b, 0) / values.length);
}

function kindOf(table: string): StoreTable['kind'] {
  if (table === RAW) return 'executions';
  if (/aggregated|rollup|dirty|_window$/.test(table)) return 'rollups';
  if (/alert|incident/.test(table)) return 'alerts';
  if (/notification|delivery|deliveries|outbox/.test(table)) return 'notifications';
  return 'other';
}
