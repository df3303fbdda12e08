import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { EventBus } from '@app/platform';

import { RollupService } from './rollup.service.js';

/** So many executions are rolled up at once, without waiting for the clock. */
const EAGER_AFTER = 20_000;

/** Rolls up every five minutes, and sooner when much has come in. */
@Injectable()
export class RollupScheduler implements OnModuleInit, OnModuleDestroy {
  private sinceLast = 0;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly rollups: RollupService,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.bus.subscribe('executionsStored', async (executions) => {
      this.sinceLast += executions.length;
      if (this.sinceLast >= EAGER_AFTER) await this.rollUp();
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  @Cron(CronExpression.EVERY_5_MINUTES, {
    name: 'rollup',
    timeZone: 'UTC',
    waitForCompletion: true,
  })
  async rollUp(): Promise<void> {
    this.sinceLast = 0;
    await this.rollups.runIfDirty();
  }
}
