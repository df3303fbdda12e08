import type { Period } from '@app/contracts';
import { QuantileSketch } from '@app/stats';
import type { Moments } from '@app/stats';

import type { Partial, RawRow, Stratum } from './partial.js';

/** Runs one statement; rows come back as objects. */
export type Query = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

/** A rollup row: whose, when, and what. */
export interface Rollup {
  agentKey: number;
  bucketMs: number;
  partial: Partial;
}

const MOMENTS = ['duration', 'cpu', 'memory', 'network', 'disk'] as const;
type MomentName = (typeof MOMENTS)[number];

const momentColumns = MOMENTS.flatMap((name) =>
  ['count', 'sum', 'm2', 'min', 'max'].map((part) => `${name}_${part}`),
);

/** Column, type of the array that carries it, and its value. */
const columns: [name: string, type: string, value: (rollup: Rollup) => unknown][] = [
  ['agent_key', 'int', (r) => r.agentKey],
  ['bucket_start', 'timestamptz', (r) => new Date(r.bucketMs)],
  ['total', 'bigint', (r) => r.partial.total],
  ['successful', 'bigint', (r) => r.partial.successful],
  ['failed', 'bigint', (r) => r.partial.failed],
  ['cancelled', 'bigint', (r) => r.partial.cancelled],
  ...MOMENTS.flatMap((name): [string, string, (rollup: Rollup) => unknown][] => [
    [`${name}_count`, 'bigint', (r) => r.partial[name].count],
    [`${name}_sum`, 'float8', (r) => r.partial[name].sum],
    [`${name}_m2`, 'float8', (r) => r.partial[name].m2],
    [`${name}_min`, 'float8', (r) => r.partial[name].min],
    [`${name}_max`, 'float8', (r) => r.partial[name].max],
  ]),
  ['input_tokens', 'bigint', (r) => r.partial.inputTokens],
  ['output_tokens', 'bigint', (r) => r.partial.outputTokens],
  ['cost_usd', 'float8', (r) => r.partial.costUsd],
  ['last_ended_at', 'timestamptz', (r) => new Date(r.partial.lastEndedAtMs)],
  ['strata', 'jsonb', (r) => JSON.stringify([...r.partial.strata.values()].map(packStratum))],
  ['sketch', 'bytea', (r) => Buffer.from(r.partial.sketch.encode())],
];

/** Writes rollup rows over whatever was there. */
export async function writeRollups(query: Query, period: Period, rollups: Rollup[]): Promise<void> {
  if (rollups.length === 0) return;
  const names = columns.map(([name]) => name);
  const arrays = columns.map(([, type], index) => `$${index + 2}::${type}[]`);
  const updates = names
    .filter((name) => name !== 'agent_key' && name !== 'bucket_start')
    .map((name) => `${name} = EXCLUDED.${name}`);
  await query(
    `INSERT INTO agent_performance_aggregated (period, ${names.join(', ')})
     SELECT $1, t.* FROM unnest(${arrays.join(', ')}) AS t (${names.join(', ')})
     ON CONFLICT (agent_key, period, bucket_start) DO UPDATE SET ${updates.join(', ')}`,
    [period, ...columns.map(([, , value]) => rollups.map(value))],
  );
}

/** The select list of a rollup row; `readRollup` understands it. Counts come as numbers, not texts. */
export const ROLLUP_SELECT = [
  'a.agent_key',
  'a.bucket_start',
  ...['total', 'successful', 'failed', 'cancelled', 'input_tokens', 'output_tokens'].map(
    (name) => `a.${name}::float8 AS ${name}`,
  ),
  ...momentColumns.map((name) =>
    name.endsWith('_count') ? `a.${name}::float8 AS ${name}` : `a.${name}`,
  ),
  'a.cost_usd',
  'a.last_ended_at',
  'a.strata',
  'a.sketch',
].join(', ');

type PackedStratum = [
  complexity: number,
  taskType: string,
  total: number,
  count: number,
  sum: number,
  m2: number,
  min: number | null,
  max: number | null,
];

export type RollupRow = Record<string, number | null> & {
  agent_key: number;
  bucket_start: Date;
  last_ended_at: Date;
  strata: PackedStratum[];
  sketch: Uint8Array;
};

export function readRollup(row: RollupRow): Rollup {
  const number = (name: string): number => row[name] ?? 0;
  const moments = (name: MomentName): Moments => ({
    count: number(`${name}_count`),
    sum: number(`${name}_sum`),
    m2: number(`${name}_m2`),
    min: row[`${name}_min`] ?? null,
    max: row[`${name}_max`] ?? null,
  });
  return {
    agentKey: row.agent_key,
    bucketMs: row.bucket_start.getTime(),
    partial: {
      total: number('total'),
      successful: number('successful'),
      failed: number('failed'),
      cancelled: number('cancelled'),
      duration: moments('duration'),
      cpu: moments('cpu'),
      memory: moments('memory'),
      network: moments('network'),
      disk: moments('disk'),
      inputTokens: number('input_tokens'),
      outputTokens: number('output_tokens'),
      costUsd: number('cost_usd'),
      lastEndedAtMs: row.last_ended_at.getTime(),
      strata: new Map(
        row.strata.map(unpackStratum).map((s) => [`${s.complexity}/${s.taskType}`, s]),
      ),
      sketch: QuantileSketch.decode(row.sketch),
    },
  };
}

function packStratum({ complexity, taskType, total, duration }: Stratum): PackedStratum {
  const { count, sum, m2, min, max } = duration;
  return [complexity, taskType, total, count, sum, m2, min, max];
}

function unpackStratum(packed: PackedStratum): Stratum {
  const [complexity, taskType, total, count, sum, m2, min, max] = packed;
  return { complexity, taskType, total, duration: { count, sum, m2, min, max } };
}

/** The select list of a raw row; `readRaw` understands it. */
export const RAW_SELECT = `m.agent_key, m.started_at, m.task_type, m.complexity, m.status, m.duration_ms,
  m.ended_at, m.cpu_percent, m.memory_mb, m.network_bytes::float8 AS network_bytes,
  m.disk_bytes::float8 AS disk_bytes, m.input_tokens::float8 AS input_tokens,
  m.output_tokens::float8 AS output_tokens, m.cost_usd`;

export interface RawSelectRow {
  agent_key: number;
  started_at: Date;
  task_type: string;
  complexity: number;
  status: string;
  duration_ms: number;
  ended_at: Date;
  cpu_percent: number | null;
  memory_mb: number | null;
  network_bytes: number | null;
  disk_bytes: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
}

export function readRaw(row: RawSelectRow): RawRow {
  return {
    taskType: row.task_type,
    complexity: row.complexity,
    status: row.status,
    durationMs: row.duration_ms,
    endedAtMs: row.ended_at.getTime(),
    cpuPercent: row.cpu_percent,
    memoryMb: row.memory_mb,
    networkBytes: row.network_bytes,
    diskBytes: row.disk_bytes,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
  };
}

/**
 * Raw rows of (agent, span) pairs that come as three arrays: `$1` keys, `$2` starts, `$3` ends, and
 * `$4`/`$5` bound them all. LATERAL with OFFSET keeps the planner to one index range per pair; left
 * to itself it may scan the whole table for each of them once its statistics are a minute old.
 */
export const RAW_OF_PAIRS = `SELECT m.* FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[])
    AS t (agent_key, starts, ends)
  CROSS JOIN LATERAL (
    SELECT ${RAW_SELECT} FROM agent_performance_metrics m
    WHERE m.agent_key = t.agent_key AND m.started_at >= t.starts AND m.started_at < t.ends
      AND m.started_at >= $4 AND m.started_at < $5
    OFFSET 0
  ) AS m`;

/** Rollups of (agent, span) pairs, likewise; `$4` is the period. */
export const ROLLUPS_OF_PAIRS = `SELECT a.* FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[])
    AS t (agent_key, starts, ends)
  CROSS JOIN LATERAL (
    SELECT ${ROLLUP_SELECT} FROM agent_performance_aggregated a
    WHERE a.agent_key = t.agent_key AND a.period = $4
      AND a.bucket_start >= t.starts AND a.bucket_start < t.ends
    OFFSET 0
  ) AS a`;
