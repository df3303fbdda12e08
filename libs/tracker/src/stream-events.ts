import type { LiveEvents, LiveKind, LiveSnapshot, LiveSubscription } from '@app/contracts';

/** A live event and its number in the stream of the server that told it. */
export type LiveEvent = {
  [K in LiveKind]: { type: K; data: LiveEvents[K]; seq: number };
}[LiveKind];

/**
 * Events are missing here; the state has to be read again. What follows may be contained in that
 * state already: apply it by `executionId`, or an alert's `id`.
 */
export interface Resync<State> {
  type: 'resync';
  data: {
    /**
     * `start`: the first connection; nothing was heard before. `slow_reader`: this program took too
     * long. The others are the server's words, or what follows from a new connection.
     */
    reason: LiveEvents['resync']['reason'] | 'start' | 'slow_reader';
    /** How many, 0 where that is not known. */
    missed: number;
  };
  /** What `readState` answered. */
  state: State;
}

/** The present figures, for streams with `snapshot`. */
export interface Summary {
  type: 'performance:summary';
  data: LiveSnapshot;
}

export type StreamEvent<State = undefined> = LiveEvent | Resync<State> | Summary;

/** What to hear; absent means everything. */
export type StreamFilter = Omit<LiveSubscription, 'batch' | 'since' | 'snapshot'>;

/** What a {@link PerformanceStream} tells of itself. */
export interface StreamStateEvents {
  /** Events flow. */
  connected: [];
  /** The connection is gone, or could not be made; the next attempt follows by itself. */
  disconnected: [{ reason: string; retryInMs: number }];
  closed: [];
}

/** The server will not have this stream, now or later: wrong key, no such project. */
export class StreamRefusedError extends Error {
  override readonly name = 'StreamRefusedError';
  /** @param code the server's word for it, such as `unknown-project` */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
