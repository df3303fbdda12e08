import { Component, inject, output } from '@angular/core';
import { formatClock } from '../format/format';
import { words } from '../i18n/language';
import { Appearance } from '../theme/appearance';
import { Drawer } from './drawer';
import { Icon } from './icon';
import { Switch } from './switch';
import { Toasts } from './toasts';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

/** What was said since the page was opened, and whether new alerts may come to its edge. */
@Component({
  selector: 'apt-toast-history',
  imports: [Drawer, Icon, Switch],
  template: `
    <apt-drawer [heading]="words().title" (closed)="closed.emit()" data-testid="toast-history">
      <div class="head">
        <apt-switch testid="mute" [label]="words().mute" [(checked)]="appearance.muted" />
        <button type="button" class="link-button quiet" (click)="toasts.clear()">
          {{ words().clear }}
        </button>
      </div>
      <ol>
        @for (toast of toasts.history(); track toast.id) {
          <li [class]="toast.tone" data-testid="said-row">
            <apt-icon [name]="toast.tone === 'good' ? 'check' : 'alerts'" />
            <div>
              <bdi>{{ toast.text }}</bdi>
              @if (toast.times > 1) {
                <span class="muted"> {{ words().times('' + toast.times) }}</span>
              }
              @if (toast.detail) {
                <p class="muted">
                  <bdi>{{ toast.detail }}</bdi>
                </p>
              }
            </div>
            <time class="muted">{{ clock(toast.atMs) }}</time>
          </li>
        } @empty {
          <li class="none muted">{{ words().none }}</li>
        }
      </ol>
    </apt-drawer>
  `,
  styles: `
    .head {
      display: flex;
      align-items: center;
      gap: var(--space-2h);
      justify-content: space-between;
      margin-bottom: var(--space-3);
    }
    ol {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      gap: var(--space-2h);
      padding: var(--space-2) 0;
      border-top: 1px solid var(--border);
      overflow-wrap: anywhere;
      > div {
        flex: 1;
        min-width: 0;
      }
    }
    apt-icon {
      margin-top: 2px;
    }
    .good apt-icon {
      color: var(--good);
    }
    .bad apt-icon {
      color: var(--bad);
    }
    .warn apt-icon {
      color: var(--warn);
    }
    p {
      margin: 2px 0 0;
    }
  `,
})
export class ToastHistory {
  readonly closed = output();
  protected readonly toasts = inject(Toasts);
  protected readonly appearance = inject(Appearance);
  protected readonly words = words({ en: uiEn.toasts, de: uiDe.toasts });
  protected readonly clock = formatClock;
}
