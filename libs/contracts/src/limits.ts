/** Bounds of the wire. Lengths are in UTF-16 code units, sizes in bytes, spans in milliseconds. */
export const LIMITS = {
  idLength: 200,
  nameLength: 500,
  errorLength: 4000,
  metadataBytes: 8192,
  metadataDepth: 16,
  bodyBytes: 16 * 1024 * 1024,
  /** Body of any other request than one of records, packed or not. */
  otherBodyBytes: 2 * 1024 * 1024,
  /** The same where nobody is asked who they are. */
  publicBodyBytes: 16 * 1024,
  batchRecords: 10_000,
  /** One line of NDJSON; the body as a whole may be of any length. */
  lineBytes: 1024 * 1024,
  /** Rejected records that an answer to NDJSON lists; further ones are only counted. */
  listedRejections: 1000,
  urlLength: 8192,
  durationMs: 366 * 24 * 3_600_000,
  futureMs: 5 * 60_000,
  pageSize: 1000,
  trendPoints: 1000,
  compareAgents: 50,
} as const;
