import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AccessModule, ProjectDirectory } from '@app/access';
import { AggregationModule } from '@app/aggregation';
import { AlertsModule } from '@app/alerts';
import { BenchmarksModule } from '@app/benchmarks';
import { IngestService, MetricsModule } from '@app/metrics';
import { NotificationsModule } from '@app/notifications';
import { OperationsModule } from '@app/operations';
import { PlatformModule } from '@app/platform';
import type { PlatformOptions } from '@app/platform';
import { QueryModule, SummaryService, TrendsService } from '@app/query';
import { RealtimeModule } from '@app/realtime';
import { WorkspaceModule } from '@app/workspace';

import { ClosingGuard } from './closing-guard.js';
import { HealthController } from './health.controller.js';
import { liveQueries } from './live-queries.js';
import { StatusController } from './status.controller.js';

/** Composition only: the rooms in flow order. */
@Module({})
export class AppModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const realtime = RealtimeModule.forRoot({
      imports: [MetricsModule, QueryModule],
      inject: [ProjectDirectory, SummaryService, TrendsService, IngestService],
      useFactory: liveQueries,
    });
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(options),
        ScheduleModule.forRoot(),
        AccessModule,
        MetricsModule,
        BenchmarksModule,
        AggregationModule,
        NotificationsModule,
        AlertsModule,
        QueryModule,
        WorkspaceModule,
        realtime,
        OperationsModule.forRoot({ imports: [realtime] }),
      ],
      controllers: [HealthController, StatusController],
      providers: [ClosingGuard],
    };
  }
}
