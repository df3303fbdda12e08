import type { RejectedRecord } from './execution.js';

/** Path of the WebSocket that takes execution records; `?project=slug` as over HTTP. */
export const INGEST_SOCKET_PATH = '/agent-performance/ingest';

/** Longest message; at most `LIMITS.batchRecords` records in it. */
export const INGEST_MESSAGE_BYTES = 1024 * 1024;

/**
 * What the server says on the ingest socket. The client sends text messages, each one record or an
 * array of records, without waiting for answers; messages are numbered from 1 in the order in
 * which they were sent on this connection.
 *
 * `acked` is cumulative: every message up to and including it is settled, that is, its records are
 * committed or named in a `rejected` list of this or an earlier answer. What is not acknowledged
 * when the connection ends may or may not be stored: sending it again is safe, because a record's
 * identity is its own.
 */
export interface IngestAcknowledgement {
  acked: number;
  /** Records stored since the acknowledgement before. */
  accepted: number;
  /** Records since the acknowledgement before that had been stored already. */
  duplicates: number;
  /** Absent when nothing was rejected. `index` counts within the message. */
  rejected?: (RejectedRecord & { message: number })[];
}

/** Close codes of the ingest socket beside those of RFC 6455, with the reason that is given. */
export const INGEST_CLOSINGS = {
  stopping: { code: 1001, reason: 'server stopping' },
  binary: { code: 1003, reason: 'text messages only' },
  tooLarge: { code: 1009, reason: 'message too large' },
  /**
   * The queue is full or the database away: connect again later and resend. The reason is the
   * problem code, `overloaded` or `storage-unavailable`.
   */
  tryAgainLater: { code: 1013, reason: 'storage-unavailable' },
} as const;
