import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { AggregationModule } from '@app/aggregation';
import { MetricsModule } from '@app/metrics';
import { NotificationsModule } from '@app/notifications';
import { QueryModule } from '@app/query';

import { AgentKpis } from './agent-kpis.js';
import { IncidentDesk } from './incident.desk.js';
import { ProcessReadings } from './process.readings.js';
import { ReadingsService } from './readings.service.js';
import { SelfMetrics } from './self-metrics.js';
import { SelfStatusService } from './self-status.service.js';
import { SelfWatchScheduler } from './self-watch.scheduler.js';
import { SystemAlertStore } from './system-alert.store.js';

/** The tracker watches itself. */
@Module({})
export class OperationsModule {
  /** @param options the realtime module of the application */
  static forRoot(options: { imports: NonNullable<ModuleMetadata['imports']> }): DynamicModule {
    return {
      module: OperationsModule,
      imports: [
        AggregationModule,
        MetricsModule,
        NotificationsModule,
        QueryModule,
        ...options.imports,
      ],
      providers: [
        AgentKpis,
        IncidentDesk,
        ProcessReadings,
        ReadingsService,
        SelfMetrics,
        SelfStatusService,
        SelfWatchScheduler,
        SystemAlertStore,
      ],
      exports: [ReadingsService, SelfMetrics, SelfStatusService],
    };
  }
}
