import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { RunningExecution } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { formatAge, formatCount } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Panel } from '../ui/panel';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

const MOST = 8;

/** What is under way, the oldest first: what is stuck stands at the top. */
@Component({
  selector: 'apt-running-panel',
  imports: [Panel, RouterLink],
  template: `
    <apt-panel [heading]="words().heading" [caption]="caption()" [feed]="feed()" [height]="212">
      <ul tabindex="0" [attr.aria-label]="words().list">
        @for (run of shown(); track run.executionId) {
          <li data-testid="running-row">
            <a [routerLink]="[home, 'agents', run.agentId]" [queryParams]="scope.linkParams()">
              <bdi>{{ run.agentName || run.agentId }}</bdi>
            </a>
            <bdi class="task" [title]="run.taskName">{{ run.taskName }}</bdi>
            <span class="number">{{ words().since(age(run)) }}</span>
          </li>
        } @empty {
          <li class="none nothing">{{ words().none }}</li>
        }
        @if (running().length > shown().length) {
          <li class="none">{{ words().more(running().length - shown().length) }}</li>
        }
      </ul>
    </apt-panel>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    ul {
      max-height: 212px;
      margin: 0;
      padding: 0;
      overflow: auto;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      height: 26px;
      font-size: var(--text-m);
    }
    a {
      color: var(--text);
      font-weight: 520;
      text-decoration: none;
      white-space: nowrap;
      &:hover {
        text-decoration: underline;
      }
    }
    .task {
      flex: 1;
      min-width: 0;
      overflow: hidden;
      color: var(--muted);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .nothing {
      justify-content: center;
      height: 180px;
    }
    .number,
    .none {
      color: var(--muted);
    }
  `,
})
export class RunningPanel {
  readonly feed = input.required<ApiFeed<unknown>>();
  readonly running = input.required<readonly RunningExecution[]>();
  protected readonly scope = inject(Scope);
  private readonly refresh = inject(Refresh);
  protected readonly home = HOME;
  protected readonly words = words({ en: panelsEn.running, de: panelsDe.running });
  protected readonly shown = computed(() =>
    this.running()
      .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
      .slice(0, MOST),
  );
  protected readonly caption = computed(() =>
    this.running().length === 0 ? '' : formatCount(this.running().length),
  );

  protected age({ startedAt }: RunningExecution): string {
    return formatAge(this.refresh.now() - Date.parse(startedAt));
  }
}
