// The door for pages: what hears live events, and nothing that needs Node to compile.
export { PerformanceStream } from './performance-stream.js';
export { StreamRefusedError } from './stream-events.js';
export type {
  LiveEvent,
  Resync,
  StreamEvent,
  StreamFilter,
  StreamStateEvents,
  Summary,
} from './stream-events.js';
export type { StreamOptions, StreamSignal, StreamSocketClass } from './stream-options.js';
