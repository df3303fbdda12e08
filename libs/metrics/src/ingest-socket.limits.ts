/** Bounds of the ingest socket beside those of the contract. */
export const INGEST_SOCKET_LIMITS = {
  connections: 1000,
  /** Records of one connection that are read and not yet settled, before it is read no further. */
  connectionRecords: 10_000,
  /** Bytes held for one connection: messages not yet settled, and answers that it has not read. */
  connectionBytes: 4 * 1024 * 1024,
  /** The same over all connections; half of what the pipe takes, so that HTTP has room too. */
  records: 50_000,
  bytes: 32 * 1024 * 1024,
  /** Records of one turn of the event loop that are stored together. */
  turnRecords: 2500,
} as const;
