import { Component, computed, inject, signal } from '@angular/core';
import type { SummaryRow, TrendSeries } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Fleet, canBeListed } from '../fleet/fleet';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Panel } from '../ui/panel';
import { Toggle } from '../ui/toggle';
import { AgentCard } from './agent-card';
import { AgentTable } from './agent-table';
import { overviewDe } from './words.de';
import { overviewEn } from './words.en';

/** So many agents are listed at first, and more each time one asks for more. */
const STEP = 12;
/** No more sparklines than this are asked for. */
const MOST_SPARKLINES = 48;

@Component({
  selector: 'apt-agents-panel',
  imports: [Panel, Toggle, AgentCard, AgentTable],
  template: `
    <apt-panel
      [heading]="words().agents"
      [caption]="caption()"
      [feed]="fleet.summary"
      [height]="420"
    >
      <apt-toggle panelActions [label]="words().showAs" [options]="ways()" [(value)]="way" />
      @if (way() === 'cards') {
        <div class="cards">
          @for (row of shown(); track row.agentId) {
            <apt-agent-card [row]="row" [course]="courses().get(row.agentId) ?? []" />
          }
        </div>
      } @else {
        <apt-agent-table [rows]="shown()" [courses]="courses()" />
      }
      @if (sorted().length === 0) {
        <p class="muted">{{ words().noneOfType }}</p>
      }
      @if (sorted().length > shown().length) {
        <button type="button" class="button more" (click)="more()">
          {{ words().more(nextCount(), sorted().length) }}
        </button>
      }
    </apt-panel>
  `,
  styles: `
    .cards {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 232px), 1fr));
      gap: var(--space-2h);
      padding-top: 2px;
    }
    .more {
      margin-top: var(--space-3);
    }
  `,
})
export class AgentsPanel {
  private readonly scope = inject(Scope);
  protected readonly fleet = inject(Fleet);
  protected readonly way = signal('cards');
  protected readonly words = words({ en: overviewEn, de: overviewDe });
  protected readonly ways = computed(() => [
    { value: 'cards', label: this.words().cards, icon: 'cards' as const },
    { value: 'table', label: this.words().table, icon: 'table' as const },
  ]);
  private readonly limit = signal(STEP);

  protected readonly sorted = computed(() => (this.fleet.rows() ?? []).toSorted(mostReliableFirst));
  protected readonly shown = computed(() => this.sorted().slice(0, this.limit()));
  protected readonly nextCount = computed(() =>
    Math.min(STEP, this.sorted().length - this.limit()),
  );
  protected readonly caption = computed(() =>
    this.fleet.rows() === undefined
      ? ''
      : this.words().byReliability(this.sorted().length, this.fleet.isCut()),
  );

  private readonly ids = computed(
    () =>
      this.shown()
        .slice(0, MOST_SPARKLINES)
        .map((row) => row.agentId)
        .filter(canBeListed)
        .sort(),
    { equal: (a, b) => a.join() === b.join() },
  );
  private readonly series = apiFeed<TrendSeries[]>(
    () => {
      const [project, range] = [this.scope.project(), this.scope.trendParams()];
      if (project === undefined || range === undefined || this.ids().length === 0) return undefined;
      return { path: 'trends', params: { project, ...range, agentIds: this.ids().join(',') } };
    },
    () => Math.max(10_000, this.scope.paceMs()),
  );

  /** The p95 of each agent over the window, for its sparkline. */
  protected readonly courses = computed(
    () =>
      new Map(
        (this.series.data() ?? []).map(({ agentId, points }) => [
          agentId ?? '',
          points.map((point) => point.duration.p95Ms),
        ]),
      ),
  );

  protected more(): void {
    this.limit.update((limit) => limit + STEP);
  }
}

/** Agents with few tasks stand behind the others, idle ones last: one lucky task does not lead. */
function mostReliableFirst(a: SummaryRow, b: SummaryRow): number {
  return (
    Number(a.total === 0) - Number(b.total === 0) ||
    Number(a.lowSample) - Number(b.lowSample) ||
    (b.reliability ?? -1) - (a.reliability ?? -1) ||
    a.agentId.localeCompare(b.agentId)
  );
}
