import { Component, computed, inject, linkedSignal, output, signal } from '@angular/core';
import type { NotificationDelivery } from '@app/contracts';
import { DELIVERY_STATES } from '@app/contracts';
import { AlertDesk } from '../alerts/alert-desk';
import { apiFeed } from '../api/api-feed';
import { formatInstant } from '../format/format';
import { Scope } from '../scope/scope';
import { Panel } from '../ui/panel';
import { Picker } from '../ui/picker';
import { ChannelDesk } from './channel-desk';

const PAGE = 50;
const STATES = [
  { value: '', label: 'All states' },
  ...DELIVERY_STATES.map((state) => ({ value: state, label: state })),
];

/** What was told to whom, and how that went. */
@Component({
  selector: 'apt-delivery-log',
  imports: [Panel, Picker],
  template: `
    <apt-panel heading="Delivery log" caption="of the last 30 days" [feed]="feed" [height]="160">
      <apt-picker
        panelActions
        label="State of deliveries"
        testid="delivery-state"
        [options]="states"
        [value]="state()"
        (chosen)="state.set($event)"
      />
      <div class="scroll" tabindex="0" role="region" aria-label="Deliveries">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Channel</th>
              <th scope="col">Message</th>
              <th scope="col">State</th>
              <th scope="col" class="number">Attempts</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track row.id) {
              <tr data-testid="delivery-row">
                <td>{{ instant(row.createdAt) }}</td>
                <td>
                  <bdi>{{ row.channelName ?? 'deleted' }}</bdi>
                </td>
                <td>
                  <bdi>{{ row.title }}</bdi>
                </td>
                <td>
                  <span
                    [class.good]="row.state === 'sent'"
                    [class.bad]="row.state === 'failed'"
                    [class.muted]="row.state !== 'sent' && row.state !== 'failed'"
                    >{{ row.state }}</span
                  >
                </td>
                <td class="number">{{ row.attempts }}</td>
                <td>
                  {{ row.responseStatus }} {{ row.errorDetail ?? row.errorCode }}
                  @if (row.state === 'failed') {
                    <button
                      type="button"
                      class="link-button"
                      data-testid="delivery-retry"
                      [attr.aria-label]="'Retry ' + row.title"
                      (click)="retry(row)"
                    >
                      Retry
                    </button>
                  }
                </td>
              </tr>
            } @empty {
              <tr>
                <td colspan="6" class="muted">Nothing was told yet.</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      @if (more()) {
        <button type="button" class="button" [disabled]="busy()" (click)="next()">
          Older deliveries
        </button>
      }
    </apt-panel>
  `,
  styles: `
    .scroll {
      overflow-x: auto;
    }
  `,
})
export class DeliveryLog {
  readonly retried = output();
  private readonly scope = inject(Scope);
  private readonly desk = inject(ChannelDesk);
  private readonly alerts = inject(AlertDesk);
  protected readonly states = STATES;
  protected readonly instant = formatInstant;
  protected readonly state = signal('');
  protected readonly busy = signal(false);
  protected readonly feed = apiFeed<NotificationDelivery[]>(() => {
    const project = this.scope.project();
    if (project === undefined) return undefined;
    const params = { project, state: this.state() || null, limit: PAGE };
    return { path: 'notifications/deliveries', params };
  });
  private readonly question = computed(() => `${this.scope.project() ?? ''} ${this.state()}`);
  /** Pages beyond the first; another question begins without them. */
  private readonly older = linkedSignal<
    string,
    { rows: NotificationDelivery[]; cursor: string | null } | null
  >({ source: () => this.question(), computation: () => null });
  protected readonly rows = computed(() => {
    const rows = [...(this.feed.data() ?? []), ...(this.older()?.rows ?? [])];
    return [...new Map(rows.map((row) => [row.id, row])).values()];
  });
  protected readonly more = computed(() => {
    const older = this.older();
    return older === null ? this.feed.data()?.length === PAGE : older.cursor !== null;
  });

  reload(): void {
    this.feed.reload();
  }

  protected async next(): Promise<void> {
    const question = this.question();
    this.busy.set(true);
    try {
      const asked = { state: this.state() || null, limit: PAGE };
      // Without a page read before, the second one is found by the cursor of the first.
      const cursor =
        this.older()?.cursor ?? (await this.desk.deliveries(asked)).page?.nextCursor ?? null;
      const answer = cursor === null ? null : await this.desk.deliveries({ ...asked, cursor });
      if (question !== this.question()) return;
      this.older.update((before) => ({
        rows: [...(before?.rows ?? []), ...(answer?.data ?? [])],
        cursor: answer?.page?.nextCursor ?? null,
      }));
    } catch (error) {
      this.alerts.complain('Not loaded', error);
    } finally {
      this.busy.set(false);
    }
  }

  protected async retry(row: NotificationDelivery): Promise<void> {
    try {
      await this.desk.retry(row);
    } catch (error) {
      this.alerts.complain('Not retried', error);
    }
    this.feed.reload();
    this.retried.emit();
  }
}
