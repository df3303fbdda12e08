import { Component, input } from '@angular/core';
import type { Alert } from '@app/contracts';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { SeverityBadge } from '../ui/severity-badge';
import { AgePipe } from '../ui/age';
import { alertMessage } from './alert-message';
import { formatAlertValue, ownerWords } from './alert-words';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

/** What there is to see of one alert in a list; the list adds what can be done. */
@Component({
  selector: 'apt-alert-row',
  imports: [AgePipe, SeverityBadge],
  template: `
    <apt-severity-badge [severity]="alert().severity" />
    <div class="what">
      <p class="title">
        <ng-content /><span class="muted"> · {{ type() }}</span>
      </p>
      <p class="detail">
        <bdi>{{ message(alert()) }}</bdi>
      </p>
    </div>
    <p class="figures">
      <b>{{ value(alert().actualValue) }}</b>
      <span class="muted">{{ words().limit(value(alert().thresholdValue)) }}</span>
    </p>
    <p class="when" [title]="instant(alert().firedAt)">
      @if (alert().state === 'resolved') {
        {{ instant(alert().firedAt) }}
        <span class="muted">{{ words().over(alert().resolvedAt | age) }}</span>
      } @else {
        {{ words().since(alert().firedAt | age) }}
        <span class="muted">{{ words().seen(alert().count) }}</span>
      }
    </p>
    <p class="state">
      <span
        class="badge"
        [class.bad]="alert().state === 'firing'"
        [class.accented]="alert().state === 'acknowledged'"
        [class.quiet]="alert().state === 'pending' || alert().state === 'resolved'"
        >{{ words().states[alert().state] }}</span
      >
      @for (mark of marks(); track mark) {
        <span class="badge quiet">{{ mark }}</span>
      }
      <span class="muted owner"
        ><bdi>{{ owner() }}</bdi></span
      >
    </p>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: 88px minmax(0, 1fr) 116px 96px 132px;
      align-items: center;
      gap: var(--space-1) var(--space-4);
      min-width: 0;
    }
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }
    .title {
      font-weight: 540;
    }
    .title .muted {
      font-weight: 430;
    }
    .detail {
      color: var(--muted);
      font-size: var(--text-m);
    }
    .figures,
    .when,
    .state {
      display: grid;
      justify-items: start;
      gap: 1px;
      font-size: var(--text-m);
    }
    .figures {
      justify-items: end;
      text-align: end;
    }
    b {
      font-size: var(--text-m);
      font-weight: 620;
    }
    .badge.bad {
      color: var(--bad);
    }
    .owner {
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    @media (max-width: 1100px) {
      :host {
        grid-template-columns: auto minmax(0, 1fr);
        align-items: start;
      }
      .what,
      .figures,
      .when,
      .state {
        grid-column: 1 / -1;
      }
      .figures,
      .when,
      .state {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 2px var(--space-2);
        text-align: start;
      }
      .figures {
        justify-content: flex-start;
      }
      .state {
        grid-column: 2;
        grid-row: 1;
        justify-content: flex-end;
      }
    }
  `,
})
export class AlertRow {
  readonly alert = input.required<Alert>();
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  protected readonly instant = formatInstant;
  protected readonly message = alertMessage;

  protected type(): string {
    return this.words().types[this.alert().type];
  }

  protected value(figure: number): string {
    return formatAlertValue(figure, this.alert().unit);
  }

  protected owner(): string {
    const owner = ownerWords(this.alert());
    return this.alert().state === 'firing' ? '' : this.words().by(owner);
  }

  protected marks(): string[] {
    const { snoozedUntil, silencedBy, flapping } = this.alert();
    return [
      snoozedUntil && Date.parse(snoozedUntil) > Date.now()
        ? this.words().snoozedTo(formatInstant(snoozedUntil))
        : '',
      silencedBy ? this.words().silenced : '',
      flapping ? this.words().flapping : '',
    ].filter((mark) => mark !== '');
  }
}
