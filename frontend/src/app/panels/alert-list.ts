import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Alert } from '@app/contracts';
import { alertMessage } from '../alerts/alert-message';
import { OpenAlerts } from '../fleet/open-alerts';
import { Resolutions } from '../fleet/resolutions';
import { fleetDe } from '../fleet/words.de';
import { fleetEn } from '../fleet/words.en';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { AgePipe } from '../ui/age';
import { SeverityBadge } from '../ui/severity-badge';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/** Alerts, one row each: what, who, how bad, and the one thing to do about it. */
@Component({
  selector: 'apt-alert-list',
  imports: [RouterLink, AgePipe, SeverityBadge],
  template: `
    <ul>
      @for (alert of shown(); track alert.id) {
        <li data-testid="alert-row">
          <apt-severity-badge [severity]="alert.severity" />
          <div class="what">
            <p class="title">
              <a [routerLink]="[home, 'agents', alert.agentId]" [queryParams]="scope.linkParams()">
                <bdi>{{ alert.agentName || alert.agentId }}</bdi>
              </a>
              · {{ type(alert) }}
            </p>
            <p class="detail">
              <bdi>{{ message(alert) }}</bdi>
            </p>
            <p class="detail" [title]="instant(alert.firedAt)">
              {{ words().times(alert.count) }} ·
              @if (alert.state === 'resolved') {
                {{ words().resolvedAgo(alert.resolvedAt | age) }}
                @if (alert.resolvedBy) {
                  {{ words().by }} <bdi>{{ alert.resolvedBy }}</bdi>
                }
              } @else {
                {{ words().since(alert.firedAt | age) }}
              }
            </p>
          </div>
          @if (alert.state === 'firing') {
            <button
              type="button"
              class="link-button"
              data-testid="alert-resolve"
              data-write
              [attr.aria-label]="words().resolveOf(alert.agentName || alert.agentId)"
              (click)="open.resolve(alert)"
            >
              {{ words().resolve }}
            </button>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      gap: 2px var(--space-2h);
      padding: var(--space-2) 0;
      + li {
        border-top: 1px solid var(--border);
      }
    }
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }
    .title {
      font-weight: 520;
    }
    a {
      color: inherit;
      text-decoration: none;
      &:hover {
        text-decoration: underline;
      }
    }
    .detail {
      margin-top: 1px;
      color: var(--muted);
      font-size: var(--text-m);
    }
    .link-button {
      align-self: start;
      margin-top: -3px;
    }
  `,
})
export class AlertList {
  protected readonly message = alertMessage;
  readonly alerts = input.required<readonly Alert[]>();
  private readonly resolutions = inject(Resolutions);
  protected readonly shown = computed(() => {
    const leaving = this.resolutions.ids();
    return this.alerts().filter(({ id, state }) => state === 'resolved' || !leaving.has(id));
  });
  protected readonly open = inject(OpenAlerts);
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly words = words({ en: panelsEn.alerts, de: panelsDe.alerts });
  protected readonly instant = formatInstant;
  private readonly types = words({ en: fleetEn, de: fleetDe });

  protected type(alert: Alert): string {
    return this.types().types[alert.type];
  }
}
