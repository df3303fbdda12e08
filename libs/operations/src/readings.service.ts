import { statfs } from 'node:fs/promises';

import { Inject, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { RollupService } from '@app/aggregation';
import type { ScheduleReading } from '@app/contracts';
import { CLOCK, CONFIG, readDurability } from '@app/platform';
import type { AppConfig, Clock, Durability } from '@app/platform';
import { DataSource } from 'typeorm';

/** What the database knows of how the tracker is doing. */
export interface StoreReading extends Durability {
  /** (agent, minute) marks that wait for the roller. */
  dirtyMarks: number;
  rollupLagMs: number;
  /** Notices that are in no message yet. */
  waitingNotices: number;
  /** Messages that are still to be delivered. */
  openDeliveries: number;
  /** For how long the longest overdue message or notice should have moved on, ms. */
  outboxOverdueMs: number;
}

/** Of the file system that holds the embedded database, in bytes. */
export interface DiskReading {
  /** What the tracker may still take. */
  freeBytes: number;
  bytes: number;
}

/** Counting more single marks than these would cost more than it tells. */
const MOST_MARKS = 100_000;
/** A scrape or a look at the status that has waited for longer is told "away". */
const PATIENCE_MS = 3000;
/** Several observers share one reading. */
const FRESH_MS = 2000;

const queues = `
SELECT
  ((SELECT count(*) FROM (SELECT 1 FROM dirty_buckets LIMIT ${MOST_MARKS}) AS marks)
    + (SELECT coalesce(sum(marks), 0) FROM dirty_groups))::int AS dirty,
  (SELECT count(*)::int FROM notification_outbox WHERE composed_at IS NULL) AS waiting,
  (SELECT count(*)::int FROM notification_deliveries WHERE state IN ('pending', 'sending')) AS open,
  (SELECT min(due) FROM (
    SELECT next_attempt_at AS due FROM notification_deliveries WHERE state = 'pending'
    UNION ALL
    SELECT lease_until FROM notification_deliveries WHERE state = 'sending'
    UNION ALL
    SELECT o.enqueued_at + greatest(c.group_wait_ms, c.group_interval_ms) * interval '1 millisecond'
    FROM notification_outbox o JOIN notification_channels c ON c.channel_id = o.channel_id
    WHERE o.composed_at IS NULL AND c.enabled
      AND NOT EXISTS (SELECT 1 FROM notification_deliveries d WHERE d.channel_id = o.channel_id
        AND d.group_key = o.group_key AND d.state IN ('pending', 'sending'))
  ) AS waits) AS due`;

interface QueueRow {
  dirty: number;
  waiting: number;
  open: number;
  due: Date | null;
}

/** Reads what cannot be counted on the way. */
@Injectable()
export class ReadingsService {
  private readonly startedMs = Date.now();
  private reading: Promise<StoreReading | null> | null = null;
  private readAtMs = -Infinity;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rollups: RollupService,
    private readonly schedules: SchedulerRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {}

  /** @returns null when the database does not answer in time; at most two seconds old */
  store(): Promise<StoreReading | null> {
    const nowMs = performance.now();
    if (!this.reading || nowMs - this.readAtMs > FRESH_MS) {
      this.readAtMs = nowMs;
      this.reading = this.readStore();
    }
    return this.reading;
  }

  /** @returns null where the database is on a machine of its own, or cannot be asked about */
  async disk(): Promise<DiskReading | null> {
    if (this.config.databaseUrl !== undefined) return null;
    try {
      const { bavail, blocks, bsize } = await statfs(this.config.dataDir);
      return { freeBytes: bavail * bsize, bytes: blocks * bsize };
    } catch {
      return null;
    }
  }

  /** What is done at fixed times, and when it last was; in order of name. */
  crons(): ScheduleReading[] {
    const nowMs = Date.now();
    return [...this.schedules.getCronJobs()]
      .map(([name, job]) => {
        const [first, second] = job.nextDates(2);
        const lastMs = job.lastDate()?.getTime() ?? null;
        return {
          name,
          intervalMs: first && second ? second.toMillis() - first.toMillis() : 0,
          lastRanAt: lastMs === null ? null : new Date(lastMs).toISOString(),
          ageMs: nowMs - (lastMs ?? this.startedMs),
          isRunning: job.isCallbackRunning,
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private async readStore(): Promise<StoreReading | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    try {
      return await Promise.race([this.ask(), late]);
    } catch {
      // Why it is away is told by those who need it; here it only is.
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  private async ask(): Promise<StoreReading> {
    const [row] = await this.dataSource.query<QueueRow[]>(queues);
    const rollupLagMs = await this.rollups.lagMs();
    const durability = await readDurability((sql, values) => this.dataSource.query(sql, values));
    const nowMs = this.clock.now().getTime();
    return {
      ...durability,
      rollupLagMs,
      dirtyMarks: row?.dirty ?? 0,
      waitingNotices: row?.waiting ?? 0,
      openDeliveries: row?.open ?? 0,
      outboxOverdueMs: row?.due ? Math.max(0, nowMs - row.due.getTime()) : 0,
    };
  }
}
