import { Module } from '@nestjs/common';
import { AggregationModule } from '@app/aggregation';
import { MetricsModule } from '@app/metrics';

import { AgentsController } from './agents.controller.js';
import { BreakdownService } from './breakdown.service.js';
import { CompareService } from './compare.service.js';
import { ExecutionsController } from './executions.controller.js';
import { ExecutionsService } from './executions.service.js';
import { QueryController } from './query.controller.js';
import { ReadDatabase } from './read/read-database.js';
import { StatusService } from './status.service.js';
import { SummaryService } from './summary.service.js';
import { TrendsService } from './trends.service.js';

/** Read models: SELECT only. */
@Module({
  imports: [AggregationModule, MetricsModule],
  controllers: [QueryController, ExecutionsController, AgentsController],
  providers: [
    ReadDatabase,
    SummaryService,
    TrendsService,
    BreakdownService,
    CompareService,
    ExecutionsService,
    StatusService,
  ],
  exports: [ReadDatabase, SummaryService, TrendsService, StatusService],
})
export class QueryModule {}
