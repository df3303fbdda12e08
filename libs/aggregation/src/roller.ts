import { floorToBucket } from '@app/stats';

import { Buckets } from './buckets.js';
import { breakUp, breakUpThoseOf } from './dirty.groups.js';
import type { GroupChoice } from './dirty.groups.js';
import type { FreshGroup } from './fresh-groups.js';
import { readHorizons } from './horizons.js';
import type { AgentHorizons, ExpiringPeriod } from './horizons.js';
import type { Level } from './levels.js';
import { addRow } from './partial.js';
import type { Partial } from './partial.js';
import { isRaw, readRawDays } from './raw-days.js';
import { readRawRowsOf } from './raw.rows.js';
import type { Rolling } from './rolling.js';
import { dropRollups, readRollupsOf, writeRollups } from './rollup.rows.js';
import type { Rollup } from './rollup.rows.js';
import { bucketSpan } from './span.js';
import { forgetWindows } from './window.rows.js';

/** Each coarser period with the finer one that it is merged from. */
const LADDER: [period: Level, from: ExpiringPeriod][] = [
  ['hour', 'minute'],
  ['sixHours', 'hour'],
  ['day', 'hour'],
  ['week', 'day'],
  ['month', 'day'],
];
const MINUTE_MS = 60_000;

interface Minute {
  agentKey: number;
  bucketMs: number;
}

/**
 * Rolls up groups that came through this process by adding them to the rollups, and takes their
 * marks away in the same transaction: a group that is still marked as a whole is in no rollup yet,
 * so each row is added exactly once, whatever fails when. One that is not was broken up into single
 * marks, since somebody has recomputed some of its buckets; what is left of it is recomputed too.
 * @returns how many (agent, minute) buckets were rolled up
 */
export async function rollUpGroups(
  rolling: Rolling,
  groups: ReadonlyMap<string, FreshGroup>,
): Promise<number> {
  const whole = await takeGroups(rolling, [...groups.keys()]);
  const minutes = new Buckets();
  for (const id of whole) {
    groups.get(id)?.rows.each((agentKey, startedAtMs, row) => {
      addRow(minutes.partial(agentKey, Math.floor(startedAtMs / MINUTE_MS) * MINUTE_MS), row);
    });
  }
  const touched = [...minutes];
  if (touched.length > 0) {
    const horizons = await readHorizons(rolling.query, agentsOf(touched));
    await addToRollups(rolling, minutes, horizons);
    await forgetWindows(rolling.query, touched, horizons.general);
  }
  return touched.length;
}

async function takeGroups({ query }: Rolling, ids: string[]): Promise<string[]> {
  const rows = await query<{ mark_id: string }>(
    `WITH gone AS (
       DELETE FROM dirty_groups WHERE mark_id = ANY ($1::uuid[]) RETURNING mark_id
     )
     SELECT mark_id FROM gone`,
    [ids],
  );
  return rows.map((row) => row.mark_id);
}

async function takeMarksOf({ query }: Rolling, minutes: Minute[]): Promise<void> {
  await query(
    `DELETE FROM dirty_buckets d USING unnest($1::int[], $2::timestamptz[]) AS t (agent_key, at)
     WHERE d.agent_key = t.agent_key AND d.bucket_start = t.at`,
    [minutes.map(({ agentKey }) => agentKey), minutes.map(({ bucketMs }) => new Date(bucketMs))],
  );
}

async function addToRollups(
  { query, client }: Rolling,
  minutes: Buckets,
  horizons: AgentHorizons,
): Promise<void> {
  const hours = minutes.merged('hour');
  const sixHours = hours.merged('sixHours');
  const days = hours.merged('day');
  const levels: [Level, Buckets][] = [
    ['minute', minutes],
    ['hour', hours],
    ['sixHours', sixHours],
    ['day', days],
    ['week', days.merged('week')],
    ['month', days.merged('month')],
  ];
  const written: { period: Level; rollups: Rollup[] }[] = [];
  for (const [period, buckets] of levels) {
    await readRollupsOf(query, period, buckets.spans(period), (agentKey, bucketMs) =>
      buckets.find(agentKey, bucketMs),
    );
    written.push({ period, rollups: kept(buckets, period, horizons) });
  }
  await writeRollups(client, written);
}

/** Without those of a time of which the rollups were dropped: they would be incomplete. */
function kept(buckets: Buckets, period: Level, horizons: AgentHorizons): Rollup[] {
  return [...buckets].filter(
    ({ agentKey, bucketMs }) => bucketMs >= horizonOf(period, horizons, agentKey),
  );
}

function horizonOf(period: Level, horizons: AgentHorizons, agentKey: number): number {
  return period === 'week' || period === 'month' ? -Infinity : horizons.of(agentKey)[period];
}

function agentsOf(minutes: readonly Minute[]): number[] {
  return minutes.map(({ agentKey }) => agentKey);
}

/**
 * Recomputes at most `limit` dirty (agent, minute) buckets from raw, and merges what lies above;
 * takes their marks away. Recomputing overwrites, so doing it twice changes nothing.
 * @param only which whole groups are taken; single marks are taken whatever they are
 * @returns how many buckets were rolled up
 */
export async function rollUpDirty(
  rolling: Rolling,
  limit: number,
  only: GroupChoice = { before: null, also: [], except: [] },
): Promise<number> {
  const { query } = rolling;
  await breakUp(query, only);
  const marks = await query<{ agent_key: number; bucket_start: Date }>(
    `SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets
     ORDER BY agent_key, bucket_start LIMIT $1`,
    [limit],
  );
  if (marks.length === 0) return 0;
  const dirty = marks.map((mark) => ({
    agentKey: mark.agent_key,
    bucketMs: mark.bucket_start.getTime(),
  }));
  await breakUpThoseOf(query, dirty);
  await takeMarksOf(rolling, dirty);
  await recompute(rolling, dirty);
  return dirty.length;
}

/** Makes the rollups that hold these minutes anew; those whose raw rows are gone stay as they are. */
async function recompute(rolling: Rolling, minutes: Minute[]): Promise<void> {
  const horizons = await readHorizons(rolling.query, agentsOf(minutes));
  const rawDays = await readRawDays(rolling.query);
  const dirty = minutes.filter(
    ({ agentKey, bucketMs }) => isRaw(rawDays, bucketMs) && bucketMs >= horizons.of(agentKey).raw,
  );
  const recent = dirty.filter(({ agentKey, bucketMs }) => bucketMs >= horizons.of(agentKey).minute);
  await replace(rolling, 'minute', distinct(recent, 'minute'), null);
  for (const [period, from] of LADDER) {
    const buckets = distinct(dirty, period).filter(
      ({ agentKey, bucketMs }) => bucketMs >= horizonOf(period, horizons, agentKey),
    );
    const isWhole = ({ agentKey, bucketMs }: Minute): boolean =>
      bucketMs >= horizons.of(agentKey)[from];
    await replace(rolling, period, buckets.filter(isWhole), from);
    await replace(
      rolling,
      period,
      buckets.filter((bucket) => !isWhole(bucket)),
      null,
    );
  }
  await forgetWindows(rolling.query, dirty, horizons.general);
}

/**
 * @param from the finer rollups that they are merged from, or null for raw rows, where those were
 * dropped
 */
async function replace(
  { query, client }: Rolling,
  period: Level,
  buckets: Minute[],
  from: ExpiringPeriod | null,
): Promise<void> {
  if (buckets.length === 0) return;
  const found = new Buckets();
  const spans = buckets.map(({ agentKey, bucketMs }) => bucketSpan(agentKey, bucketMs, period));
  const partialAt = (agentKey: number, atMs: number): Partial =>
    found.partial(agentKey, floorToBucket(atMs, period));
  if (from === null) {
    await readRawRowsOf(query, spans, (agentKey, atMs, row) => {
      addRow(partialAt(agentKey, atMs), row);
    });
  } else await readRollupsOf(query, from, spans, partialAt);
  await writeRollups(client, [{ period, rollups: [...found] }]);
  // A bucket for which nothing was found has lost its last row.
  const emptied = buckets.filter(({ agentKey, bucketMs }) => !found.find(agentKey, bucketMs));
  await dropRollups(query, period, emptied);
}

function distinct(minutes: Minute[], period: Level): Minute[] {
  const buckets = new Buckets();
  for (const { agentKey, bucketMs } of minutes) {
    buckets.partial(agentKey, floorToBucket(bucketMs, period));
  }
  return [...buckets].map(({ agentKey, bucketMs }) => ({ agentKey, bucketMs }));
}
