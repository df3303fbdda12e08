import { Component, inject } from '@angular/core';
import { Icon } from './icon';
import { Toasts } from './toasts';

@Component({
  selector: 'apt-toast-list',
  imports: [Icon],
  template: `
    <div class="toasts" role="status" aria-live="polite">
      @for (toast of toasts.shown(); track toast.id) {
        <div class="toast" [class.bad]="toast.tone === 'bad'">
          <apt-icon [name]="toast.tone === 'good' ? 'check' : 'alerts'" />
          <div>
            <strong
              ><bdi>{{ toast.text }}</bdi></strong
            >
            @if (toast.detail) {
              <p>
                <bdi>{{ toast.detail }}</bdi>
              </p>
            }
          </div>
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            (click)="toasts.dismiss(toast.id)"
          >
            <apt-icon name="cross" />
          </button>
        </div>
      }
    </div>
  `,
  styles: `
    .toasts {
      position: fixed;
      z-index: 30;
      right: 16px;
      bottom: 16px;
      display: grid;
      gap: 8px;
      width: min(380px, calc(100vw - 32px));
      pointer-events: none;
    }
    .toast {
      display: grid;
      grid-template-columns: auto 1fr auto;
      gap: 10px;
      padding: 10px 8px 10px 14px;
      border: 1px solid var(--border);
      border-radius: 10px;
      background: var(--surface);
      box-shadow: var(--shadow);
      pointer-events: auto;
      overflow-wrap: anywhere;
      apt-icon {
        margin-top: 3px;
        color: var(--good);
      }
      &.bad > apt-icon {
        color: var(--bad);
      }
    }
    strong {
      font-weight: 600;
    }
    p {
      margin: 2px 0 0;
      color: var(--muted);
    }
  `,
})
export class ToastList {
  protected readonly toasts = inject(Toasts);
}
