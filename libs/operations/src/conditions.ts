import type { Severity, SystemCondition } from '@app/contracts';

import type { DiskReading, StoreReading } from './readings.service.js';

/** What one look at the process and its database has found. */
export interface SelfSample {
  nowMs: number;
  /** Null: the database did not answer. */
  store: StoreReading | null;
  /** Records and unread requests that were refused since the start, because there was no room. */
  refused: number;
  crons: readonly { name: string; ageMs: number; intervalMs: number }[];
  pools: readonly { name: string; waiting: number }[];
  /** Null: the data does not lie on this machine. */
  disk: DiskReading | null;
  /** 99th percentile of the event loop's delay since the look before, ms. */
  eventLoopP99Ms: number;
}

/** `unknown`: nothing can be said now, so nothing changes. */
type Verdict = { is: 'ok' } | { is: 'unknown' } | { is: 'bad'; severity: Severity; detail: string };

interface Rule {
  /** For how long it has to be bad before it is said, ms; so a hiccup is no news. */
  holdMs: number;
  /** For how long it has to be well before it is over, ms. */
  keepMs: number;
  judge: (sample: SelfSample, before: SelfSample | null) => Verdict;
}

const OK: Verdict = { is: 'ok' };
const MINUTE_MS = 60_000;
/** The roller promises 5 s; the cron that makes up for everything comes every five minutes. */
const ROLLUPS_LATE_MS = MINUTE_MS;
const ROLLUPS_VERY_LATE_MS = 10 * MINUTE_MS;
const OUTBOX_LATE_MS = 2 * MINUTE_MS;
const OUTBOX_VERY_LATE_MS = 15 * MINUTE_MS;
const LOOP_SLOW_MS = 500;
/** Less is low: of the disk, and in bytes; a large disk is not full at nine tenths. */
const DISK_LOW = { share: 0.1, bytes: 5e9 };
const DISK_VERY_LOW = { share: 0.03, bytes: 1e9 };
/** So many of its intervals, and a minute, may go by before a cron counts as late. */
const CRON_INTERVALS = 2;

const RULES: Record<SystemCondition, Rule> = {
  'database-away': {
    holdMs: 0,
    keepMs: 0,
    judge: ({ store }) =>
      store ? OK : bad('critical', 'The database does not answer; records are refused with 503'),
  },
  'durability-degraded': {
    holdMs: 0,
    keepMs: 0,
    judge: ofStore(({ durability, degradedBy }) =>
      durability === 'full'
        ? OK
        : bad('warning', `A crash can take away what was acknowledged: ${degradedBy.join(', ')}`),
    ),
  },
  'rollups-late': {
    holdMs: 20_000,
    keepMs: 20_000,
    judge: ofStore(({ rollupLagMs }) => {
      if (rollupLagMs < ROLLUPS_LATE_MS) return OK;
      const severity = rollupLagMs < ROLLUPS_VERY_LATE_MS ? 'warning' : 'critical';
      return bad(severity, `Executions have waited ${seconds(rollupLagMs)} for their rollups`);
    }),
  },
  'outbox-stuck': {
    holdMs: 20_000,
    keepMs: 0,
    judge: ofStore(({ outboxOverdueMs, openDeliveries, waitingNotices }) => {
      if (outboxOverdueMs < OUTBOX_LATE_MS) return OK;
      const severity = outboxOverdueMs < OUTBOX_VERY_LATE_MS ? 'warning' : 'critical';
      const what = `${openDeliveries} messages and ${waitingNotices} notices wait`;
      return bad(severity, `${what}, the first for ${seconds(outboxOverdueMs)} too long`);
    }),
  },
  'ingest-refusing': {
    holdMs: 0,
    keepMs: MINUTE_MS,
    judge: ({ refused }, before) => {
      const more = refused - (before?.refused ?? refused);
      return more > 0
        ? bad('warning', `${more} records or requests were refused: the queue is full`)
        : OK;
    },
  },
  'cron-late': {
    holdMs: 0,
    keepMs: 0,
    judge: ({ crons }) => {
      const late = crons.filter(
        ({ ageMs, intervalMs }) => ageMs > CRON_INTERVALS * intervalMs + MINUTE_MS,
      );
      if (late.length === 0) return OK;
      return bad('warning', `Overdue: ${late.map(({ name }) => name).join(', ')}`);
    },
  },
  'event-loop-slow': {
    holdMs: 15_000,
    keepMs: 15_000,
    judge: ({ eventLoopP99Ms }) =>
      eventLoopP99Ms < LOOP_SLOW_MS
        ? OK
        : bad('warning', `The process answers ${Math.round(eventLoopP99Ms)} ms late`),
  },
  'pool-exhausted': {
    holdMs: 15_000,
    keepMs: 15_000,
    judge: ({ pools }) => {
      const short = pools.filter(({ waiting }) => waiting > 0);
      if (short.length === 0) return OK;
      const counts = short.map(({ name, waiting }) => `${waiting} for ${name}`);
      return bad('warning', `Callers wait for connections to the database: ${counts.join(', ')}`);
    },
  },
  'disk-low': {
    holdMs: 15_000,
    keepMs: MINUTE_MS,
    judge: ({ disk }) => {
      if (!disk || !isLow(disk, DISK_LOW)) return OK;
      const severity = isLow(disk, DISK_VERY_LOW) ? 'critical' : 'warning';
      return bad(severity, `${(disk.freeBytes / 1e9).toFixed(1)} GB are free where the data lies`);
    },
  },
};

/** One condition that holds, or has held. */
export interface Episode {
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  sinceMs: number;
  /** Null while it is pending. */
  firedAtMs: number | null;
  /** When it was last bad. */
  lastBadMs: number;
}

/** What a look has changed. */
export interface Change {
  kind: 'fired' | 'updated' | 'resolved';
  episode: Episode;
}

/**
 * Judges one sample after the other: a condition fires once it was bad for its hold, and is over
 * once it was well for its keep. What cannot be seen changes nothing. Knows no clock.
 */
export class ConditionBook {
  private readonly episodes = new Map<SystemCondition, Episode>();
  private before: SelfSample | null = null;

  /** What has fired and is not over. */
  get firing(): Episode[] {
    return [...this.episodes.values()].filter(({ firedAtMs }) => firedAtMs !== null);
  }

  look(sample: SelfSample): Change[] {
    const changes = (Object.keys(RULES) as SystemCondition[]).flatMap((condition) =>
      this.step(condition, sample),
    );
    this.before = sample;
    return changes;
  }

  private step(condition: SystemCondition, sample: SelfSample): Change[] {
    const { judge, holdMs, keepMs } = RULES[condition];
    const verdict = judge(sample, this.before);
    const { nowMs } = sample;
    const open = this.episodes.get(condition);
    if (verdict.is === 'unknown') return [];
    if (verdict.is === 'ok') {
      if (!open || nowMs - open.lastBadMs < keepMs) return [];
      this.episodes.delete(condition);
      return open.firedAtMs === null ? [] : [{ kind: 'resolved', episode: open }];
    }
    const { severity, detail } = verdict;
    const sinceMs = open?.sinceMs ?? nowMs;
    const firedBefore = open?.firedAtMs ?? null;
    const firedAtMs = firedBefore ?? (nowMs - sinceMs >= holdMs ? nowMs : null);
    const episode = { condition, severity, detail, sinceMs, firedAtMs, lastBadMs: nowMs };
    this.episodes.set(condition, episode);
    if (firedAtMs === null) return [];
    return [{ kind: firedBefore === null ? 'fired' : 'updated', episode }];
  }
}

function bad(severity: Severity, detail: string): Verdict {
  return { is: 'bad', severity, detail };
}

function isLow({ freeBytes, bytes }: DiskReading, limit: typeof DISK_LOW): boolean {
  return freeBytes < limit.bytes && freeBytes < limit.share * bytes;
}

/** Without a database there is nothing to say of what lies in it. */
function ofStore(judge: (store: StoreReading) => Verdict): Rule['judge'] {
  return ({ store }) => (store ? judge(store) : { is: 'unknown' });
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
