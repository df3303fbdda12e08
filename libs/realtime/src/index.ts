export { LiveIoAdapter } from './live-io.adapter.js';
export { LiveHub } from './live.hub.js';
export { LIVE_QUERIES } from './live.queries.js';
export type { LiveQueries } from './live.queries.js';
export { RealtimeModule } from './realtime.module.js';
export type { RealtimeOptions } from './realtime.module.js';
