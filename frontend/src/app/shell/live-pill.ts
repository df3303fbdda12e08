import { Component, computed, inject } from '@angular/core';
import { Refresh } from '../api/refresh';
import { formatCompact } from '../format/format';
import { LiveFeed } from '../live/live-feed';

/** How the page stands to now; pressing it stops all movement, or goes on. */
@Component({
  selector: 'apt-live-pill',
  template: `
    <button
      type="button"
      data-testid="live-pill"
      [class]="live.state()"
      [attr.aria-label]="words() + (refresh.paused() ? '. Resume updates' : '. Pause updates')"
      [title]="refresh.paused() ? 'Resume updates' : 'Pause updates'"
      (click)="refresh.paused() ? refresh.resume() : refresh.pause()"
    >
      <i></i>{{ words() }}
    </button>
  `,
  styles: `
    button {
      display: inline-flex;
      align-items: center;
      gap: 8px;
      height: 32px;
      padding: 0 13px;
      border: 0;
      border-radius: 8px;
      background: var(--good-soft);
      color: var(--good);
      font: inherit;
      font-weight: 580;
      white-space: nowrap;
      cursor: pointer;
    }
    i {
      width: 7px;
      height: 7px;
      border-radius: 50%;
      background: currentColor;
    }
    .paused {
      background: var(--accent-soft);
      color: var(--accent-text);
      i {
        border-radius: 1px;
      }
    }
    .reconnecting,
    .stale {
      background: var(--warn-soft);
      color: var(--warn);
    }
    @media (prefers-reduced-motion: no-preference) {
      .live i {
        animation: breathe 2.4s ease-in-out infinite;
      }
    }
    @keyframes breathe {
      50% {
        opacity: 0.35;
      }
    }
  `,
})
export class LivePill {
  protected readonly live = inject(LiveFeed);
  protected readonly refresh = inject(Refresh);
  protected readonly words = computed(() => {
    switch (this.live.state()) {
      case 'live':
        return 'Live';
      case 'paused':
        return this.live.view().newCount > 0
          ? `Paused · ${formatCompact(this.live.view().newCount)} new`
          : 'Paused';
      case 'reconnecting':
        return this.live.wasLive() ? 'Reconnecting' : 'Connecting';
      case 'stale':
        return 'Stale';
    }
  });
}
