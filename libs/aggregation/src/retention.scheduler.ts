import { Inject, Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { PartitionStore, dayOfPartition } from '@app/metrics';
import { CLOCK, LOCKS, withAdvisoryLock } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import type { Query } from './copy-out.js';

const DAY_MS = 86_400_000;
const JOB_DAYS = 7;
const ALERT_DAYS = 365;

/** Drops what is older than it is kept: raw days whole, never one that still has dirty buckets. */
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
    const oldest = new Date(this.partitions.oldestMs());
    const dropped = await withAdvisoryLock(this.dataSource, LOCKS.retention, async (query) => {
      const names = await dropDays(query, oldest);
      await dropRows(query, oldest, this.clock.now().getTime());
      return names;
    });
    if (!dropped || dropped.length === 0) return;
    this.partitions.forget();
    this.logger.log({ event: 'retention.dropped', partitions: dropped });
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
    const [dirty] = await query<{ found: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM dirty_buckets
         WHERE bucket_start >= $1 AND bucket_start < $2) AS found`,
      [day, new Date(day.getTime() + DAY_MS)],
    );
    if (dirty?.found) continue;
    await query(`DROP TABLE "${name}"`);
    dropped.push(name);
  }
  return dropped;
}

async function dropRows(query: Query, oldest: Date, nowMs: number): Promise<void> {
  await query(
    `DELETE FROM agent_performance_aggregated WHERE period = 'minute' AND bucket_start < $1`,
    [oldest],
  );
  await query('DELETE FROM aggregation_jobs WHERE started_at < $1', [
    new Date(nowMs - JOB_DAYS * DAY_MS),
  ]);
  await query('DELETE FROM agent_performance_alerts WHERE resolved_at < $1', [
    new Date(nowMs - ALERT_DAYS * DAY_MS),
  ]);
}
