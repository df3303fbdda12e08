import { Module } from '@nestjs/common';
import { MetricsModule } from '@app/metrics';

import { AggregationController } from './aggregation.controller.js';
import { FreshGroups } from './fresh-groups.js';
import { RetentionController } from './retention.controller.js';
import { RetentionScheduler } from './retention.scheduler.js';
import { RollupScheduler } from './rollup.scheduler.js';
import { RollupService } from './rollup.service.js';

@Module({
  imports: [MetricsModule],
  controllers: [AggregationController, RetentionController],
  providers: [FreshGroups, RollupService, RollupScheduler, RetentionScheduler],
  exports: [RollupService],
})
export class AggregationModule {}
