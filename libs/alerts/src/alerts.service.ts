import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { Alert, Answer } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { encodeCursor, parseAlertId } from './alert-address.js';
import { AlertAnnouncer } from './alert.announcer.js';
import { AlertStore } from './alert.store.js';
import type { AlertFilter } from './alert.store.js';

/** What people and later rooms ask about alerts, and what people do to them. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly store: AlertStore,
    private readonly announcer: AlertAnnouncer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(filter: AlertFilter): Promise<Required<Answer<Alert[]>>> {
    const { alerts, next } = await this.store.list(filter);
    return { data: alerts, page: { nextCursor: next ? encodeCursor(next) : null } };
  }

  /** @throws DomainError `unknown-alert` (404), `invalid-request` (400) for what is no alert id */
  async get(scope: ProjectScope, id: string): Promise<Alert> {
    const alert = await this.store.find(scope.projectId, parseAlertId(id));
    if (!alert) throw new DomainError('unknown-alert', 404);
    return alert;
  }

  /**
   * Ends an episode by hand. Doing it again changes nothing; a later breach opens a new episode.
   * @throws DomainError as `get`
   */
  async resolve(
    scope: ProjectScope,
    id: string,
    by: string,
    reason: string | null,
  ): Promise<Alert> {
    const alert = await this.get(scope, id);
    if (alert.state === 'resolved') return alert;
    const resolution = { at: this.clock.now(), by, reason };
    const changes = await this.store.resolve([parseAlertId(id)], resolution);
    this.announcer.announce(changes);
    // Someone else may have been faster: theirs is the resolution then.
    return changes[0]?.alert ?? this.get(scope, id);
  }

  /** Open alerts per agent; agents without any are absent. */
  openCounts(agentKeys: number[]): Promise<Map<number, number>> {
    return this.store.openCounts(agentKeys);
  }
}
