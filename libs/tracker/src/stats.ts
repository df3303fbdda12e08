/** Counts since the tracker was made; `buffered` and `running` are of now. */
export interface TrackerStats {
  buffered: number;
  running: number;
  accepted: number;
  duplicates: number;
  /** Refused one by one by the server. */
  rejected: number;
  /** Lost because the buffer was full, or because the server refused the whole request. */
  dropped: number;
  /** Started executions forgotten because too many were open. */
  forgotten: number;
  requests: number;
  retries: number;
  /** Bytes of all request bodies sent. */
  sentBytes: number;
}

export function zeroStats(): TrackerStats {
  return {
    buffered: 0,
    running: 0,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    dropped: 0,
    forgotten: 0,
    requests: 0,
    retries: 0,
    sentBytes: 0,
  };
}
