import type { SelfStatus } from './operations.js';
import type { ProjectRetention, RetentionTimes } from './retention.js';

/** Body of every successful answer. */
export interface Answer<T> {
  data: T;
  page?: { nextCursor: string | null };
}

export interface Project {
  slug: string;
  name: string;
  agentCount: number;
  lastActiveAt: string | null;
}

export interface Agent {
  agentId: string;
  agentName: string;
  agentType: string;
  agentVersion: string | null;
  firstSeenAt: string;
  lastSeenAt: string;
}

/** One run of the roller. */
export interface AggregationJob {
  jobId: string;
  state: 'running' | 'succeeded' | 'failed';
  startedAt: string;
  finishedAt: string | null;
  /** Dirty (agent, minute) buckets rolled up. */
  buckets: number;
  error: string | null;
}

/**
 * `GET /status`: the tracker about itself. The parts of `SelfStatus` are always there; an older
 * tracker does not tell them.
 */
/** A table of the store, all its partitions together. */
export interface StoreTable {
  table: string;
  kind: 'executions' | 'rollups' | 'alerts' | 'notifications' | 'other';
  /** With its indexes. */
  bytes: number;
  indexBytes: number;
  /** As the database last estimated them; 0 where it has not looked yet. */
  estimatedRows: number;
  /** 0: it has none. */
  partitions: number;
}

/** How large the store is; measured at most once a minute. */
export interface StoreSize {
  measuredAt: string;
  totalBytes: number;
  /** Largest first. */
  tables: StoreTable[];
  /** Single executions by the day on which they started, oldest first, up to today. */
  rawDays: { day: string; bytes: number; estimatedRows: number }[];
  /** By how much single executions grow a day: the mean of the last 7 days that are over. */
  rawBytesPerDay: number | null;
}

export interface Status extends Partial<SelfStatus> {
  version: string;
  startedAt: string;
  database: {
    version: string;
    embedded: boolean;
    durability: 'full' | 'degraded';
    /** Settings that let a crash take away what was acknowledged, such as `fsync=off`. */
    degradedBy: string[];
  };
  /**
   * `open`: people come from elsewhere and nobody is asked for a key (`AUTH=off` behind a proxy), so
   * whoever gets through is an administrator.
   */
  access?: 'guarded' | 'open';
  /** Records since the start; `refused` ones met a full queue (503) and were not looked at. */
  ingest: {
    queuedRecords: number;
    accepted: number;
    duplicates: number;
    rejected: number;
    refused: number;
    /** Requests that met a full queue and were refused before they were read. */
    refusedUnread: number;
  };
  aggregation: {
    dirtyBuckets: number;
    oldestDirtyAt: string | null;
    /** How long ago the oldest executions were stored that are in no rollup yet; 0 when all are. */
    lagMs: number;
    lastJob: AggregationJob | null;
  };
  /** `projects` are those that keep things otherwise than the server does by default. */
  retention: {
    rawDays: number;
    oldestRawDay: string | null;
    projects: ProjectRetention[];
    /** What holds for all other projects. */
    defaults?: RetentionTimes;
  };
  /** Absent in answers of older servers. */
  store?: StoreSize;
  live: {
    clients: number;
    /** Events that slow clients did not get since the start, and slow clients that were closed. */
    missedEvents?: number;
    slowClosed?: number;
  };
}
