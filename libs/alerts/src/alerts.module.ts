import { Module } from '@nestjs/common';
import { BenchmarksModule } from '@app/benchmarks';

import { AlertAnnouncer } from './alert.announcer.js';
import { AlertStore } from './alert.store.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsService } from './alerts.service.js';
import { ExecutionWatch } from './execution-watch.js';
import { WindowStore } from './window.store.js';
import { WindowWatch } from './window-watch.js';

@Module({
  imports: [BenchmarksModule],
  controllers: [AlertsController],
  providers: [AlertStore, AlertAnnouncer, AlertsService, ExecutionWatch, WindowStore, WindowWatch],
  exports: [AlertsService],
})
export class AlertsModule {}
