import { Component, computed, inject, signal } from '@angular/core';
import { NavigationEnd, Router, RouterLink, RouterLinkActive } from '@angular/router';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { Status } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { OpenAlerts } from '../fleet/open-alerts';
import { formatCompact } from '../format/format';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Icon } from '../ui/icon';
import type { IconName } from '../ui/icon';
import { Picker } from '../ui/picker';

const PAGES: readonly { path: string; label: string; icon: IconName }[] = [
  { path: HOME, label: 'Overview', icon: 'overview' },
  { path: `${HOME}/compare`, label: 'Compare', icon: 'compare' },
  { path: `${HOME}/tasks`, label: 'Tasks', icon: 'table' },
  { path: `${HOME}/alerts`, label: 'Alerts', icon: 'alerts' },
  { path: `${HOME}/benchmarks`, label: 'Benchmarks', icon: 'benchmarks' },
  { path: `${HOME}/dashboards`, label: 'Dashboards', icon: 'cards' },
  { path: `${HOME}/status`, label: 'Status', icon: 'status' },
  { path: `${HOME}/settings`, label: 'Settings', icon: 'settings' },
];

@Component({
  selector: 'apt-sidebar',
  imports: [RouterLink, RouterLinkActive, Icon, Picker],
  templateUrl: './sidebar.html',
  styleUrl: './sidebar.css',
  host: { '(keydown.escape)': 'open.set(false)' },
})
export class Sidebar {
  protected readonly scope = inject(Scope);
  protected readonly alerts = inject(OpenAlerts);
  protected readonly home = HOME;
  protected readonly pages = PAGES;
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

  private readonly status = apiFeed<Status>(() => ({ path: 'status' }), 10_000);

  protected readonly ingest = computed(() => {
    const problem = this.status.problem();
    if (problem !== undefined) {
      const away = problem.code === 'unreachable';
      return { tone: 'bad', text: away ? 'Tracker unreachable' : 'Tracker not ready' };
    }
    const status = this.status.data();
    if (status === undefined) return { tone: 'muted', text: 'Connecting' };
    const { queuedRecords, accepted } = status.ingest;
    if (queuedRecords > 10_000)
      return { tone: 'warn', text: `${formatCompact(queuedRecords)} queued` };
    return { tone: 'good', text: `Ingest ok · ${formatCompact(accepted)} records` };
  });

  protected readonly version = computed(() => {
    const status = this.status.data();
    if (status === undefined) return '';
    const lag = status.aggregation.dirtyBuckets;
    return `v${status.version} · ${lag === 0 ? 'rollups current' : `${formatCompact(lag)} to roll up`}`;
  });

  constructor() {
    inject(Router)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        if (event instanceof NavigationEnd) this.open.set(false);
      });
  }
}
