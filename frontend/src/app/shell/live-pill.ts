import { Component, computed, inject } from '@angular/core';
import { Refresh } from '../api/refresh';
import { formatCompact } from '../format/format';
import { words } from '../i18n/language';
import { LiveFeed } from '../live/live-feed';
import { Tooltip } from '../ui/tooltip';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** How the page stands to now; pressing it stops all movement, or goes on. */
@Component({
  selector: 'apt-live-pill',
  imports: [Tooltip],
  template: `
    <button
      type="button"
      data-testid="live-pill"
      [class]="live.state()"
      [attr.aria-label]="state() + '. ' + action()"
      [aptTooltip]="action()"
      (click)="refresh.paused() ? refresh.resume() : refresh.pause()"
    >
      <i></i><span>{{ state() }}</span>
    </button>
  `,
  styles: `
    :host {
      display: inline-flex;
      min-width: 0;
    }
    button {
      display: inline-flex;
      align-items: center;
      gap: var(--space-2);
      min-width: 0;
      height: var(--control);
      padding: 0 var(--space-3);
      border: 0;
      border-radius: var(--radius-m);
      background: var(--good-soft);
      color: var(--good);
      font: inherit;
      font-weight: 580;
      white-space: nowrap;
      cursor: pointer;
    }
    span {
      overflow: hidden;
      text-overflow: ellipsis;
    }
    i {
      flex: none;
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
  private readonly words = words({ en: shellEn.live, de: shellDe.live });
  protected readonly action = computed(() =>
    this.refresh.paused() ? this.words().resume : this.words().pause,
  );
  protected readonly state = computed(() => {
    const said = this.words();
    switch (this.live.state()) {
      case 'live':
        return said.live;
      case 'paused': {
        const { newCount } = this.live.view();
        return newCount > 0 ? said.pausedNew(formatCompact(newCount)) : said.paused;
      }
      case 'reconnecting':
        return this.live.wasLive() ? said.reconnecting : said.connecting;
      case 'stale':
        return said.stale;
    }
  });
}
