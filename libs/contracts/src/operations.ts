import type { Severity } from './alerts.js';

/** What the tracker can find wrong with itself. */
export const SYSTEM_CONDITIONS = [
  'database-away',
  'durability-degraded',
  'rollups-late',
  'outbox-stuck',
  'ingest-refusing',
  'cron-late',
  'event-loop-slow',
  'pool-exhausted',
  'disk-low',
] as const;
export type SystemCondition = (typeof SYSTEM_CONDITIONS)[number];

/** One episode of a condition in one process of the tracker. */
export interface SystemAlert {
  /** UUID. */
  id: string;
  /** Host and process number. */
  process: string;
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  firedAt: string;
  lastSeenAt: string;
  /** Also where the process went away with it: when it was last seen. */
  resolvedAt: string | null;
}

/**
 * Something that is wrong with the instance, whichever of its processes see it: what channels are
 * told of. Over when nobody has seen it for a minute.
 */
export interface SystemIncident {
  /** UUID. */
  id: string;
  condition: SystemCondition;
  /** The gravest it has been. */
  severity: Severity;
  detail: string;
  /** How many processes see it. */
  processes: number;
  firedAt: string;
  lastSeenAt: string;
  resolvedAt: string | null;
  /** When the channels were last left news of it. */
  notifiedAt: string;
}

/** A condition that holds now in the process that was asked. */
export interface SystemConditionNow {
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  firedAt: string;
}

/** Something that is done at fixed times. */
export interface ScheduleReading {
  name: string;
  intervalMs: number;
  /** Null: not since the start of the process. */
  lastRanAt: string | null;
  /** Since it last began, or since the start of the process. */
  ageMs: number;
  isRunning: boolean;
}

/** Parts of `GET /status` that are about the process and about what is wrong. */
export interface SelfStatus {
  health: {
    /** The gravest of `conditions`. */
    state: 'ok' | 'info' | 'warning' | 'critical';
    conditions: SystemConditionNow[];
    /** Newest first, of all processes, of the last 90 days; at most 50. */
    recent: SystemAlert[];
    /** Of the whole instance, newest first, of the last 90 days; at most 20. */
    incidents: SystemIncident[];
  };
  process: {
    node: string;
    uptimeSeconds: number;
    rssBytes: number;
    heapUsedBytes: number;
    /** 99th percentile of the event loop's delay over the last five seconds. */
    eventLoopP99Ms: number;
  };
  /** Null: the database does not tell. */
  outbox: { waitingNotices: number; openDeliveries: number; overdueMs: number } | null;
  schedules: ScheduleReading[];
  /** Connections to the database by pool. */
  pools: { name: string; inUse: number; idle: number; waiting: number }[];
  /** Clients by door: live events by Socket.IO and plain, records. */
  sockets: { socketIo: number; plain: number; ingest: number };
}
