import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { linkedSignal, viewChild } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { SummaryRow } from '@app/contracts';
import { apiFeed } from '../../api/api-feed';
import { MOST_ON_RADAR } from '../../charts/radar.options';
import { Fleet, canBeListed } from '../../fleet/fleet';
import { Registry } from '../../fleet/registry';
import {
  formatCompact,
  formatCount,
  formatDuration,
  formatExact,
  formatPercent,
  formatScore,
  formatType,
} from '../../format/format';
import { words } from '../../i18n/language';
import { AgentSwatch } from '../../panels/agent-swatch';
import { HOME } from '../../scope/home';
import { Scope } from '../../scope/scope';
import { Viewport } from '../../scope/viewport';
import { PageHeader } from '../../shell/page-header';
import { Appearance } from '../../theme/appearance';
import { AgePipe } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Picker } from '../../ui/picker';
import { ProblemNote } from '../../ui/problem-note';
import { RowWindow } from '../../ui/row-window';
import { Sparkline } from '../../ui/sparkline';
import { Toggle } from '../../ui/toggle';
import { ViewsMenu } from '../../views/views-menu';
import { AgentCourses } from './agent-courses';
import { AllFigures } from './all-figures';
import {
  AGENT_SORTS,
  AGENT_STATES,
  firstOrder,
  fitsFilter,
  listedAgents,
  sortedAgents,
} from './listed-agents';
import type { AgentSort, ListedAgent } from './listed-agents';
import { agentListDe } from './words.de';
import { agentListEn } from './words.en';

/** Below this the rows are cards. */
const CARDS_PX = 600;
const CARD_PX = 76;
const ROW_PX = { compact: 33, comfortable: 43 } as const;
const TAG = /^[^:]{1,200}:.{0,200}$/;
/** What the tracker answers at most at once. */
const MOST_AT_ONCE = 1000;
/** Thousands of figures are read anew no more often than this. */
const ALL_EVERY_MS = 60_000;
/** Columns that can be sorted by, in their order. */
const COLUMNS: readonly { sort: AgentSort; numeric: boolean }[] = AGENT_SORTS.map((sort) => ({
  sort,
  numeric: !['name', 'type', 'state'].includes(sort),
}));

/** Everybody who ever reported: found, put in order, and chosen to be compared. */
@Component({
  selector: 'apt-agents-page',
  imports: [
    AgentSwatch,
    AgePipe,
    Empty,
    Icon,
    PageHeader,
    Panel,
    Picker,
    ProblemNote,
    RouterLink,
    RowWindow,
    Sparkline,
    Toggle,
    ViewsMenu,
  ],
  providers: [AgentCourses, AllFigures],
  templateUrl: './agents-page.html',
  styleUrl: './agents-page.css',
})
export class AgentsPage {
  // From the address.
  readonly q = input<string>();
  readonly state = input<string>();
  readonly tag = input<string>();
  readonly sort = input<string>();
  readonly dir = input<string>();

  private readonly router = inject(Router);
  private readonly viewport = inject(Viewport);
  private readonly list = viewChild(RowWindow);
  protected readonly scope = inject(Scope);
  protected readonly fleet = inject(Fleet);
  protected readonly appearance = inject(Appearance);
  protected readonly courses = inject(AgentCourses);
  protected readonly home = HOME;
  protected readonly columns = COLUMNS;
  protected readonly most = MOST_ON_RADAR;
  protected readonly type = formatType;
  protected readonly count = formatCompact;
  protected readonly percent = formatPercent;
  protected readonly duration = formatDuration;
  protected readonly score = formatScore;
  protected readonly exact = formatExact;
  protected readonly words = words({ en: agentListEn, de: agentListDe });

  private readonly registry = inject(Registry).use();
  private readonly isTag = computed(() => TAG.test(this.tag() ?? ''));
  /** Whom one tag is about; asked only where one is given. */
  private readonly tagged = apiFeed<SummaryRow[]>(() => {
    const [project, range, tag] = [this.scope.project(), this.scope.rangeParams(), this.tag()];
    if (project === undefined || range === undefined || !this.isTag()) return undefined;
    return { path: 'summary', params: { project, ...range, tag, limit: MOST_AT_ONCE } };
  }, this.scope.paceMs);
  protected readonly feed = computed(() => (this.isTag() ? this.tagged : this.fleet.summary));
  protected readonly registryProblem = computed(() => {
    const problem = this.registry.problem();
    // The list itself says it where both are away.
    return problem && !this.feed().problem() ? problem : undefined;
  });

  protected readonly asCards = computed(() => this.viewport.width() < CARDS_PX - 60);
  protected readonly rowPx = computed(() =>
    this.asCards() ? CARD_PX : ROW_PX[this.appearance.density()],
  );
  protected readonly sortedBy = computed(
    () => AGENT_SORTS.find((one) => one === this.sort()) ?? 'name',
  );
  protected readonly order = computed(() =>
    this.dir() === 'asc' || this.dir() === 'desc'
      ? (this.dir() as 'asc' | 'desc')
      : firstOrder(this.sortedBy()),
  );
  protected readonly chosenState = computed(
    () => [...AGENT_STATES, 'alerts' as const].find((one) => one === this.state()) ?? null,
  );
  protected readonly states = computed(() => [
    { value: '', label: this.words().anyState },
    ...AGENT_STATES.map((value) => ({ value, label: this.words().states[value] })),
    { value: 'alerts', label: this.words().withAlerts },
  ]);
  protected readonly sorts = computed(() =>
    AGENT_SORTS.map((value) => ({ value, label: this.words().column[value] })),
  );
  protected readonly densities = computed(() => [
    { value: 'compact', label: this.words().compact, icon: 'tasks' as const },
    { value: 'comfortable', label: this.words().comfortable, icon: 'menu' as const },
  ]);

  private readonly all = inject(AllFigures);
  /** The question of the feed, where its answer does not hold everybody. */
  private readonly beyond = computed(
    () => {
      const [project, range] = [this.scope.project(), this.scope.rangeParams()];
      const full = (this.feed().data()?.length ?? 0) >= MOST_AT_ONCE;
      if (!full || project === undefined || range === undefined) return undefined;
      return { project, ...range, ...(this.isTag() && { tag: this.tag() }) };
    },
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  private allReadAt = 0;

  private readonly everybody = computed(() => {
    const figures = (this.beyond() && this.all.rows()) ?? this.feed().data() ?? [];
    if (!this.isTag()) return listedAgents(this.registry.data() ?? [], figures);
    const ran = new Set(figures.filter(({ total }) => total > 0).map(({ agentId }) => agentId));
    const registry = (this.registry.data() ?? []).filter(({ agentId }) => ran.has(agentId));
    return listedAgents(
      registry,
      figures.filter(({ agentId }) => ran.has(agentId)),
    );
  });
  protected readonly rows = computed(() => {
    const filter = {
      text: this.q() ?? '',
      agentType: this.scope.agentType(),
      state: this.chosenState(),
    };
    const fitting = this.everybody().filter((agent) => fitsFilter(agent, filter));
    return sortedAgents(fitting, this.sortedBy(), this.order());
  });
  protected readonly drawn = computed(() => {
    const { from, to } = this.list()?.seen() ?? { from: 0, to: 40 };
    return this.rows()
      .slice(from, to)
      .map((agent, at) => ({ agent, index: from + at }));
  });
  protected readonly narrowed = computed(
    () =>
      (this.q() ?? '') !== '' ||
      this.chosenState() !== null ||
      (this.tag() ?? '') !== '' ||
      this.scope.agentType() !== null,
  );
  protected readonly tally = computed(() => {
    const [shown, all] = [this.rows().length, this.everybody().length];
    return this.words().counted(formatCount(shown), formatCount(all), shown === all);
  });
  /** Of how many agents there are figures, where that is not all. */
  protected readonly withFigures = computed(() => {
    const read = this.all.rows()?.length ?? 0;
    return this.beyond() && !this.all.complete() ? formatCount(Math.max(MOST_AT_ONCE, read)) : '';
  });
  protected readonly badTag = computed(() => (this.tag() ?? '') !== '' && !this.isTag());

  /** Those to compare; they go with the project. */
  protected readonly chosen = linkedSignal<string | undefined, readonly string[]>({
    source: this.scope.project,
    computation: () => [],
  });
  protected readonly announced = signal('');

  constructor() {
    effect(() => {
      const beyond = this.beyond();
      this.allReadAt = Date.now();
      untracked(() => void this.all.read(beyond));
    });
    effect(() => {
      // A new answer of the first page: the others have moved on, too.
      this.feed().data();
      const beyond = untracked(this.beyond);
      if (beyond === undefined || Date.now() - this.allReadAt < ALL_EVERY_MS) return;
      this.allReadAt = Date.now();
      untracked(() => void this.all.read(beyond));
    });
    effect(() => {
      const ids = this.drawn().map(({ agent }) => agent.agentId);
      untracked(() => this.courses.want(ids));
    });
    effect(() => {
      this.q();
      this.sortedBy();
      this.order();
      this.chosenState();
      untracked(() => this.list()?.rewind());
    });
  }

  protected write(queryParams: Record<string, string | null>, replaceUrl = false): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }

  protected typed(event: Event): string | null {
    return (event.target as HTMLInputElement).value || null;
  }

  protected sortBy(sort: AgentSort): void {
    const isSame = sort === this.sortedBy();
    const turned = this.order() === 'asc' ? 'desc' : 'asc';
    const order = isSame ? turned : firstOrder(sort);
    this.write({
      sort: sort === 'name' ? null : sort,
      dir: order === firstOrder(sort) ? null : order,
    });
  }

  protected ariaSort(sort: AgentSort): string {
    if (sort !== this.sortedBy()) return 'none';
    return this.order() === 'asc' ? 'ascending' : 'descending';
  }

  protected clear(): void {
    this.write({ q: null, state: null, tag: null, type: null });
  }

  protected setDensity(density: string): void {
    this.appearance.density.set(density === 'comfortable' ? 'comfortable' : 'compact');
  }

  /** Ids with a comma cannot stand in a list, and no more than fit are compared. */
  protected canChoose({ agentId }: ListedAgent): boolean {
    const chosen = this.chosen();
    return chosen.includes(agentId) || (chosen.length < this.most && canBeListed(agentId));
  }

  protected choose({ agentId }: ListedAgent): void {
    this.chosen.update((chosen) =>
      chosen.includes(agentId) ? chosen.filter((id) => id !== agentId) : [...chosen, agentId],
    );
    const { chosenCount } = this.words();
    this.announced.set(chosenCount(this.chosen().length, this.most));
  }

  protected compare(): void {
    const queryParams = { ...this.scope.linkParams(), agents: this.chosen().join(',') };
    void this.router.navigate([HOME, 'compare'], { queryParams });
  }
}
