export { EXPOSITION_PATHS, serveExposition } from './exposition.js';
export { OperationsModule } from './operations.module.js';
export { SelfMetrics } from './self-metrics.js';
export { SelfStatusService } from './self-status.service.js';
