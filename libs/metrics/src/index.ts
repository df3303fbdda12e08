export { AgentEntity } from './agent.entity.js';
export { registerBodyParsers } from './body-parser.js';
export { gateIngest } from './ingest.gate.js';
export { IngestPipe } from './ingest.pipe.js';
export { IngestService } from './ingest.service.js';
export { MetricEntity } from './metric.entity.js';
export { MetricsModule } from './metrics.module.js';
export { PartitionStore, dayOfPartition } from './partition.store.js';
export { timeOrderedId } from './uuid.js';
