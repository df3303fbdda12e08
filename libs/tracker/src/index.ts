export { AgentPerformanceTracker } from './agent-performance-tracker.js';
export type { AgentRef, TaskMeter, TaskRef } from './agent-performance-tracker.js';
export type {
  ResourceUsage,
  StartExtras,
  EndExtras,
  TrackerClock,
  TrackerOptions,
} from './options.js';
export type { Dropped, Flushed, Rejected, Retrying, TaskEnded, TrackerEvents } from './events.js';
export type { TrackerStats } from './stats.js';
export { uuidV7 } from './uuid-v7.js';
