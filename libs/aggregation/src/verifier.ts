import { addBuckets, floorToBucket } from '@app/stats';
import type { Moments } from '@app/stats';

import { Buckets } from './buckets.js';
import type { StreamingQuery } from './copy-out.js';
import { eachMarkOf } from './dirty.groups.js';
import { readHorizons } from './horizons.js';
import type { AgentHorizons } from './horizons.js';
import { LEVELS } from './levels.js';
import type { Level } from './levels.js';
import { addRow, mergePartial } from './partial.js';
import type { Partial } from './partial.js';
import { isRaw, readRawDays } from './raw-days.js';
import { readRawRows } from './raw.rows.js';
import { rollupsOfMany } from './rollup.rows.js';
import type { PartialOf } from './rollup.rows.js';

/** A rollup that is not what its raw rows give. */
export interface Difference {
  agentKey: number;
  period: Level;
  bucketMs: number;
  /** What differs: "total 5, not 7". */
  detail: string;
  /** A minute whose recomputation makes the rollup anew. */
  minuteMs: number;
}

export interface Verification {
  checked: number;
  /** Buckets in which something still waits for the roller. */
  waiting: number;
  differences: Difference[];
}

const DAY_MS = 86_400_000;
/** Sums of doubles depend on their order. */
const TOLERANCE = 1e-9;
const COUNTS = [
  'total',
  'successful',
  'failed',
  'cancelled',
  'inputTokens',
  'outputTokens',
] as const;
const MOMENTS = ['duration', 'cpu', 'memory', 'network', 'disk'] as const;

/**
 * Compares the rollups of some agents with what their raw rows give, as far as those are kept; of
 * weeks and months that reach further back, the older days as they are rolled up. In memory are
 * rollups only. Must run in one REPEATABLE READ transaction.
 */
export async function verifyRollups(
  query: StreamingQuery,
  agentKeys: readonly number[],
): Promise<Verification> {
  const horizons = await readHorizons(query, agentKeys);
  const days = await readRawDays(query);
  const result: Verification = { checked: 0, waiting: 0, differences: [] };
  if (days.size === 0) return result;
  const isWaiting = await waiting(query, agentKeys);
  const expected = await recomputed(query, agentKeys, horizons, days);
  const oldestMs = Math.min(...days);
  for (const period of LEVELS) {
    const stored = await readStored(query, agentKeys, period);
    const wanted = expected[period];
    for (const { agentKey, bucketMs } of union(stored, wanted)) {
      const endMs = addBuckets(bucketMs, period, 1);
      const own = horizons.of(agentKey);
      const isKept = bucketMs >= (period === 'week' || period === 'month' ? own.day : own[period]);
      const firstMs = Math.max(oldestMs, own.raw);
      const minuteMs = isRaw(days, bucketMs) && bucketMs >= own.raw ? bucketMs : firstMs;
      if (!isKept || !isRaw(days, minuteMs) || minuteMs < bucketMs || minuteMs >= endMs) continue;
      result.checked += 1;
      if (isWaiting(agentKey, bucketMs, endMs)) {
        result.waiting += 1;
        continue;
      }
      const found = stored.find(agentKey, bucketMs);
      const detail = differenceOf(found, wanted.find(agentKey, bucketMs));
      if (detail) result.differences.push({ agentKey, period, bucketMs, detail, minuteMs });
    }
  }
  return result;
}

async function waiting(
  query: StreamingQuery,
  agentKeys: readonly number[],
): Promise<(agentKey: number, fromMs: number, toMs: number) => boolean> {
  const marks = await query<{ agent_key: number; bucket_start: Date }>(
    `SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets WHERE agent_key = ANY ($1::int[])`,
    [agentKeys],
  );
  const byAgent = new Map<number, Set<number>>(agentKeys.map((agentKey) => [agentKey, new Set()]));
  for (const mark of marks) byAgent.get(mark.agent_key)?.add(mark.bucket_start.getTime());
  await eachMarkOf(query, 'true', [], (agentKey, minuteMs) => {
    byAgent.get(agentKey)?.add(minuteMs);
  });
  return (agentKey, fromMs, toMs) =>
    [...(byAgent.get(agentKey) ?? [])].some((atMs) => atMs >= fromMs && atMs < toMs);
}

async function recomputed(
  query: StreamingQuery,
  agentKeys: readonly number[],
  horizons: AgentHorizons,
  rawDays: ReadonlySet<number>,
): Promise<Record<Level, Buckets>> {
  const minute = new Buckets();
  const older = new Buckets();
  const span = { fromMs: Math.min(...rawDays), toMs: Math.max(...rawDays) + DAY_MS };
  await readRawRows(query, agentKeys, span, (agentKey, atMs, row) => {
    const own = horizons.of(agentKey);
    if (atMs < own.raw) return;
    const minuteMs = floorToBucket(atMs, 'minute');
    const partial =
      minuteMs >= own.minute
        ? minute.partial(agentKey, minuteMs)
        : older.partial(agentKey, floorToBucket(atMs, 'hour'));
    addRow(partial, row);
  });
  const hour = minute.merged('hour');
  for (const { agentKey, bucketMs, partial } of older) {
    mergePartial(hour.partial(agentKey, bucketMs), partial);
  }
  const sixHours = hour.merged('sixHours');
  const day = hour.merged('day');
  for (const { agentKey, bucketMs, partial } of await readStored(query, agentKeys, 'day')) {
    const isFromRaw = rawDays.has(bucketMs) && bucketMs >= horizons.of(agentKey).raw;
    if (!isFromRaw) mergePartial(day.partial(agentKey, bucketMs), partial);
  }
  return { minute, hour, sixHours, day, week: day.merged('week'), month: day.merged('month') };
}

async function readStored(
  query: StreamingQuery,
  agentKeys: readonly number[],
  period: Level,
): Promise<Buckets> {
  const stored = new Buckets();
  const always = { fromMs: 0, toMs: Date.parse('9999-01-01T00:00:00Z') };
  const take: PartialOf = (agentKey, bucketMs) => stored.partial(agentKey, bucketMs);
  await query.copyAll([rollupsOfMany(period, agentKeys, always, take)]);
  return stored;
}

function union(a: Buckets, b: Buckets): { agentKey: number; bucketMs: number }[] {
  const more = [...b].filter(({ agentKey, bucketMs }) => !a.find(agentKey, bucketMs));
  return [...a, ...more];
}

/** The first thing in which a stored partial is not the wanted one. */
function differenceOf(stored: Partial | null, wanted: Partial | null): string | null {
  if (!stored || !wanted) return stored ? 'has no executions' : 'is missing';
  const differs = (name: string, one: number | null, other: number | null): string | null =>
    isClose(one, other) ? null : `${name} ${String(one)}, not ${String(other)}`;
  const found: (string | null)[] = COUNTS.map((name) => differs(name, stored[name], wanted[name]));
  found.push(differs('costUsd', stored.costUsd, wanted.costUsd));
  found.push(differs('lastEndedAtMs', stored.lastEndedAtMs, wanted.lastEndedAtMs));
  for (const name of MOMENTS) found.push(momentsDiffer(name, stored[name], wanted[name]));
  const keys = new Set([...stored.strata.keys(), ...wanted.strata.keys()]);
  for (const key of keys) {
    const [own, other] = [stored.strata.get(key), wanted.strata.get(key)];
    if (!own || !other) found.push(`stratum ${key} ${own ? 'has no executions' : 'is missing'}`);
    else {
      found.push(differs(`total of stratum ${key}`, own.total, other.total));
      found.push(momentsDiffer(`stratum ${key}`, own.duration, other.duration));
    }
  }
  const isSame = Buffer.from(stored.sketch.encode()).equals(wanted.sketch.encode());
  found.push(isSame ? null : 'quantiles');
  return found.find((detail) => detail !== null) ?? null;
}

function momentsDiffer(name: string, one: Moments, other: Moments): string | null {
  for (const part of ['count', 'sum', 'min', 'max'] as const) {
    if (!isClose(one[part], other[part])) {
      return `${part} of ${name} ${String(one[part])}, not ${String(other[part])}`;
    }
  }
  // Deviations are squared, and those of nearly equal values are nothing but rounding.
  const scale = TOLERANCE * (1 + (other.sum * other.sum) / Math.max(1, other.count));
  return Math.abs(one.m2 - other.m2) <= Math.max(scale, other.m2 * 1e-6)
    ? null
    : `spread of ${name} ${one.m2}, not ${other.m2}`;
}

function isClose(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.abs(one - other) <= TOLERANCE * Math.max(1, Math.abs(other));
}
