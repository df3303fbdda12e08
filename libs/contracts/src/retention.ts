/** How long a project keeps what. Weeks and months are kept for good. */
export interface RetentionTimes {
  /** Single executions, days. */
  rawDays: number;
  /** Figures by the minute, hours. */
  minuteHours: number;
  /** Figures by the hour, days. */
  hourDays: number;
  /** Figures by the day, days. */
  dayDays: number;
  /** Resolved alerts, days. */
  alertDays: number;
}

/** `GET /settings/retention`. */
export interface RetentionSettings extends RetentionTimes {
  /** 0 while nobody has changed anything. */
  version: number;
  updatedAt: string | null;
}

/** What each of them may be, and what it is by default; `rawDays` defaults to `RAW_RETENTION_DAYS`. */
export const RETENTION_BOUNDS = {
  rawDays: { min: 1, max: 3650, default: 30 },
  minuteHours: { min: 24, max: 744, default: 48 },
  hourDays: { min: 7, max: 3650, default: 90 },
  dayDays: { min: 90, max: 36_500, default: 730 },
  alertDays: { min: 1, max: 3650, default: 365 },
} as const satisfies Record<keyof RetentionTimes, { min: number; max: number; default: number }>;

/** Retention of a project as `GET /status` shows it. */
export interface ProjectRetention extends RetentionTimes {
  project: string;
  /** From when on all executions are still there; null while none were removed by age. */
  rawFrom: string | null;
}
