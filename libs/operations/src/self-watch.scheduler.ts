import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Cron, CronExpression, Interval } from '@nestjs/schedule';
import type { SystemCondition } from '@app/contracts';
import { IngestPipe } from '@app/metrics';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import { ConditionBook } from './conditions.js';
import type { Episode } from './conditions.js';
import { IncidentDesk } from './incident.desk.js';
import { ProcessReadings } from './process.readings.js';
import { ReadingsService } from './readings.service.js';
import { SystemAlertStore } from './system-alert.store.js';

const LOOK_MS = 5000;
const KEEP_MS = 90 * 24 * 3_600_000;
const NANOSECONDS = 1e6;

/** Looks at the tracker every five seconds, and says what is wrong with it. */
@Injectable()
export class SelfWatchScheduler
  implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger('SelfWatch');
  private readonly book = new ConditionBook();
  private readonly delay = monitorEventLoopDelay({ resolution: 20 });
  private looking: Promise<void> | undefined;
  private stopping = false;
  /** As of the last look. */
  eventLoopP99Ms = 0;

  constructor(
    private readonly readings: ReadingsService,
    private readonly pipe: IngestPipe,
    private readonly processes: ProcessReadings,
    private readonly alerts: SystemAlertStore,
    private readonly incidents: IncidentDesk,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What is wrong now. */
  get firing(): Episode[] {
    return this.book.firing;
  }

  onModuleInit(): void {
    this.delay.enable();
  }

  onModuleDestroy(): void {
    this.stopping = true;
    this.delay.disable();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.looking;
  }

  /** Looks that overtake each other are one. */
  @Interval('self-watch', LOOK_MS)
  look(): Promise<void> {
    if (this.stopping) return Promise.resolve();
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  @Cron(CronExpression.EVERY_HOUR, {
    name: 'system-alerts.forget',
    timeZone: 'UTC',
    waitForCompletion: true,
  })
  async forget(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEEP_MS);
    await this.alerts.forget(before);
    await this.incidents.forget(before);
  }

  private async tell(): Promise<void> {
    try {
      await this.alerts.flush();
      await this.incidents.step(this.clock.now());
    } catch (error) {
      // It is written and told after a later look, when the database is back.
      this.logger.debug({ event: 'self.untold', error: String(error) });
    }
  }

  private async lookOnce(): Promise<void> {
    this.eventLoopP99Ms = this.delay.count > 0 ? this.delay.percentile(99) / NANOSECONDS : 0;
    this.delay.reset();
    const { refused, refusedUnread } = this.pipe.counts;
    const store = await this.readings.store();
    const nowMs = this.clock.now().getTime();
    const changes = this.book.look({
      nowMs,
      store,
      refused: refused + refusedUnread,
      crons: this.readings.crons(),
      pools: this.processes.pools,
      disk: await this.readings.disk(),
      eventLoopP99Ms: this.eventLoopP99Ms,
    });
    for (const { kind, episode } of changes) {
      const { condition, detail } = episode;
      if (kind === 'fired') this.logger.warn({ event: `self.${condition}`, detail });
      if (kind === 'resolved') this.logger.log({ event: `self.${condition}.over` });
    }
    this.alerts.note(changes, nowMs);
    if (store) await this.tell();
  }
}

/** Whether a condition holds, for each that there is. */
export function isFiring(firing: readonly Episode[], condition: SystemCondition): boolean {
  return firing.some((episode) => episode.condition === condition);
}
