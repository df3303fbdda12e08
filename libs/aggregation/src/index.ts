export { AggregatedEntity } from './aggregated.entity.js';
export { AggregationModule } from './aggregation.module.js';
export { addRow, emptyPartial, finalise, mergePartial } from './partial.js';
export type { Partial } from './partial.js';
export { readPartials } from './partial.reader.js';
export type { PartialSink, Span } from './partial.reader.js';
export { RAW_SELECT, readRaw } from './rollup.rows.js';
export type { Query, RawSelectRow } from './rollup.rows.js';
export { RollupService } from './rollup.service.js';
