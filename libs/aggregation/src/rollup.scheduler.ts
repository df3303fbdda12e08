import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { EventBus } from '@app/platform';

import { FreshGroups } from './fresh-groups.js';
import { RollupService } from './rollup.service.js';

/** After so many executions the roller does not wait any longer than it must. */
const MANY = 20_000;
/** How long what was stored waits at most, … */
const LAG_MS = 4000;
/** … how long the roller rests at least, … */
const REST_MS = 1000;
/** … and how many times as long as its last round took: it never takes much of the machine. */
const REST_SHARE = 9;

/** Rolls up every five minutes, and in small rounds while executions come in. */
@Injectable()
export class RollupScheduler implements OnModuleInit, OnModuleDestroy {
  private waiting = 0;
  private endedAtMs = -Infinity;
  private tookMs = 0;
  private soon: NodeJS.Timeout | null = null;
  private dueMs = Infinity;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly rollups: RollupService,
    private readonly fresh: FreshGroups,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.bus.subscribe('executionsStored', (executions) => {
      this.fresh.add(executions);
      this.waiting += executions.length;
      this.sweepSoon();
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    if (this.soon) clearTimeout(this.soon);
    this.fresh.clear();
  }

  @Cron(CronExpression.EVERY_5_MINUTES, {
    name: 'rollup',
    timeZone: 'UTC',
    waitForCompletion: true,
  })
  async rollUp(): Promise<void> {
    this.waiting = 0;
    await this.rollups.runIfDirty();
  }

  private sweepSoon(): void {
    const nowMs = performance.now();
    const restMs = Math.min(Math.max(REST_MS, this.tookMs * REST_SHARE), LAG_MS);
    const fastest = Math.max(nowMs + REST_MS / 4, this.endedAtMs + restMs);
    const dueMs = this.waiting >= MANY ? fastest : nowMs + LAG_MS;
    if (dueMs >= this.dueMs) return;
    if (this.soon) clearTimeout(this.soon);
    this.dueMs = dueMs;
    this.soon = setTimeout(() => void this.sweep(), dueMs - nowMs);
    this.soon.unref();
  }

  private async sweep(): Promise<void> {
    this.soon = null;
    this.waiting = 0;
    const startedMs = performance.now();
    // A failure is the service's to log, and the next round makes up for it.
    await this.rollups.sweep().catch(() => undefined);
    this.endedAtMs = performance.now();
    this.tookMs = this.endedAtMs - startedMs;
    this.dueMs = Infinity;
    // Also what was left because another process held the lock, or the database was away.
    if (this.waiting > 0 || this.fresh.isWaiting) this.sweepSoon();
  }
}
