import { Module } from '@nestjs/common';

import { DashboardsController } from './dashboards.controller.js';
import { DashboardsService } from './dashboards.service.js';
import { ViewsController } from './views.controller.js';
import { ViewsService } from './views.service.js';

@Module({
  controllers: [DashboardsController, ViewsController],
  providers: [DashboardsService, ViewsService],
})
export class WorkspaceModule {}
