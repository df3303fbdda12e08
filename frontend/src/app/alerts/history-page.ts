import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';
import type { Alert, AlertStats } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import type { ApiProblem } from '../api/api-problem';
import { toApiProblem } from '../api/api-problem';
import { formatCount, formatDuration } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { ProblemNote } from '../ui/problem-note';
import { AlertDesk } from './alert-desk';
import { AlertDrawer } from './alert-drawer';
import { AlertRow } from './alert-row';
import { AlertTabs } from './alert-tabs';
import { alertLabel, subjectWords } from './alert-words';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

const PAGE_SIZE = 50;

/** What was wrong and is over, and how long people took. */
@Component({
  selector: 'apt-alert-history-page',
  imports: [PageHeader, Panel, ProblemNote, AlertTabs, AlertRow, AlertDrawer],
  template: `
    <apt-page-header [heading]="words().history.title" [byWindow]="false" />
    <apt-alert-tabs />
    <apt-panel [heading]="words().history.figures" [feed]="stats" [height]="54">
      <dl data-testid="alert-stats">
        @for (figure of figures(); track figure.label) {
          <div [title]="figure.title">
            <dt>{{ figure.label }}</dt>
            <dd>{{ figure.value }}</dd>
          </div>
        }
      </dl>
    </apt-panel>
    <apt-panel [heading]="words().history.resolved" [caption]="words().history.newestFirst">
      @if (problem(); as problem) {
        <apt-problem-note [problem]="problem" [compact]="true" (retry)="more()" />
      }
      <ul>
        @for (alert of rows(); track alert.id) {
          <li data-testid="history-row">
            <apt-alert-row [alert]="alert">
              <button
                type="button"
                class="name"
                [attr.aria-label]="words().details(label(alert))"
                (click)="write(alert.id)"
              >
                <bdi>{{ subject(alert) }}</bdi>
              </button>
            </apt-alert-row>
          </li>
        }
      </ul>
      @if (waiting()) {
        <p class="none">{{ words().history.loading }}</p>
      } @else if (cursor(); as next) {
        <p class="none">
          <button type="button" class="button" data-testid="history-more" (click)="more()">
            {{ words().history.more }}
          </button>
        </p>
      } @else if (rows().length === 0 && !problem()) {
        <p class="none">{{ words().history.none }}</p>
      }
    </apt-panel>
    @if (alert(); as id) {
      <apt-alert-drawer [alertId]="id" (closed)="write(null)" />
    }
  `,
  styleUrl: './alerts-page.css',
  styles: `
    li {
      display: block;
    }
    apt-panel {
      --panel-height: auto;
      margin-bottom: var(--space-3);
    }
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(120px, 1fr));
      gap: var(--space-2h) var(--space-4);
      margin: 2px 0 0;
    }
    dt {
      color: var(--muted);
      font-size: var(--text-s);
    }
    dd {
      margin: 0;
      font-size: var(--text-xl);
      font-weight: 640;
    }
    .none {
      margin: var(--space-5) 0;
    }
  `,
})
export class AlertHistoryPage {
  readonly alert = input<string>();
  private readonly scope = inject(Scope);
  private readonly router = inject(Router);
  private readonly desk = inject(AlertDesk);
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  protected readonly subject = subjectWords;
  protected readonly label = alertLabel;

  protected readonly stats = apiFeed<AlertStats>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'alerts/stats', params: { project } };
  }, 10_000);
  protected readonly figures = computed(() => {
    const stats = this.stats.data();
    if (stats === undefined) return [];
    const { fired, resolved, acknowledged, bySeverity, mttaMs, mttrMs } = stats;
    const said = this.words().history;
    const figure = (label: string, value: string, title: string) => ({ label, value, title });
    return [
      figure(said.fired, formatCount(fired), said.firedWhy),
      figure(said.critical, formatCount(bySeverity.critical), said.ofThem),
      figure(said.acknowledged, formatCount(acknowledged), said.ofThem),
      figure(said.resolved, formatCount(resolved), said.ofThem),
      figure(said.mtta, formatDuration(mttaMs), said.mttaWhy),
      figure(said.mttr, formatDuration(mttrMs), said.mttrWhy),
    ];
  });

  protected readonly rows = signal<Alert[]>([]);
  protected readonly cursor = signal<string | null>(null);
  protected readonly waiting = signal(false);
  protected readonly problem = signal<ApiProblem | undefined>(undefined);
  private asked = 0;

  constructor() {
    effect(() => {
      const project = this.scope.project();
      this.scope.agentType();
      if (project === undefined) return;
      untracked(() => {
        this.rows.set([]);
        this.cursor.set(null);
        void this.more();
      });
    });
  }

  protected async more(): Promise<void> {
    const mine = (this.asked += 1);
    this.waiting.set(true);
    this.problem.set(undefined);
    const cursor = this.cursor();
    try {
      const params = { state: 'resolved', agentType: this.scope.agentType(), limit: PAGE_SIZE };
      const { data, page } = await this.desk.alerts({ ...params, cursor });
      if (mine !== this.asked) return;
      this.rows.update((rows) => [...rows, ...data]);
      this.cursor.set(page?.nextCursor ?? null);
    } catch (error) {
      if (mine === this.asked) this.problem.set(toApiProblem(error));
    } finally {
      if (mine === this.asked) this.waiting.set(false);
    }
  }

  protected write(alert: string | null): void {
    void this.router.navigate([], { queryParams: { alert }, queryParamsHandling: 'merge' });
  }
}
