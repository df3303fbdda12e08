import { Inject, Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import type { RetentionSettings } from '@app/contracts';
import { PartitionStore, RetentionBook } from '@app/metrics';
import { CLOCK, LOCKS, withAdvisoryLock } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import type { Query } from './copy-out.js';
import {
  dropAlertsBefore,
  dropDay,
  dropRollupsBefore,
  hasMarks,
  readPartitions,
  removeRows,
  rollupHorizons,
  setApart,
} from './expiry.js';
import type { Whose } from './expiry.js';
import { raiseHorizon } from './horizons.js';
import { dropOldChanges } from './rollup.changes.js';

const DAY_MS = 86_400_000;
const JOB_DAYS = 7;
/** Rows that are removed in one transaction. */
const BATCH = 5000;
/** Other processes may not know of a change before, and take rows that are too old by it. */
const KNOWN_EVERYWHERE_MS = 60_000;

type OwnSettings = ReadonlyMap<number, RetentionSettings>;

/**
 * Removes what is older than its project keeps it: raw days whole where every project's time has
 * passed, else the project's rows in batches; rollups of minutes, hours and days; resolved alerts.
 * Never anything that waits for the roller. Weeks and months stay.
 */
@Injectable()
export class RetentionScheduler {
  private readonly logger = new Logger(RetentionScheduler.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: PartitionStore,
    private readonly book: RetentionBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_HOUR, { name: 'retention', timeZone: 'UTC', waitForCompletion: true })
  async expire(): Promise<void> {
    // Held by a connection that does nothing else, while each step is a short transaction.
    await withAdvisoryLock(this.dataSource, LOCKS.retention, async () => {
      const own = await this.book.read();
      const dropped = await this.dropDays(own);
      for (const [projectId, settings] of this.settled(own)) {
        await this.removeRaw(projectId, settings);
      }
      await this.dropDerived(own);
      if (dropped.length === 0) return;
      this.partitions.forget();
      this.logger.log({ event: 'retention.dropped', partitions: dropped });
    });
  }

  private settled(own: OwnSettings): [projectId: number, settings: RetentionSettings][] {
    const knownMs = this.clock.now().getTime() - KNOWN_EVERYWHERE_MS;
    return [...own].filter(([, { updatedAt }]) => Date.parse(updatedAt ?? '') <= knownMs);
  }

  private async dropDays(own: OwnSettings): Promise<string[]> {
    const all = [this.book.defaults(), ...own.values()];
    const oldestMs = this.book.oldestOf(Math.max(...all.map(({ rawDays }) => rawDays)));
    const dropped: string[] = [];
    for (const { name, dayMs } of await readPartitions(this.query)) {
      if (dayMs >= oldestMs) continue;
      if (await this.alone((query) => dropDay(query, name, dayMs))) dropped.push(name);
    }
    return dropped;
  }

  /** First it is written down that the rows do not tell the whole any more, then they go. */
  private async removeRaw(projectId: number, settings: RetentionSettings): Promise<void> {
    const oldestMs = this.book.oldestOf(settings.rawDays);
    const isClear = await this.alone(async (query) => {
      if (await hasMarks(query, { projectId }, 0, oldestMs)) return false;
      await raiseHorizon(query, 'raw', oldestMs, projectId);
      return true;
    });
    if (!isClear) return;
    let removed = 0;
    for (let count = BATCH; count === BATCH; removed += count) {
      count = await this.dataSource.transaction((manager) =>
        removeRows((sql, values) => manager.query(sql, values), projectId, oldestMs, BATCH),
      );
    }
    if (removed > 0) this.logger.log({ event: 'retention.removed', projectId, rows: removed });
  }

  private async dropDerived(own: OwnSettings): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const allBut = [...own.keys()];
    if (allBut.length > 0) await this.alone((query) => setApart(query, allBut));
    const steps: [Whose, RetentionSettings][] = [[{ allBut }, this.book.defaults()]];
    for (const [projectId, settings] of this.settled(own)) steps.push([{ projectId }, settings]);
    for (const [whose, settings] of steps) {
      const oldestMs = this.book.oldestOf(settings.rawDays);
      const horizons = rollupHorizons(nowMs, oldestMs, settings);
      await this.alone((query) => dropRollupsBefore(query, whose, horizons));
      await dropAlertsBefore(this.query, whose, nowMs - settings.alertDays * DAY_MS);
    }
    await dropOldChanges(this.query);
    await this.query('DELETE FROM aggregation_jobs WHERE started_at < $1', [
      new Date(nowMs - JOB_DAYS * DAY_MS),
    ]);
  }

  /** In one transaction, while the roller does not write what is removed. */
  private alone<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const query: Query = (sql, values) => manager.query(sql, values);
      await query('SELECT pg_advisory_xact_lock($1)', [LOCKS.aggregate]);
      return work(query);
    });
  }

  private readonly query: Query = (sql, values) => this.dataSource.query(sql, values);
}
