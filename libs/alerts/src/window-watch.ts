import { Inject, Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { BenchmarksService } from '@app/benchmarks';
import type { AlertChange } from '@app/contracts';
import { CLOCK, LOCKS, withAdvisoryLock } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AlertAnnouncer } from './alert.announcer.js';
import { AlertStore } from './alert.store.js';
import type { RunQuery } from './alert.store.js';
import type { AlertSubject, BreachGroup } from './breach-groups.js';
import { ExecutionWatch } from './execution-watch.js';
import { DEGRADED_PERFORMANCE, degradedPerformance } from './rules/degraded-performance.js';
import type { Verdict } from './rules/finding.js';
import { HIGH_FAILURE_RATE, highFailureRate } from './rules/high-failure-rate.js';
import { resourceLimit, resourceOfUnit } from './rules/resource-overuse.js';
import { slowLimitMs } from './rules/slow-execution.js';
import { THRESHOLDS } from './rules/thresholds.js';
import { WindowStore } from './window.store.js';
import type { OpenAlert, Proof, WindowRow } from './window.store.js';

/** The look at the window rests this many times as long as it took: at most 5 % of the time. */
const REST_FACTOR = 19;

const WINDOW_RULES = [
  { fingerprint: HIGH_FAILURE_RATE, judge: highFailureRate },
  { fingerprint: DEGRADED_PERFORMANCE, judge: degradedPerformance },
];

/** One look: what is open and may end, who the agents are, and when it is. */
interface Look {
  now: Date;
  from: Date;
  open: OpenAlert[];
  subjects: Map<number, AlertSubject>;
  run: RunQuery;
}

/**
 * Judges agents by their last 60 minutes, and ends alerts whose cause is over. Only agents that
 * did something, or whose alerts may end, are looked at; one process at a time looks.
 */
@Injectable()
export class WindowWatch {
  private readonly logger = new Logger(WindowWatch.name);
  private started = false;
  private restUntil = -Infinity;

  constructor(
    private readonly dataSource: DataSource,
    private readonly store: AlertStore,
    private readonly windows: WindowStore,
    private readonly executions: ExecutionWatch,
    private readonly benchmarks: BenchmarksService,
    private readonly announcer: AlertAnnouncer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Cron('*/15 * * * * *', { name: 'alerts.windows', timeZone: 'UTC', waitForCompletion: true })
  async tick(): Promise<void> {
    if (performance.now() < this.restUntil) return;
    const begunAt = performance.now();
    try {
      await this.judge();
    } catch (error) {
      this.logger.warn({ event: 'alerts.windows.failed', error: String(error) });
    }
    const now = performance.now();
    this.restUntil = now + REST_FACTOR * (now - begunAt);
  }

  /** Judges once. Agents that another process kept us from judging are kept for the next time. */
  async judge(): Promise<void> {
    // What is already found must be on record before an alert may be found to be over.
    await this.executions.drain();
    const active = this.executions.takeActive();
    let done = false;
    try {
      const changes = await withAdvisoryLock(this.dataSource, LOCKS.alerts, (run) =>
        this.look(active, run),
      );
      done = changes !== null;
      if (changes) {
        this.started = true;
        this.announcer.announce(changes);
      }
    } finally {
      if (!done) this.executions.markActive(active);
    }
  }

  private async look(active: Set<number>, run: RunQuery): Promise<AlertChange[]> {
    const now = this.clock.now();
    const from = new Date(now.getTime() - THRESHOLDS.windowMs);
    const open = await this.windows.open(run);
    // What happened while no process was up has been heard by nobody.
    const heard = this.started ? [] : await this.windows.heardSince(from, run);
    const busy = new Set([...active, ...heard]);
    // An alert may end a while after the success that proves it over.
    const ending = open.filter((alert) => busy.has(alert.agentKey) || alert.lastSeenAt > from);
    const concerned = new Set([...busy, ...ending.map(({ agentKey }) => agentKey)]);
    if (concerned.size === 0) return [];

    const subjects = await this.windows.subjects([...concerned], run);
    const look = { now, from, open: ending, subjects, run };
    const rows = await this.windows.strata([...busy], from, run);
    return [...(await this.judgeWindows(look, rows)), ...(await this.endQuietOnes(look))];
  }

  private async judgeWindows(look: Look, rows: WindowRow[]): Promise<AlertChange[]> {
    const { now, run } = look;
    const open = new Map(look.open.map((alert) => [addressOf(alert), alert]));
    const breaches: BreachGroup[] = [];
    const recovered: OpenAlert[] = [];
    for (const [agentKey, own] of byAgent(rows)) {
      const subject = look.subjects.get(agentKey);
      if (!subject) continue;
      for (const { fingerprint, verdict } of this.verdicts(subject, own)) {
        if (verdict.is === 'breached') breaches.push(breach(subject, verdict, own, now));
        if (verdict.is !== 'recovered') continue;
        const alert = open.get(addressOf({ agentKey, fingerprint }));
        if (alert) recovered.push(alert);
      }
    }
    const raised = await this.store.raise(breaches, run);
    const resolution = { at: now, by: 'system', reason: 'back within the expected range' };
    return [...raised, ...(await this.store.resolve(recovered, resolution, run))];
  }

  private verdicts(
    subject: AlertSubject,
    rows: WindowRow[],
  ): { fingerprint: string; verdict: Verdict }[] {
    const strata = rows.map((row) => ({
      ...row,
      benchmark: this.benchmarks.expectationFor(subject.agentType, row.taskType, row.complexity),
    }));
    return WINDOW_RULES.map(({ fingerprint, judge }) => ({ fingerprint, verdict: judge(strata) }));
  }

  /** Alerts about single executions end after a quiet time with a success within the limit. */
  private async endQuietOnes(look: Look): Promise<AlertChange[]> {
    const { now, from, open, run } = look;
    const unseenSince = new Date(now.getTime() - THRESHOLDS.keepFiringMs);
    const proofs = open
      .filter((alert) => alert.lastSeenAt <= unseenSince)
      .map((alert) => this.proofOf(alert, look.subjects.get(alert.agentKey)))
      .filter((proof) => proof !== null);
    if (proofs.length === 0) return [];
    const over = await this.windows.proven(proofs, from, run);
    const reason = 'no breach for 10 minutes, and a later success within the limit';
    return this.store.resolve(over, { at: now, by: 'system', reason, unseenSince }, run);
  }

  private proofOf(alert: OpenAlert, subject: AlertSubject | undefined): Proof | null {
    const { agentKey, alertId, type, taskType, complexity, lastSeenAt } = alert;
    if (taskType === null || complexity === null || !subject) return null;
    const common = { agentKey, alertId, taskType, complexity, since: lastSeenAt };
    const benchmark = this.benchmarks.expectationFor(subject.agentType, taskType, complexity);
    if (type === 'slow_execution') {
      const limit = benchmark ? slowLimitMs(benchmark) : alert.thresholdValue;
      return { ...common, figure: 'duration', limit };
    }
    if (type !== 'resource_overuse') return null;
    const figure = resourceOfUnit(alert.unit);
    const limit = benchmark ? resourceLimit(figure, benchmark) : alert.thresholdValue;
    return { ...common, figure, limit };
  }
}

function addressOf({ agentKey, fingerprint }: Pick<OpenAlert, 'agentKey' | 'fingerprint'>): string {
  return `${agentKey} ${fingerprint}`;
}

function byAgent(rows: readonly WindowRow[]): Map<number, WindowRow[]> {
  const grouped = new Map<number, WindowRow[]>();
  for (const row of rows) {
    const own = grouped.get(row.agentKey);
    if (own) own.push(row);
    else grouped.set(row.agentKey, [row]);
  }
  return grouped;
}

function breach(
  subject: AlertSubject,
  verdict: Extract<Verdict, { is: 'breached' }>,
  rows: WindowRow[],
  now: Date,
): BreachGroup {
  const newestMs = rows.reduce((newest, row) => Math.max(newest, row.lastEndedAt.getTime()), 0);
  const seenMs = Math.min(newestMs, now.getTime());
  return {
    subject,
    finding: verdict.finding,
    count: 1,
    firstSeenMs: seenMs,
    lastSeenMs: seenMs,
    executionId: null,
  };
}
