import { Inject, Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { PartitionStore, dayOfPartition } from '@app/metrics';
import { CLOCK, LOCKS, withAdvisoryLock } from '@app/platform';
import type { Clock } from '@app/platform';
import { floorToBucket } from '@app/stats';
import { DataSource } from 'typeorm';

import type { Query } from './copy-out.js';
import { EXPIRING, raiseHorizon } from './horizons.js';
import type { ExpiringPeriod } from './horizons.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_HOURS = 48;
const HOUR_DAYS = 90;
const DAY_DAYS = 2 * 365;
/** A week or month that can still get late rows is made of days that are all there. */
const LONGEST_BUCKET_DAYS = 31;
const JOB_DAYS = 7;
const ALERT_DAYS = 365;

/**
 * Drops what is older than it is kept: raw days whole, never one that still has dirty buckets, and
 * rollups of minutes, hours and days. Weeks and months stay.
 */
@Injectable()
export class RetentionScheduler {
  private readonly logger = new Logger(RetentionScheduler.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: PartitionStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_HOUR, { name: 'retention', timeZone: 'UTC', waitForCompletion: true })
  async expire(): Promise<void> {
    const oldestMs = this.partitions.oldestMs();
    const dropped = await withAdvisoryLock(this.dataSource, LOCKS.retention, async (query) => {
      // The roller must not be writing what is dropped here.
      await query('SELECT pg_advisory_xact_lock($1)', [LOCKS.aggregate]);
      const names = await dropDays(query, new Date(oldestMs));
      const nowMs = this.clock.now().getTime();
      await dropRollupsBefore(query, rollupHorizons(nowMs, oldestMs));
      await dropRows(query, nowMs);
      return names;
    });
    if (!dropped || dropped.length === 0) return;
    this.partitions.forget();
    this.logger.log({ event: 'retention.dropped', partitions: dropped });
  }
}

/**
 * Until when rollups of a period are dropped, epoch ms: always a start of a bucket of the next
 * coarser period, so that one is made either of all the finer ones or of raw rows.
 */
export function rollupHorizons(nowMs: number, oldestRawMs: number): Record<ExpiringPeriod, number> {
  const dayMs = Math.min(nowMs - DAY_DAYS * DAY_MS, oldestRawMs - LONGEST_BUCKET_DAYS * DAY_MS);
  return {
    minute: floorToBucket(nowMs - MINUTE_HOURS * HOUR_MS, 'hour'),
    hour: floorToBucket(nowMs - HOUR_DAYS * DAY_MS, 'day'),
    day: floorToBucket(dayMs, 'month'),
  };
}

async function dropRollupsBefore(
  query: Query,
  horizons: Record<ExpiringPeriod, number>,
): Promise<void> {
  for (const period of EXPIRING) {
    const at = horizons[period];
    const gone = await query<{ gone: boolean }>(
      `WITH gone AS (
         DELETE FROM agent_performance_aggregated WHERE period = $1 AND bucket_start < $2 RETURNING 1
       )
       SELECT EXISTS (SELECT 1 FROM gone) AS gone`,
      [period, new Date(at)],
    );
    if (gone[0]?.gone) await raiseHorizon(query, period, at);
  }
}

/** Partitions carry their day in their name. */
async function dropDays(query: Query, oldest: Date): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i
     JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass
     ORDER BY c.relname`,
  );
  const dropped: string[] = [];
  for (const { name } of rows) {
    const day = dayOfPartition(name);
    if (day === null || day.getTime() >= oldest.getTime()) continue;
    // Whoever is still writing into it has then committed, marks and all.
    await query(`LOCK TABLE "${name}" IN ACCESS EXCLUSIVE MODE`);
    const [dirty] = await query<{ found: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM dirty_buckets
         WHERE bucket_start >= $1 AND bucket_start < $2)
         OR EXISTS (SELECT 1 FROM dirty_groups
         WHERE last_bucket >= $1 AND first_bucket < $2) AS found`,
      [day, new Date(day.getTime() + DAY_MS)],
    );
    if (dirty?.found) continue;
    await query(`DROP TABLE "${name}"`);
    dropped.push(name);
  }
  return dropped;
}

async function dropRows(query: Query, nowMs: number): Promise<void> {
  await query('DELETE FROM aggregation_jobs WHERE started_at < $1', [
    new Date(nowMs - JOB_DAYS * DAY_MS),
  ]);
  await query('DELETE FROM agent_performance_alerts WHERE resolved_at < $1', [
    new Date(nowMs - ALERT_DAYS * DAY_MS),
  ]);
}
