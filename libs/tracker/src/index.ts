export { AgentPerformanceTracker } from './agent-performance-tracker.js';
export { Emitter } from './emitter.js';
export type { AgentRef, TaskMeter, TaskRef } from './tracked-task.js';
export type {
  ResourceUsage,
  StartExtras,
  EndExtras,
  TrackerClock,
  TrackerOptions,
  AbortSignalLike,
  FetchAnswer,
  FetchInit,
  SocketClass,
  SocketLike,
} from './options.js';
export type {
  Dropped,
  Flushed,
  Rejected,
  Retrying,
  SpoolFailed,
  TaskEnded,
  TrackerEvents,
} from './events.js';
export type { TrackerStats } from './stats.js';
export { uuidV7 } from './uuid-v7.js';
export * from './stream.js';
