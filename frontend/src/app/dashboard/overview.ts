import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type {
  AlertRule,
  Benchmark,
  CompareRow,
  RunningExecution,
  TrendPoint,
} from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { MOST_ON_RADAR } from '../charts/radar.options';
import type { Limit } from '../charts/time-axis';
import { alertEpisodes } from '../fleet/alert-episodes';
import { expectedDurationMs } from '../fleet/expected-duration';
import { Fleet, canBeListed } from '../fleet/fleet';
import { OpenAlerts } from '../fleet/open-alerts';
import { formatDuration, formatType } from '../format/format';
import { words } from '../i18n/language';
import { ActivityPanel } from '../panels/activity-panel';
import { AlertList } from '../panels/alert-list';
import { ComparePanels } from '../panels/compare-panels';
import { ComplexityPanel } from '../panels/complexity-panel';
import { KpiStrip } from '../panels/kpi-strip';
import type { Total } from '../panels/kpi-strip';
import { LivePanel } from '../panels/live-panel';
import { RunningPanel } from '../panels/running-panel';
import { ExecutionTimePanel, ResourcesPanel, SuccessRatePanel } from '../panels/trend-panels';
import { WindowEmpty } from '../panels/window-empty';
import { panelsDe } from '../panels/words.de';
import { panelsEn } from '../panels/words.en';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { ViewsMenu } from '../views/views-menu';
import { AgentsPanel } from './agents-panel';
import { Onboarding } from './onboarding';
import { overviewDe } from './words.de';
import { overviewEn } from './words.en';

const SHOWN_ALERTS = 4;

@Component({
  selector: 'apt-overview',
  imports: [
    RouterLink,
    PageHeader,
    ViewsMenu,
    KpiStrip,
    ExecutionTimePanel,
    SuccessRatePanel,
    ResourcesPanel,
    ComplexityPanel,
    Panel,
    AlertList,
    AgentsPanel,
    ActivityPanel,
    RunningPanel,
    LivePanel,
    ComparePanels,
    WindowEmpty,
    Onboarding,
  ],
  templateUrl: './overview.html',
  styleUrl: './overview.css',
})
export class Overview {
  protected readonly scope = inject(Scope);
  protected readonly fleet = inject(Fleet);
  protected readonly refresh = inject(Refresh);
  protected readonly alerts = inject(OpenAlerts);
  protected readonly home = HOME;
  protected readonly words = words({ en: overviewEn, de: overviewDe });
  private readonly trendWords = words({ en: panelsEn.trend, de: panelsDe.trend });

  /** What every question is about; undefined until it is known. */
  private readonly about = computed(() => {
    const [project, range] = [this.scope.project(), this.scope.rangeParams()];
    if (project === undefined || range === undefined) return undefined;
    return { project, ...range, agentType: this.scope.agentType() };
  });

  protected readonly total = apiFeed<Total>(() => {
    const params = this.about();
    return params && { path: 'summary/total', params };
  }, this.scope.paceMs);

  protected readonly trends = apiFeed<TrendPoint[]>(() => {
    const [about, range] = [this.about(), this.scope.trendParams()];
    return about && range && { path: 'trends', params: { ...about, ...range } };
  }, this.scope.paceMs);

  protected readonly runningFeed = apiFeed<RunningExecution[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'executions/running', params: { project } };
  });
  protected readonly running = computed(() => {
    const type = this.scope.agentType();
    const runs = this.runningFeed.data() ?? [];
    return type === null ? runs : runs.filter((run) => run.agentType === type);
  });

  private readonly benchmarks = apiFeed<Benchmark[]>(() => {
    const about = this.about();
    if (about === undefined || about.agentType === null) return undefined;
    return { path: 'benchmarks', params: { project: about.project } };
  }, 30_000);

  protected readonly expected = computed(() => {
    const type = this.scope.agentType();
    const [benchmarks, total] = [this.benchmarks.data(), this.total.data()];
    if (type === null || benchmarks === undefined || total === undefined) return null;
    const ms = expectedDurationMs(benchmarks, type, total.complexity);
    return ms === null ? null : { ms, label: this.trendWords().benchmark(formatDuration(ms)) };
  });

  private readonly rules = apiFeed<AlertRule[]>(() => {
    const project = this.scope.project();
    if (project === undefined || this.expected() === null) return undefined;
    return { path: 'alerts/rules', params: { project } };
  }, 60_000);
  /** From which durations on alerts fire: factors of what is expected. */
  protected readonly limits = computed<Limit[]>(() => {
    const expected = this.expected();
    const rule = this.rules.data()?.find(({ id }) => id === 'slow_execution');
    if (expected === null || !rule?.enabled) return [];
    const { warnLimit, criticalLimit } = this.trendWords();
    return [
      { tone: 'warning' as const, factor: rule.warning, label: warnLimit },
      { tone: 'critical' as const, factor: rule.critical, label: criticalLimit },
    ].flatMap(({ tone, factor, label }) => {
      if (factor === null) return [];
      const value = factor * expected.ms;
      return [{ id: `limit-${tone}`, value, label: label(formatDuration(value)), tone }];
    });
  });
  protected readonly episodes = alertEpisodes(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { project, agentType: this.scope.agentType() };
  });

  private readonly best = computed(
    () =>
      (this.fleet.rows() ?? [])
        .filter((row) => row.total > 0 && canBeListed(row.agentId))
        .toSorted((a, b) => (b.reliability ?? -1) - (a.reliability ?? -1))
        .slice(0, MOST_ON_RADAR)
        .map((row) => row.agentId)
        .sort(),
    { equal: (a, b) => a.join() === b.join() },
  );
  protected readonly comparable = computed(() => this.best().length > 1);
  protected readonly compare = apiFeed<CompareRow[]>(() => {
    const about = this.about();
    if (about === undefined || !this.comparable()) return undefined;
    const { agentType: _type, ...params } = about;
    return { path: 'compare', params: { ...params, agentIds: this.best().join(',') } };
  }, 10_000);

  protected readonly noAgents = computed(() => this.scope.agentCount() === 0);
  protected readonly noTasks = computed(() => {
    const total = this.total.data();
    return total !== undefined && total.total === 0 && !this.total.outdated();
  });
  protected readonly firstAlerts = computed(
    () => this.alerts.shown()?.slice(0, SHOWN_ALERTS) ?? [],
  );
  protected readonly caption = computed(() => {
    const type = this.scope.agentType();
    return type === null ? this.words().ofAll : this.words().ofType(formatType(type));
  });
}
