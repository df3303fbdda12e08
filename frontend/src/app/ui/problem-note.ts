import { Component, input, output } from '@angular/core';
import type { ApiProblem } from '../api/api-problem';
import { words } from '../i18n/language';
import { Icon } from './icon';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

/** Why a panel has no (new) figures, the id to quote, and a way to ask again. */
@Component({
  selector: 'apt-problem-note',
  imports: [Icon],
  template: `
    <div class="note" role="status" data-testid="panel-error" [class.compact]="compact()">
      <apt-icon name="alerts" />
      <div class="words">
        <strong>{{ problem().title }}</strong>
        @if (problem().detail; as detail) {
          <p>{{ detail }}</p>
        }
        @if (problem().requestId; as requestId) {
          <p class="id">
            {{ words().request }} <code>{{ requestId }}</code>
          </p>
        }
      </div>
      <button type="button" class="button" (click)="retry.emit()">
        <apt-icon name="retry" />{{ words().retry }}
      </button>
    </div>
  `,
  styles: `
    .note {
      display: flex;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      gap: var(--space-2h);
      height: 100%;
      padding: var(--space-4);
      text-align: center;
      > apt-icon {
        font-size: var(--text-xl);
        color: var(--bad);
      }
    }
    strong {
      font-weight: 600;
    }
    p {
      margin: 3px 0 0;
      color: var(--muted);
      overflow-wrap: anywhere;
    }
    .id {
      font-size: var(--text-s);
    }
    .compact {
      flex-direction: row;
      height: auto;
      margin-bottom: var(--space-2h);
      padding: var(--space-1h) var(--space-1h) var(--space-1h) var(--space-2h);
      border-radius: var(--radius-m);
      background: var(--bad-soft);
      text-align: start;
      > apt-icon {
        font-size: inherit;
      }
      .words {
        flex: 1;
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-2);
      }
      p {
        margin: 0;
      }
    }
  `,
})
export class ProblemNote {
  readonly problem = input.required<ApiProblem>();
  /** Whether it stands above figures that are still shown. */
  readonly compact = input(false);
  readonly retry = output();
  protected readonly words = words({ en: uiEn, de: uiDe });
}
