export { QueryModule } from './query.module.js';
export { ReadDatabase } from './read/read-database.js';
export type { Reader } from './read/read-database.js';
export { sortSummary } from './summary.order.js';
export { StatusService } from './status.service.js';
export { SummaryService } from './summary.service.js';
export { SummaryViewEntity } from './summary-view.entity.js';
export { TrendsService } from './trends.service.js';
