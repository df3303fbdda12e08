import { Inject, Injectable } from '@nestjs/common';
import { SEVERITIES } from '@app/contracts';
import type { SelfStatus, Status } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { StatusService } from '@app/query';
import { LiveHub } from '@app/realtime';

import { IncidentDesk } from './incident.desk.js';
import { ProcessReadings } from './process.readings.js';
import { ReadingsService } from './readings.service.js';
import { SelfWatchScheduler } from './self-watch.scheduler.js';
import { SystemAlertStore } from './system-alert.store.js';

/** Everything that the tracker tells of itself. */
@Injectable()
export class SelfStatusService {
  constructor(
    private readonly status: StatusService,
    private readonly hub: LiveHub,
    private readonly readings: ReadingsService,
    private readonly processes: ProcessReadings,
    private readonly watch: SelfWatchScheduler,
    private readonly alerts: SystemAlertStore,
    private readonly incidents: IncidentDesk,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param isKnown tells by its id whether a project is to be named
   * @throws the database's error
   */
  async read(isKnown: (projectId: number) => boolean): Promise<Status & SelfStatus> {
    const { missed, slowClosed } = this.hub.tally;
    const store = await this.readings.store();
    return {
      ...(await this.status.status(isKnown)),
      live: { clients: this.hub.clientCount, missedEvents: missed, slowClosed },
      health: await this.health(),
      process: this.process(),
      outbox: store && {
        waitingNotices: store.waitingNotices,
        openDeliveries: store.openDeliveries,
        overdueMs: Math.round(store.outboxOverdueMs),
      },
      schedules: this.readings.crons(),
      pools: this.processes.pools,
      sockets: this.processes.sockets,
    };
  }

  private async health(): Promise<SelfStatus['health']> {
    const { firing } = this.watch;
    const gravest = SEVERITIES.findLast((one) => firing.some(({ severity }) => severity === one));
    return {
      state: gravest ?? 'ok',
      conditions: firing.map(({ condition, severity, detail, firedAtMs, lastBadMs }) => ({
        condition,
        severity,
        detail,
        firedAt: new Date(firedAtMs ?? lastBadMs).toISOString(),
      })),
      recent: await this.alerts.recent(this.clock.now()),
      incidents: await this.incidents.recent(),
    };
  }

  private process(): SelfStatus['process'] {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      node: process.versions.node,
      uptimeSeconds: Math.round(process.uptime()),
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      eventLoopP99Ms: Math.round(this.watch.eventLoopP99Ms * 10) / 10,
    };
  }
}
