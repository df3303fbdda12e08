import { REVOKED_CLOSING } from '@app/contracts';

/** Bounds of the live stream. Times in milliseconds, sizes in bytes. */
export const LIVE_LIMITS = {
  /** Least time between two flushes: what happens in between travels together. */
  flushMs: 100,
  /** Sendings per second unless a client asks for fewer. */
  rate: 10,
  /** Fewest sendings per second that a client can ask for. */
  lowestRate: 0.1,
  /** Most events that one flush hands to one client; the rest becomes a `resync`. */
  burstEvents: 200,
  /** The same where they travel as one message, or where there are fewer flushes. */
  batchEvents: 2000,
  /** Events of a project that are kept for clients that come back: twice as many at most … */
  ringEvents: 4096,
  /** … and no more than about so much of them. */
  ringBytes: 16 * 1024 * 1024,
  /** How long the rest of a burst waits for a client that does not read it at once. */
  patienceMs: 500,
  /** Most pieces that wait for a client that is sent again what it missed. */
  backlogParcels: 256,
  /** What is written to a client in one go, about; more goes in pieces, if it reads them. */
  parcelBytes: 256 * 1024,
  /** Most agents of a snapshot. */
  snapshotAgents: 500,
  /** How old a snapshot may be that is sent to one more client. */
  snapshotMs: 1000,
  /** Most events of a project that wait for a flush. */
  pendingEvents: 20_000,
  /** Above this a client counts as slow and gets nothing more: with a piece, 1 MiB at most … */
  highWaterBytes: 768 * 1024,
  /** … until it has drained below this. */
  lowWaterBytes: 64 * 1024,
  /** Longest time between two flushes, where sending takes long. */
  longestFlushMs: 1000,
  /** A client that stays slow for longer is closed. */
  stallMs: 30_000,
  /** Largest message from a client. */
  messageBytes: 64 * 1024,
  messagesPerSecond: 50,
  /** Queries of one client that may be under way at once. */
  queriesInFlight: 8,
  /** Most values in one list of a subscription. */
  filterValues: 100,
  clients: 12_000,
  /** Connections of Socket.IO, those included that have not been let in yet. */
  connections: 14_000,
  /** How long one of them may take to be let in. */
  admissionMs: 15_000,
} as const;

/** WebSocket close codes (RFC 6455, section 7.4.1) with the reasons that we give. */
export const CLOSINGS = {
  revoked: REVOKED_CLOSING,
  stopping: { code: 1001, reason: 'server stopping' },
  rateLimited: { code: 1008, reason: 'rate_limited' },
  slowConsumer: { code: 1013, reason: 'slow_consumer' },
} as const;
export type Closing = (typeof CLOSINGS)[keyof typeof CLOSINGS];
