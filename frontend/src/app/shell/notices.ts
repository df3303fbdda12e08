import { Component, computed, inject, linkedSignal } from '@angular/core';
import { Refresh } from '../api/refresh';
import { formatAge, formatClock } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Icon } from '../ui/icon';
import { LinkGuard } from './link-guard';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** What the whole page must know: an address that could not be used, a connection that is gone. */
@Component({
  selector: 'apt-notices',
  imports: [Icon],
  template: `
    @if (guard.away()) {
      <div class="notice warn" role="status" data-testid="offline">
        <apt-icon name="alerts" />
        <span>
          {{ offline() ? words().offline : words().stale }}
          @if (answered(); as answered) {
            {{ words().from(answered.at, answered.age) }}
          }
        </span>
      </div>
    }
    @for (notice of shown(); track notice) {
      <div class="notice" role="status">
        <apt-icon name="alerts" />
        <span
          ><bdi>{{ notice }}</bdi></span
        >
        <button
          type="button"
          class="icon-button"
          [attr.aria-label]="words().dismiss"
          (click)="shown.set([])"
        >
          <apt-icon name="cross" />
        </button>
      </div>
    }
  `,
  styles: `
    .notice {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      min-height: 38px;
      margin-top: var(--space-2h);
      padding: var(--space-1) var(--space-1h) var(--space-1) var(--space-3);
      border-radius: var(--radius-m);
      background: var(--accent-soft);
      color: var(--accent-text);
      overflow-wrap: anywhere;
      span {
        flex: 1;
      }
      &.warn {
        background: var(--warn-soft);
        color: var(--warn);
      }
    }
  `,
})
export class Notices {
  private readonly refresh = inject(Refresh);
  protected readonly guard = inject(LinkGuard);
  protected readonly words = words({ en: shellEn.notice, de: shellDe.notice });
  /** Asked anew with each change of the link. */
  protected readonly offline = computed(() => this.guard.away() && !navigator.onLine);
  protected readonly shown = linkedSignal<readonly string[]>(inject(Scope).notices);
  protected readonly answered = computed(() => {
    const at = this.refresh.answeredAt();
    if (at === null) return null;
    return { at: formatClock(at), age: formatAge(this.refresh.now() - at) };
  });
}
