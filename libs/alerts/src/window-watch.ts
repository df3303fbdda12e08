import { Inject, Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import type { AlertChange, AlertRule } from '@app/contracts';
import { CLOCK, LOCKS, withAdvisoryLock } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AlertAnnouncer } from './alert.announcer.js';
import { AlertLedger } from './alert.ledger.js';
import { AlertStore } from './alert.store.js';
import type { RunQuery } from './alert.store.js';
import { AlertUpkeep } from './alert.upkeep.js';
import { ExecutionWatch } from './execution-watch.js';
import { RuleBook } from './rule.book.js';
import { SilenceBook } from './silences/silence.book.js';
import { SubjectWatch } from './subject-watch.js';
import { Look } from './watch.look.js';
import { WatchStore } from './watch.store.js';
import { WindowJudge } from './window-judge.js';
import { needsEveryone, planWindows } from './window-targets.js';

/** The look rests this many times as long as it took: at most a quarter of the time. */
const REST_FACTOR = 3;
const MAX_OPEN = 20_000;
const HOUR_MS = 3_600_000;
/** Who has not been heard for this long is gone, not silent. */
export const FORGOTTEN_MS = 7 * 24 * HOUR_MS;

/**
 * Looks at everything that single executions do not show: windows, silence, what is stuck, alerts
 * whose cause is over, silences and snoozes that begin or end. One process at a time looks.
 */
@Injectable()
export class WindowWatch {
  private readonly logger = new Logger(WindowWatch.name);
  private started = false;
  private restUntil = -Infinity;

  constructor(
    private readonly dataSource: DataSource,
    private readonly alerts: AlertStore,
    private readonly store: WatchStore,
    private readonly executions: ExecutionWatch,
    private readonly rules: RuleBook,
    private readonly silences: SilenceBook,
    private readonly windows: WindowJudge,
    private readonly subjects: SubjectWatch,
    private readonly upkeep: AlertUpkeep,
    private readonly ledger: AlertLedger,
    private readonly announcer: AlertAnnouncer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Cron('*/10 * * * * *', { name: 'alerts.windows', timeZone: 'UTC', waitForCompletion: true })
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
    await this.rules.load(run);
    await this.silences.load(run);
    const look = await this.lookAround(active, run);
    const longestMs = Math.max(HOUR_MS, ...this.rulesInForce().map(({ windowMs }) => windowMs));
    const since = new Date(look.nowMs - longestMs);
    const settled = await this.store.settled(since, run);
    await this.windows.judge(planWindows(this.rules.projects(), look, settled), look);
    await this.subjects.judge(look);
    const raised = await this.ledger.raise(look.raised, run);
    return [...raised, ...(await this.upkeep.follow(look))];
  }

  private async lookAround(active: Set<number>, run: RunQuery): Promise<Look> {
    const now = this.clock.now();
    const open = await this.alerts.open(MAX_OPEN, run);
    // What happened elsewhere, or while no process was up, has been heard by nobody here: whoever
    // looks for the first time looks at all that were heard within the hour.
    const heard = this.started
      ? []
      : await this.store.heardSince(new Date(now.getTime() - HOUR_MS), run);
    const busy = new Set([...active, ...heard]);
    const concerned = new Set([...busy, ...open.map((row) => row.agent_key)]);
    const everyone = this.rulesInForce().some(needsEveryone);
    const since = everyone ? new Date(now.getTime() - FORGOTTEN_MS) : null;
    const agents =
      concerned.size > 0 || since
        ? await this.store.agents([...concerned], since, run)
        : new Map<never, never>();
    return new Look(now, open, busy, agents, run);
  }

  private rulesInForce(): AlertRule[] {
    return [...this.rules.projects()].flatMap(({ all }) => all.filter(({ enabled }) => enabled));
  }
}
