import { Component, computed, inject, input, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { COMPLEXITIES } from '@app/contracts';
import type { CompareRow, SummaryRow, TrendSeries } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { MOST_ON_RADAR } from '../charts/radar.options';
import { Fleet, canBeListed } from '../fleet/fleet';
import { namedApart } from '../fleet/named-apart';
import { Registry } from '../fleet/registry';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { ComparePanels } from '../panels/compare-panels';
import { WindowEmpty } from '../panels/window-empty';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Empty } from '../ui/empty';
import { Panel } from '../ui/panel';
import { Picker } from '../ui/picker';
import { ViewsMenu } from '../views/views-menu';
import { chosenAgents, toggledAgents } from './chosen-agents';
import { compareDe } from './words.de';
import { compareEn } from './words.en';

/** One that can be chosen. */
type Candidate = Pick<SummaryRow, 'agentId' | 'agentName' | 'total'>;

/** More agents than this are found by name only. */
const MOST_OFFERED = 40;

@Component({
  selector: 'apt-compare-page',
  imports: [
    AgentSwatch,
    ComparePanels,
    Empty,
    PageHeader,
    Panel,
    Picker,
    RouterLink,
    ViewsMenu,
    WindowEmpty,
  ],
  templateUrl: './compare-page.html',
  styleUrl: './compare-page.css',
})
export class ComparePage {
  /** From the address: comma list of agent ids. */
  readonly agents = input<string>();
  /** From the address: complexity. */
  readonly level = input<string>();

  private readonly router = inject(Router);
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly fleet = inject(Fleet);
  private readonly registry = inject(Registry).use();
  protected readonly most = MOST_ON_RADAR;
  protected readonly search = signal('');
  protected readonly words = words({ en: compareEn, de: compareDe });
  protected readonly chosenLevel = computed(
    () => COMPLEXITIES.find((level) => String(level) === this.level()) ?? null,
  );
  protected readonly levels = computed(() => [
    { value: '', label: this.words().allLevels },
    ...COMPLEXITIES.map((level) => {
      return { value: String(level), label: this.words().oneLevel(level) };
    }),
  ]);

  private readonly candidates = computed(() =>
    (this.fleet.rows() ?? [])
      .filter((row) => canBeListed(row.agentId))
      .toSorted((a, b) => (b.reliability ?? -1) - (a.reliability ?? -1) || b.total - a.total),
  );
  /** Also those that did not run within the time, or are behind the first so many. */
  private readonly others = computed<Candidate[]>(() => {
    const type = this.scope.agentType();
    const listed = new Set(this.candidates().map(({ agentId }) => agentId));
    return (this.registry.data() ?? [])
      .filter(({ agentId, agentType }) => {
        const fits = type === null || agentType === type;
        return fits && !listed.has(agentId) && canBeListed(agentId);
      })
      .map(({ agentId, agentName }) => ({ agentId, agentName, total: 0 }));
  });
  private readonly everybody = computed<Candidate[]>(() =>
    namedApart<Candidate>([...this.candidates(), ...this.others()]),
  );
  /** There is nobody to choose. */
  protected readonly nobodyRan = computed(
    () => this.fleet.rows() !== undefined && this.candidates().length === 0,
  );
  protected readonly chosen = computed(
    () => chosenAgents(this.agents(), this.everybody(), MOST_ON_RADAR),
    { equal: (a, b) => a.join() === b.join() },
  );
  protected readonly searchable = computed(() => this.everybody().length > 12);
  /** The chosen ones whatever is searched for, then those that were found. */
  protected readonly offered = computed(() => {
    const words = this.search().trim().toLowerCase();
    const chosen = new Set(this.chosen());
    const found = this.everybody().filter(
      ({ agentId, agentName }) =>
        words === '' ||
        chosen.has(agentId) ||
        agentName.toLowerCase().includes(words) ||
        agentId.toLowerCase().includes(words),
    );
    return found
      .toSorted((a, b) => Number(chosen.has(b.agentId)) - Number(chosen.has(a.agentId)))
      .slice(0, MOST_OFFERED);
  });

  protected readonly noneFound = computed(
    () => this.search().trim() !== '' && this.offered().length <= this.chosen().length,
  );

  protected readonly feed = apiFeed<CompareRow[]>(() => {
    const [project, range, ids] = [this.scope.project(), this.scope.rangeParams(), this.chosen()];
    if (project === undefined || range === undefined || ids.length < 2) return undefined;
    const complexity = this.chosenLevel();
    return { path: 'compare', params: { project, ...range, agentIds: ids.join(','), complexity } };
  }, 5000);
  protected readonly series = apiFeed<TrendSeries[]>(() => {
    const [project, range, ids] = [this.scope.project(), this.scope.trendParams(), this.chosen()];
    if (project === undefined || range === undefined || ids.length < 2) return undefined;
    const complexity = this.chosenLevel();
    return { path: 'trends', params: { project, ...range, agentIds: ids.join(','), complexity } };
  }, 15_000);

  protected chooseLevel(level: string): void {
    const queryParams = { level: level || null };
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
  }

  protected toggle(agentId: string): void {
    const agents = toggledAgents(this.chosen(), agentId, MOST_ON_RADAR).join(',');
    void this.router.navigate([], { queryParams: { agents }, queryParamsHandling: 'merge' });
  }

  protected find(event: Event): void {
    this.search.set((event.target as HTMLInputElement).value);
  }
}
