import { Service, computed, inject, linkedSignal, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import type { Project, TrendPoint, WindowName } from '@app/contracts';
import { WINDOW_MS } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { DEFAULT_PROJECT, defaultProject } from './default-project';
import { defaultWindow, isYoung, oldestStart } from './default-window';
import { HOME } from './home';
import { parseViewState, viewParams } from './view-state';
import type { ViewState } from './view-state';

/** What the whole page is about: project, time range and agent type, kept in the address. */
@Service()
export class Scope {
  private readonly router = inject(Router);
  private readonly refresh = inject(Refresh);
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

  /** What the default range follows from; not asked where nobody ever reported. */
  private readonly recent = (window: '24h' | '1h', period: string, wanted: () => boolean) =>
    apiFeed<TrendPoint[]>(() => {
      const project = this.project();
      if (project === undefined || this.agentCount() === 0 || !wanted()) return undefined;
      return { path: 'trends', params: { project, window, period } };
    }, Number.POSITIVE_INFINITY);
  private readonly day = this.recent('24h', 'hour', () => true);
  private readonly young = computed(() => {
    const day = this.day.data();
    return day !== undefined && isYoung(day, untracked(this.refresh.now));
  });
  private readonly hour = this.recent('1h', 'minute', () => this.young());

  /** Start of the oldest execution of the day; undefined while unknown. */
  private readonly oldestMs = computed(() => {
    const [day, hour] = [this.day.data(), this.hour.data()];
    if (this.agentCount() === 0 || this.day.problem() !== undefined) return null;
    if (day === undefined) return undefined;
    const waiting = this.young() && hour === undefined && this.hour.problem() === undefined;
    return waiting ? undefined : oldestStart(day, hour);
  });
  private readonly defaultWindow = computed(() => {
    const oldest = this.oldestMs();
    return oldest === undefined ? undefined : defaultWindow(oldest, this.refresh.now());
  });

  /** The time range; undefined only until the default is known. */
  readonly window = computed(() => this.parsed().state.window ?? this.defaultWindow());
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
      `There is no project “${state.project ?? ''}”; showing ${this.project() ?? '…'}.`,
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
    // What follows when nothing is chosen may change later: only the plain default goes without.
    const isPlain = project === DEFAULT_PROJECT && project === this.fallback();
    const named = isPlain ? null : project;
    // Agents belong to a project: a page about one, or a choice of some, ends with it.
    const page = this.address().includes(`${HOME}/agents/`) ? [HOME] : [];
    this.write({ project: named, agentType: null }, page, { agents: null });
  }

  chooseWindow(window: WindowName): void {
    const isDefault = this.defaultWindow() === window;
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
