import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { Alert, AlertTransitionEntry, Answer, BulkAlertVerdict } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { actOn } from './alert-actions.js';
import type { AlertAction } from './alert-actions.js';
import { encodeCursor, parseAlertId } from './alert-address.js';
import type { AlertAddress } from './alert-address.js';
import { AlertAnnouncer } from './alert.announcer.js';
import { AlertLedger } from './alert.ledger.js';
import { idOf, toAlert } from './alert.row.js';
import { AlertStore } from './alert.store.js';
import type { AlertFilter } from './alert.store.js';
import type { LifeChange } from './life/change.js';

/** What people and later rooms ask about alerts, and what people do to them. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly store: AlertStore,
    private readonly ledger: AlertLedger,
    private readonly announcer: AlertAnnouncer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(filter: AlertFilter): Promise<Required<Answer<Alert[]>>> {
    const { alerts, next } = await this.store.list(filter);
    return {
      data: alerts,
      page: { nextCursor: next ? encodeCursor(filter.projectId, next) : null },
    };
  }

  /** @throws DomainError `unknown-alert` (404), `invalid-request` (400) for what is no alert id */
  async get(scope: ProjectScope, id: string): Promise<Alert> {
    const alert = await this.store.find(scope.projectId, parseAlertId(id));
    if (!alert) throw new DomainError('unknown-alert', 404);
    return alert;
  }

  /** What happened to an alert, in order. @throws DomainError as `get` */
  async transitions(scope: ProjectScope, id: string): Promise<AlertTransitionEntry[]> {
    await this.get(scope, id);
    return this.store.transitions(parseAlertId(id));
  }

  /**
   * Does something to one alert. Doing it again changes nothing.
   * @throws DomainError as `get`; `alert-already-resolved`, `alert-not-firing` (409)
   */
  async act(scope: ProjectScope, id: string, action: AlertAction): Promise<Alert> {
    const [verdict] = await this.actOnAll(scope, [parseAlertId(id)], action);
    if (!verdict || verdict instanceof DomainError) {
      throw verdict ?? new DomainError('unknown-alert', 404);
    }
    return verdict;
  }

  /** Does the same to many alerts; each one succeeds or fails for itself. */
  async bulk(
    scope: ProjectScope,
    ids: readonly string[],
    action: AlertAction,
  ): Promise<BulkAlertVerdict[]> {
    const addresses = ids.map(parseAlertId);
    const verdicts = await this.actOnAll(scope, addresses, action);
    return ids.map((id, index) => {
      const verdict = verdicts[index];
      if (verdict && !(verdict instanceof DomainError)) {
        return { id, ok: true, alert: verdict, code: null, detail: null };
      }
      const { code, message } = verdict ?? new DomainError('unknown-alert', 404);
      return { id, ok: false, alert: null, code, detail: message };
    });
  }

  /** Ends all that is open of a rule, since nothing will end it any more. */
  async endRule(scope: ProjectScope, ruleId: string, by: string): Promise<void> {
    const open = await this.store.openOfRule(scope.projectId, ruleId);
    const reason = 'the rule was deleted';
    await this.actOnAll(scope, open, { kind: 'resolve', by, note: reason });
  }

  /** Open alerts per agent; agents without any are absent. */
  openCounts(agentKeys: number[]): Promise<Map<number, number>> {
    return this.store.openCounts(agentKeys);
  }

  /** In the order of the addresses: the alert as it is now, why not, or nothing for no alert. */
  private async actOnAll(
    scope: ProjectScope,
    addresses: readonly AlertAddress[],
    action: AlertAction,
  ): Promise<(Alert | DomainError | undefined)[]> {
    const now = this.clock.now();
    const { verdicts, news } = await this.ledger.transaction(async (run) => {
      const results = new Map<string, Alert | DomainError>();
      const changes: LifeChange[] = [];
      for (const row of await this.ledger.lock(addresses, run, scope.projectId)) {
        try {
          const change = actOn(row, action, now);
          if (change) changes.push(change);
          results.set(idOf(row), toAlert(row));
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          results.set(idOf(row), error);
        }
      }
      const written = await this.ledger.write(changes, run);
      for (const { alert } of written) results.set(alert.id, alert);
      return { verdicts: results, news: written };
    });
    this.announcer.announce(news);
    return addresses.map(({ agentKey, alertId }) => verdicts.get(`${agentKey}~${alertId}`));
  }
}
