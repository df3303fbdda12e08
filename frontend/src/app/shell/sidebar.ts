import { Component, computed, inject, signal } from '@angular/core';
import { NavigationEnd, Router, RouterLink, RouterLinkActive } from '@angular/router';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { AlertStats, Status } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { formatCompact } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Appearance } from '../theme/appearance';
import { ThemeToggle } from '../theme/theme-toggle';
import { Icon } from '../ui/icon';
import { Logo } from '../ui/logo';
import { Picker } from '../ui/picker';
import { Tooltip } from '../ui/tooltip';
import { Kiosk } from './kiosk';
import { PAGES, PAGE_GROUPS } from './pages';
import type { PageEntry } from './pages';
import { Panes } from './panes';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** On a phone these are always in reach. */
const IN_BAR = ['overview', 'alerts', 'tasks', 'compare'] as const;

@Component({
  selector: 'apt-sidebar',
  imports: [RouterLink, RouterLinkActive, Icon, Logo, Picker, ThemeToggle, Tooltip],
  templateUrl: './sidebar.html',
  styleUrl: './sidebar.css',
  host: { '(keydown.escape)': 'open.set(false)' },
})
export class Sidebar {
  protected readonly scope = inject(Scope);
  protected readonly appearance = inject(Appearance);
  protected readonly kiosk = inject(Kiosk);
  protected readonly panes = inject(Panes);
  protected readonly words = words({ en: shellEn, de: shellDe });
  protected readonly home = HOME;
  protected readonly count = formatCompact;
  protected readonly commandKey = computed(() =>
    navigator.userAgent.includes('Mac') ? '⌘K' : `${this.words().keys.control} K`,
  );
  private readonly routes = inject(Router).config;
  protected readonly groups = PAGE_GROUPS.map((group) => ({
    ...group,
    pages: group.pages.filter((page) => this.exists(page)),
  }));
  protected readonly bar = PAGES.filter(({ name }) => IN_BAR.some((one) => one === name));
  protected readonly open = signal(false);

  protected readonly projects = computed(() => {
    const known = this.scope.projects.data() ?? [];
    const options = known.map(({ slug, name }) => ({ value: slug, label: name || slug }));
    const shown = this.scope.project() ?? '';
    // The shown one is always offered, also before the list is there.
    return options.some((option) => option.value === shown)
      ? options
      : [{ value: shown, label: shown || '…' }, ...options];
  });

  private readonly stats = apiFeed<AlertStats>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'alerts/stats', params: { project } };
  });
  /** Fired and not resolved, also those that somebody looks after. */
  protected readonly openAlerts = computed(() => {
    const open = this.stats.data()?.open;
    return open === undefined ? 0 : open.firing + open.acknowledged;
  });

  private readonly status = apiFeed<Status>(() => ({ path: 'status' }), 10_000);

  protected readonly ingest = computed(() => {
    const problem = this.status.problem();
    const said = this.words().ingest;
    if (problem !== undefined) {
      const away = problem.code === 'unreachable';
      return { tone: 'bad', text: away ? said.unreachable : said.notReady };
    }
    const status = this.status.data();
    if (status === undefined) return { tone: 'muted', text: said.connecting };
    const { queuedRecords, accepted } = status.ingest;
    if (queuedRecords > 10_000)
      return { tone: 'warn', text: said.queued(formatCompact(queuedRecords)) };
    return { tone: 'good', text: said.fine(formatCompact(accepted)) };
  });

  protected readonly version = computed(() => {
    const status = this.status.data();
    if (status === undefined) return '';
    const lag = status.aggregation.dirtyBuckets;
    const { current, behind } = this.words().ingest;
    return `v${status.version} · ${lag === 0 ? current : behind(formatCompact(lag))}`;
  });

  constructor() {
    inject(Router)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        if (event instanceof NavigationEnd) this.open.set(false);
      });
  }

  private exists({ path }: PageEntry): boolean {
    const below = this.routes.find((route) => `/${route.path ?? ''}` === HOME)?.children ?? [];
    return below.some((route) => route.path === path);
  }
}
