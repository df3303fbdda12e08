import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { CLOCK, EventBus } from '@app/platform';
import type { Clock } from '@app/platform';

import { RollupService } from './rollup.service.js';

/** So many executions are rolled up without waiting for the five minutes to end, … */
const EAGER_AFTER = 20_000;
/** … but not oftener than this: the current minute is recomputed whole each time. */
const EAGER_PAUSE_MS = 15_000;

/** Rolls up every five minutes, and sooner when much has come in. */
@Injectable()
export class RollupScheduler implements OnModuleInit, OnModuleDestroy {
  private sinceLast = 0;
  private lastRunMs = 0;
  private soon: NodeJS.Timeout | null = null;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly rollups: RollupService,
    private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.bus.subscribe('executionsStored', (executions) => {
      this.sinceLast += executions.length;
      if (this.sinceLast >= EAGER_AFTER) this.rollUpSoon();
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    if (this.soon) clearTimeout(this.soon);
  }

  @Cron(CronExpression.EVERY_5_MINUTES, {
    name: 'rollup',
    timeZone: 'UTC',
    waitForCompletion: true,
  })
  async rollUp(): Promise<void> {
    this.sinceLast = 0;
    this.lastRunMs = this.clock.now().getTime();
    await this.rollups.runIfDirty();
  }

  /** Also when nothing more comes in, the last burst does not wait for the next five minutes. */
  private rollUpSoon(): void {
    if (this.soon) return;
    const restMs = this.lastRunMs + EAGER_PAUSE_MS - this.clock.now().getTime();
    this.soon = setTimeout(
      () => {
        this.soon = null;
        // A failure is the service's to log, and the next run makes up for it.
        this.rollUp().catch(() => undefined);
      },
      Math.max(0, restMs),
    );
    this.soon.unref();
  }
}
