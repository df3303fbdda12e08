import { Component, computed, inject, linkedSignal, output, signal } from '@angular/core';
import type { NotificationDelivery } from '@app/contracts';
import { DELIVERY_STATES } from '@app/contracts';
import { AlertDesk } from '../alerts/alert-desk';
import { apiFeed } from '../api/api-feed';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Panel } from '../ui/panel';
import { Picker } from '../ui/picker';
import { ChannelDesk } from './channel-desk';
import { channelsDe } from './channel-words.de';
import { channelsEn } from './channel-words.en';

const PAGE = 50;
/** What was told to whom, and how that went. */
@Component({
  selector: 'apt-delivery-log',
  imports: [Panel, Picker],
  template: `
    <apt-panel [heading]="words().title" [caption]="words().caption" [feed]="feed" [height]="160">
      <apt-picker
        panelActions
        [label]="words().stateOf"
        testid="delivery-state"
        [options]="states()"
        [value]="state()"
        (chosen)="state.set($event)"
      />
      <div class="scroll" tabindex="0" role="region" [attr.aria-label]="words().deliveries">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{{ words().when }}</th>
              <th scope="col">{{ words().channel }}</th>
              <th scope="col">{{ words().message }}</th>
              <th scope="col">{{ words().state }}</th>
              <th scope="col" class="number">{{ words().attempts }}</th>
              <th scope="col">{{ words().answer }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track row.id) {
              <tr data-testid="delivery-row">
                <td>{{ instant(row.createdAt) }}</td>
                <td>
                  <bdi>{{ row.channelName ?? words().deleted }}</bdi>
                </td>
                <td>
                  <bdi>{{ row.title }}</bdi>
                </td>
                <td>
                  <span
                    [class.good]="row.state === 'sent'"
                    [class.bad]="row.state === 'failed'"
                    [class.muted]="row.state !== 'sent' && row.state !== 'failed'"
                    >{{ words().states[row.state] }}</span
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
                      [attr.aria-label]="words().retryOf(row.title)"
                      data-write
                      (click)="retry(row)"
                    >
                      {{ words().retry }}
                    </button>
                  }
                </td>
              </tr>
            } @empty {
              <tr>
                <td colspan="6" class="muted">{{ words().none }}</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      @if (more()) {
        <button type="button" class="button" [disabled]="busy()" (click)="next()">
          {{ words().older }}
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
  private readonly all = words({ en: channelsEn, de: channelsDe });
  protected readonly words = computed(() => this.all().log);
  protected readonly states = computed(() => [
    { value: '', label: this.words().allStates },
    ...DELIVERY_STATES.map((state) => ({ value: state, label: this.words().states[state] })),
  ]);
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
      this.alerts.complain(this.words().notLoaded, error);
    } finally {
      this.busy.set(false);
    }
  }

  protected async retry(row: NotificationDelivery): Promise<void> {
    try {
      await this.desk.retry(row);
    } catch (error) {
      this.alerts.complain(this.words().notRetried, error);
    }
    this.feed.reload();
    this.retried.emit();
  }
}
