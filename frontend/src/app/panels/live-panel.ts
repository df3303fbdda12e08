import { Component, computed, inject } from '@angular/core';
import { Router } from '@angular/router';
import { Refresh } from '../api/refresh';
import { formatClock, formatCompact, formatDuration } from '../format/format';
import { words } from '../i18n/language';
import { LiveFeed } from '../live/live-feed';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Icon } from '../ui/icon';
import { OutcomeMark } from '../ui/outcome-mark';
import { Panel } from '../ui/panel';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/** What runs and ends, as it happens. */
@Component({
  selector: 'apt-live-panel',
  imports: [Panel, Icon, OutcomeMark],
  template: `
    <apt-panel [heading]="words().heading" [caption]="caption()">
      <button type="button" class="link-button quiet" panelActions (click)="toggle()">
        <apt-icon [name]="refresh.paused() ? 'play' : 'pause'" />
        {{ refresh.paused() ? resume() : words().pause }}
      </button>
      <div class="fill">
        <div class="scroll" tabindex="0" role="region" [attr.aria-label]="words().list">
          <ol>
            <!-- Hundreds may come each second: rows are written anew, not made anew. -->
            @for (row of rows(); track $index) {
              <li data-testid="live-row">
                <time [attr.datetime]="row.at">{{ clock(row.at) }}</time>
                <apt-outcome-mark [status]="row.status" />
                <span class="what">
                  <a [href]="href(row.agentId)" (click)="go($event, row.agentId)">
                    <bdi>{{ row.agentName || row.agentId }}</bdi>
                  </a>
                  <bdi class="task" [title]="row.taskName">{{ row.taskName }}</bdi>
                </span>
                <span class="number">{{
                  row.status === 'running' ? words().running : duration(row.durationMs)
                }}</span>
              </li>
            } @empty {
              <li class="none">{{ words().nothing }}</li>
            }
          </ol>
        </div>
      </div>
    </apt-panel>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
      height: 100%;
    }
    /* The panel is as high as its neighbour, not as high as its list. */
    .fill {
      position: relative;
      height: 100%;
      min-height: 400px;
    }
    .scroll {
      position: absolute;
      inset: 0 -8px 0 0;
      padding-inline-end: var(--space-2);
      overflow: auto;
      overscroll-behavior: contain;
    }
    @media print {
      .fill,
      .scroll {
        position: static;
        min-height: 0;
      }
      /* What goes on is for the screen; paper shows where it stood. */
      li:nth-child(n + 13) {
        display: none;
      }
    }
    ol {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: auto auto minmax(0, 1fr) auto;
      align-items: center;
      gap: var(--space-2);
      height: 26px;
      font-size: var(--text-m);
    }
    time,
    .task,
    .number {
      color: var(--muted);
    }
    .what {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    a {
      margin-inline-end: 3px;
      color: var(--text);
      font-weight: 520;
      text-decoration: none;
      &:hover {
        text-decoration: underline;
      }
    }
    .none {
      display: block;
      color: var(--muted);
    }
  `,
})
export class LivePanel {
  private readonly live = inject(LiveFeed);
  protected readonly refresh = inject(Refresh);
  protected readonly scope = inject(Scope);
  private readonly router = inject(Router);
  private readonly query = computed(() => new URLSearchParams(this.scope.linkParams()).toString());
  protected readonly words = words({ en: panelsEn.live, de: panelsDe.live });
  protected readonly clock = formatClock;
  protected readonly duration = formatDuration;

  protected readonly rows = computed(() => {
    const type = this.scope.agentType();
    const { rows } = this.live.view();
    return type === null ? rows : rows.filter((row) => row.agentType === type);
  });
  protected readonly caption = computed(() =>
    this.words().perMinute(formatCompact(this.live.view().perMinute)),
  );

  /** Links of the router would each be worked out again with every row that comes. */
  protected href(agentId: string): string {
    const query = this.query();
    return `${HOME}/agents/${encodeURIComponent(agentId)}${query && `?${query}`}`;
  }

  /** As a link of the router: other buttons and keys are the browser's. */
  protected go(event: MouseEvent, agentId: string): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.router.navigateByUrl(this.href(agentId));
  }

  protected resume(): string {
    const { newCount } = this.live.view();
    return newCount === 0 ? this.words().resume : this.words().resumeNew(formatCompact(newCount));
  }

  protected toggle(): void {
    if (this.refresh.paused()) this.refresh.resume();
    else this.refresh.pause();
  }
}
