import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Icon } from './icon';
import { Toasts } from './toasts';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

/** Messages at the edge. They take no focus; the ear hears them from one region, not too often. */
@Component({
  selector: 'apt-toast-list',
  imports: [Icon, RouterLink],
  template: `
    <div class="sr-only" role="status" aria-live="polite" data-testid="said">
      {{ toasts.said() }}
    </div>
    <div class="toasts" role="region" [attr.aria-label]="words().toasts.list">
      @for (toast of toasts.shown(); track toast.id) {
        <div class="toast" data-testid="toast" [class]="toast.tone">
          <apt-icon [name]="toast.tone === 'good' ? 'check' : 'alerts'" />
          <div>
            <strong
              ><bdi>{{ toast.text }}</bdi></strong
            >
            @if (toast.times > 1) {
              <span class="badge quiet">{{ words().toasts.times('' + toast.times) }}</span>
            }
            @if (toast.detail) {
              <p>
                <bdi>{{ toast.detail }}</bdi>
              </p>
            }
          </div>
          @if (toast.undo; as undo) {
            <button type="button" class="link-button" data-testid="toast-undo" (click)="undo()">
              {{ words().toasts.undo }}
            </button>
          }
          @if (toast.path; as path) {
            <a
              class="link-button"
              [routerLink]="[home, path]"
              queryParamsHandling="merge"
              (click)="toasts.dismiss(toast.id)"
              >{{ words().toasts.show }}</a
            >
          }
          <button
            type="button"
            class="icon-button"
            [attr.aria-label]="words().dismiss"
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
      gap: var(--space-2);
      width: min(380px, calc(100vw - 32px));
      pointer-events: none;
    }
    @media (max-width: 999px) {
      .toasts {
        bottom: 68px;
      }
    }
    .toast {
      display: flex;
      align-items: start;
      gap: var(--space-2h);
      padding: var(--space-2h) var(--space-2) var(--space-2h) var(--space-4);
      border: 1px solid var(--border);
      border-left: 3px solid var(--good);
      border-radius: var(--radius-m);
      background: var(--surface);
      box-shadow: var(--shadow);
      pointer-events: auto;
      overflow-wrap: anywhere;
      animation: slide var(--calm) var(--ease);
      > div {
        flex: 1;
        min-width: 0;
      }
      > apt-icon {
        margin-top: 3px;
        color: var(--good);
      }
      &.bad {
        border-left-color: var(--bad);
        > apt-icon {
          color: var(--bad);
        }
      }
      &.warn {
        border-left-color: var(--warn);
        > apt-icon {
          color: var(--warn);
        }
      }
    }
    @keyframes slide {
      from {
        opacity: 0;
        translate: 0 8px;
      }
    }
    strong {
      font-weight: 600;
    }
    .badge {
      margin-inline-start: var(--space-1h);
    }
    p {
      margin: 2px 0 0;
      color: var(--muted);
    }
    .link-button,
    .icon-button {
      margin-top: -3px;
    }
  `,
})
export class ToastList {
  protected readonly toasts = inject(Toasts);
  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly home = HOME;
}
