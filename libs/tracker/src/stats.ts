/** Counts since the tracker was made; what says "now" is of now. */
export interface TrackerStats {
  /** Records in memory that wait for their acknowledgement, now. */
  buffered: number;
  /** Executions that have begun and not ended, now. */
  running: number;
  accepted: number;
  duplicates: number;
  /** Refused one by one by the server. */
  rejected: number;
  /** Lost: buffer or spool full, the whole request refused, or a line of the spool unreadable. */
  dropped: number;
  /** Records in the spool that wait for their acknowledgement, now. */
  spooled: number;
  /** Bytes of this tracker's spool files, now. */
  spoolBytes: number;
  /** Started executions forgotten because too many were open. */
  forgotten: number;
  /** HTTP requests and WebSocket messages with records. */
  requests: number;
  retries: number;
  /** Bytes of all of them, after compression. */
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
    spooled: 0,
    spoolBytes: 0,
    forgotten: 0,
    requests: 0,
    retries: 0,
    sentBytes: 0,
  };
}
