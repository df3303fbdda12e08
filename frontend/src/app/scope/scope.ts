import { Service, computed, inject, linkedSignal, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import type { Project, TrendPoint, WindowName } from '@app/contracts';
import { WINDOW_MS } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { DEFAULT_PROJECT, defaultProject } from './default-project';
import { defaultWindow } from './default-window';
import { HOME } from './home';
import { parseViewState, viewParams } from './view-state';
import type { ViewState } from './view-state';

/** What the whole page is about: project, time range and agent type, kept in the address. */
@Service()
export class Scope {
  private readonly router = inject(Router);
  private readonly address = signal(this.router.url);

  private readonly parsed = computed(() => {
    const params = this.router.parseUrl(this.address()).queryParamMap;
    return parseViewState((name) => params.get(name));
  });

  readonly projects = apiFeed<Project[]>(() => ({ path: 'projects' }));

  /** The project to use where the address names none; undefined until the list is known. */
  private readonly fallback = linkedSignal<Project[] | undefined, string | undefined>({
    source: () => this.projects.data() ?? (this.projects.problem() ? [] : undefined),
    computation: (projects, before) => projects && defaultProject(projects, before?.value),
  });

  private readonly known = computed(() => {
    const named = this.parsed().state.project;
    const projects = this.projects.data();
    if (named === null || projects === undefined || named === DEFAULT_PROJECT) return true;
    return projects.some((project) => project.slug === named);
  });

  /** Slug; undefined only until the first list of projects is there. */
  readonly project = computed(() => {
    const named = this.parsed().state.project;
    return named !== null && this.known() ? named : this.fallback();
  });

  /** Number of agents that ever reported to the project; undefined while unknown. */
  readonly agentCount = computed(() => {
    const projects = this.projects.data();
    return projects && (projects.find((p) => p.slug === this.project())?.agentCount ?? 0);
  });

  private readonly day = apiFeed<TrendPoint[]>(() => {
    const project = this.project();
    if (project === undefined || this.parsed().state.window !== null) return undefined;
    return { path: 'trends', params: { project, window: '24h', period: 'hour' } };
  }, Number.POSITIVE_INFINITY);

  /** Settled once per project: a range that changes by itself would move the page. */
  private readonly defaultWindow = linkedSignal<
    { project?: string; day?: TrendPoint[]; failed: boolean },
    { project?: string; window?: WindowName }
  >({
    source: () => ({
      project: this.project(),
      day: this.day.data(),
      failed: this.day.problem() !== undefined,
    }),
    computation: ({ project, day, failed }, before) => {
      if (before?.value.window !== undefined && before.value.project === project)
        return before.value;
      if (day === undefined) return failed ? { project, window: '24h' } : { project };
      return { project, window: defaultWindow(day, Date.now()) };
    },
  });

  /** The time range; undefined only until the default is known. */
  readonly window = computed(() => this.parsed().state.window ?? this.defaultWindow().window);
  /** Null: all types. */
  readonly agentType = computed(() => this.parsed().state.agentType);

  /** How often figures over the window are worth reading again, milliseconds. */
  readonly paceMs = (): number =>
    WINDOW_MS[this.window() ?? '24h'] > WINDOW_MS['24h'] ? 15_000 : 0;

  /** What could not be used of the address, for the reader. */
  readonly notices = computed(() => {
    const { notices, state } = this.parsed();
    if (this.known()) return notices;
    return [
      ...notices,
      `There is no project “${state.project}”; showing ${this.project() ?? '…'}.`,
    ];
  });

  /** Parameters that a link to another page carries along. */
  readonly linkParams = computed(() => {
    const { project, window, agentType } = this.parsed().state;
    const given = Object.entries(viewParams({ project, window, agentType }));
    return Object.fromEntries(given.filter(([, value]) => value !== null));
  });

  constructor() {
    this.router.events.pipe(takeUntilDestroyed()).subscribe((event) => {
      if (event instanceof NavigationEnd) this.address.set(event.urlAfterRedirects);
    });
  }

  chooseProject(project: string): void {
    const named = project === this.fallback() ? null : project;
    // Agents belong to a project: a page about one, or a choice of some, ends with it.
    const page = this.address().includes(`${HOME}/agents/`) ? [HOME] : [];
    this.write({ project: named, agentType: null }, page, { agents: null });
  }

  chooseWindow(window: WindowName): void {
    const isDefault = this.defaultWindow().window === window;
    this.write({ window: isDefault ? null : window });
  }

  chooseType(agentType: string | null): void {
    this.write({ agentType });
  }

  private write(
    change: Partial<ViewState>,
    page: string[] = [],
    others: Record<string, null> = {},
  ): void {
    const state = { ...this.parsed().state, ...change };
    void this.router.navigate(page, {
      queryParams: { ...viewParams(state), ...others },
      queryParamsHandling: 'merge',
    });
  }
}
