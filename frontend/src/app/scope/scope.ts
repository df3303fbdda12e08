import { Service, computed, effect, inject, linkedSignal, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import type { Project, TrendPoint, WindowName } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import type { RefreshRate } from '../api/refresh';
import { displayBy } from '../format/display';
import { LanguageChoice, words } from '../i18n/language';
import { DAY_MS, absolute, periodFor, quickRange, shifted, spanOf, zoomedOut } from '../time/range';
import { asWindow, reachesNow } from '../time/range';
import type { Span, TimeRange } from '../time/range';
import { browserZone } from '../time/zone';
import { DEFAULT_PROJECT, defaultProject } from './default-project';
import { defaultWindow, isYoung, oldestStart } from './default-window';
import { HOME } from './home';
import { rangeParams, windowAround } from './range-params';
import { parseViewState, viewParams } from './view-state';
import type { ViewState } from './view-state';
import { Viewport } from './viewport';
import { scopeDe } from './words.de';
import { scopeEn } from './words.en';

/** Ranges that one can go back to. */
const MOST_PREVIOUS = 50;

/** What the whole page is about: project, time range and agent type, kept in the address. */
@Service()
export class Scope {
  private readonly router = inject(Router);
  private readonly refresh = inject(Refresh);
  private readonly viewport = inject(Viewport);
  private readonly words = words({ en: scopeEn, de: scopeDe });
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
  readonly range = computed<TimeRange | undefined>(
    () => {
      const chosen = this.parsed().state.range;
      const window = chosen === null ? this.defaultWindow() : undefined;
      return chosen ?? (window && quickRange(window));
    },
    { equal: sameRange },
  );
  /** IANA name; null: the browser's. */
  readonly zoneChoice = computed(() => this.parsed().state.timeZone);
  /** The zone whose clocks the page shows, an IANA name. */
  readonly timeZone = computed(() => this.zoneChoice() ?? browserZone());

  /** The range as of now; undefined only until the default is known. */
  readonly span = computed<Span | undefined>(() => {
    const range = this.range();
    if (range === undefined) return undefined;
    const span = spanOf(range, this.refresh.now(), this.timeZone());
    return typeof span === 'object' ? span : undefined;
  });
  /** The width of the buckets of charts over the range. */
  readonly period = computed(() => {
    const span = this.span();
    return span && periodFor(span, this.viewport.width());
  });

  /** The range as questions to the tracker take it: spread it into their parameters. */
  readonly rangeParams = computed(() => {
    const range = this.range();
    return range && rangeParams(range, this.timeZone());
  });
  /** The same for trends, with the width of buckets and whose calendar they follow. */
  readonly trendParams = computed(() => {
    const [range, period] = [this.rangeParams(), this.period()];
    return range && period && { ...range, period, tz: this.timeZone() };
  });

  /** The trailing window that holds the range, for what knows no other ranges. */
  readonly window = computed<WindowName | undefined>(() => {
    const [range, span] = [this.range(), this.span()];
    return range && (asWindow(range) ?? (span && windowAround(span)));
  });
  /** Null: all types. */
  readonly agentType = computed(() => this.parsed().state.agentType);

  /** How often figures over the range are worth reading again, milliseconds. */
  readonly paceMs = (): number => {
    const [range, span] = [this.range(), this.span()];
    if (range === undefined || span === undefined) return 0;
    // What is over changes only by latecomers.
    if (!reachesNow(range, Date.now(), this.timeZone())) return 60_000;
    return span.toMs - span.fromMs > DAY_MS ? 15_000 : 0;
  };

  /** What could not be used of the address, for the reader. */
  readonly notices = computed(() => {
    const { notices, state } = this.parsed();
    const { notice } = this.words();
    const said = notices.map(({ about, value }) => notice[about](value));
    if (this.known()) return said;
    return [...said, notice.unknownProject(state.project ?? '', this.project() ?? '…')];
  });

  /** Parameters that a link to another page carries along. */
  readonly linkParams = computed<Record<string, string>>(() => {
    const given = Object.entries(viewParams(this.parsed().state));
    return Object.fromEntries(
      given.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    );
  });

  /** Ranges that were shown before this one, newest last. */
  private readonly earlier = signal<readonly (TimeRange | null)[]>([]);
  /** Whether there is a range to go {@link back} to. */
  readonly canGoBack = computed(() => this.earlier().length > 0);
  private goingBack = false;
  /** Whether the page has arrived at its first address. */
  private isOpen = false;

  constructor() {
    const { language } = inject(LanguageChoice);
    displayBy(() => ({ language: language(), timeZone: this.timeZone() }));
    effect(() => this.refresh.rate.set(this.parsed().state.refresh ?? 'live'));
    this.router.events.pipe(takeUntilDestroyed()).subscribe((event) => {
      if (event instanceof NavigationEnd) this.follow(event.urlAfterRedirects);
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

  chooseRange(range: TimeRange): void {
    const window = this.defaultWindow();
    const isDefault = window !== undefined && sameRange(range, quickRange(window));
    this.write({ range: isDefault ? null : range });
  }

  /** Shows this stretch, and stands still. */
  zoomTo(span: Span): void {
    this.chooseRange(absolute(span));
  }

  /** Twice as long around the same middle. */
  zoomOut(): void {
    const span = this.span();
    if (span) this.zoomTo(zoomedOut(span, Date.now()));
  }

  /** Half its length to the left or to the right. */
  shift(direction: -1 | 1): void {
    const span = this.span();
    if (span) this.zoomTo(shifted(span, direction, Date.now()));
  }

  /** The range that was shown before. */
  back(): void {
    const range = this.earlier().at(-1);
    if (range === undefined) return;
    this.earlier.update((ranges) => ranges.slice(0, -1));
    this.goingBack = true;
    this.write({ range });
  }

  /** @param timeZone IANA name; null: the browser's */
  chooseZone(timeZone: string | null): void {
    this.write({ timeZone: timeZone === browserZone() ? null : timeZone });
  }

  chooseRefresh(refresh: RefreshRate): void {
    this.write({ refresh });
  }

  chooseWindow(window: WindowName): void {
    this.chooseRange(quickRange(window));
  }

  chooseType(agentType: string | null): void {
    this.write({ agentType });
  }

  private follow(address: string): void {
    const [before, wasOpen] = [this.parsed().state.range, this.isOpen];
    this.isOpen = true;
    this.address.set(address);
    const changed = !sameRange(before ?? undefined, this.parsed().state.range ?? undefined);
    if (changed && wasOpen && !this.goingBack) {
      this.earlier.update((ranges) => [...ranges, before].slice(-MOST_PREVIOUS));
    }
    this.goingBack = false;
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

function sameRange(a: TimeRange | undefined, b: TimeRange | undefined): boolean {
  return a?.from === b?.from && a?.to === b?.to;
}
