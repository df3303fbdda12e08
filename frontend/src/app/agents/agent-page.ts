import { Component, computed, effect, inject, input } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { RouterLink } from '@angular/router';
import type {
  AgentBreakdown,
  Alert,
  Benchmark,
  Execution,
  RunningExecution,
  SummaryRow,
  TrendPoint,
} from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { expectedDurationMs } from '../fleet/expected-duration';
import { OpenAlerts } from '../fleet/open-alerts';
import { formatDuration, formatType } from '../format/format';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { AlertList } from '../panels/alert-list';
import { ComplexityPanel } from '../panels/complexity-panel';
import { KpiStrip } from '../panels/kpi-strip';
import type { PanelSpec } from '../panels/panel-spec';
import { PanelView } from '../panels/panel-view';
import { ExecutionTimePanel, ResourcesPanel, SuccessRatePanel } from '../panels/trend-panels';
import { WindowEmpty } from '../panels/window-empty';
import { ReportButton } from '../report/report-button';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Empty } from '../ui/empty';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { FailureTable, LevelTable, ResourceTable, VersionTable } from './breakdown-tables';
import { ExecutionTable } from './execution-table';
import { agentsDe } from './words.de';
import { agentsEn } from './words.en';

const SHOWN_EXECUTIONS = 50;
const SHOWN_ALERTS = 50;

export const AGENT_TABS = [
  'overview',
  'failures',
  'resources',
  'versions',
  'alerts',
  'tasks',
] as const;
export type AgentTab = (typeof AGENT_TABS)[number];

@Component({
  selector: 'apt-agent-page',
  imports: [
    RouterLink,
    PageHeader,
    Empty,
    Icon,
    AgentSwatch,
    KpiStrip,
    ExecutionTimePanel,
    SuccessRatePanel,
    ResourcesPanel,
    ComplexityPanel,
    WindowEmpty,
    Panel,
    AlertList,
    ExecutionTable,
    PanelView,
    ReportButton,
    LevelTable,
    FailureTable,
    ResourceTable,
    VersionTable,
  ],
  templateUrl: './agent-page.html',
  styleUrl: './agent-page.css',
})
export class AgentPage {
  /** From the address. */
  readonly id = input.required<string>();
  /** Also from the address; what is none is the first. */
  readonly tab = input<string>();

  protected readonly scope = inject(Scope);
  protected readonly refresh = inject(Refresh);
  private readonly open = inject(OpenAlerts);
  private readonly title = inject(Title);
  protected readonly home = HOME;
  protected readonly words = words({ en: agentsEn, de: agentsDe });
  protected readonly tabs = AGENT_TABS;
  protected readonly shown = computed<AgentTab>(
    () => AGENT_TABS.find((one) => one === this.tab()) ?? 'overview',
  );

  private readonly about = computed(() => {
    const [project, range] = [this.scope.project(), this.scope.rangeParams()];
    return project === undefined || range === undefined ? undefined : { project, ...range };
  });

  /** The figures over the window. */
  protected readonly summary = apiFeed<SummaryRow>(() => {
    const params = this.about();
    return params && { path: `agents/${encodeURIComponent(this.id())}`, params };
  }, this.scope.paceMs);
  protected readonly row = this.summary.data;

  protected readonly trends = apiFeed<TrendPoint[]>(() => {
    const [about, range] = [this.about(), this.scope.trendParams()];
    const agentId = this.id();
    return about && range && { path: 'trends', params: { ...about, ...range, agentId } };
  }, this.scope.paceMs);

  protected readonly executions = apiFeed<Execution[]>(() => {
    const params = this.about();
    const agentId = this.id();
    return params && { path: 'metrics', params: { ...params, agentId, limit: SHOWN_EXECUTIONS } };
  });

  /** Cut several ways; from single executions, so read less often. */
  protected readonly breakdown = apiFeed<AgentBreakdown>(() => {
    const about = this.about();
    if (about === undefined || ['alerts', 'tasks'].includes(this.shown())) return undefined;
    const path = `agents/${encodeURIComponent(this.id())}/breakdown`;
    return { path, params: { ...about, tz: this.scope.timeZone() } };
  }, 15_000);
  protected readonly failed = computed(() =>
    (this.breakdown.data()?.failures ?? []).reduce((sum, { count }) => sum + count, 0),
  );

  protected readonly pastAlerts = apiFeed<Alert[]>(() => {
    const project = this.scope.project();
    if (project === undefined || this.shown() !== 'alerts') return undefined;
    const params = { project, agentId: this.id(), state: 'all', limit: SHOWN_ALERTS };
    return { path: 'alerts', params };
  }, 5000);

  private readonly runningFeed = apiFeed<RunningExecution[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'executions/running', params: { project } };
  });
  protected readonly running = computed(() =>
    (this.runningFeed.data() ?? []).filter((run) => run.agentId === this.id()),
  );

  private readonly benchmarks = apiFeed<Benchmark[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'benchmarks', params: { project } };
  }, 30_000);
  protected readonly expected = computed(() => {
    const [row, benchmarks] = [this.row(), this.benchmarks.data()];
    if (row === undefined || benchmarks === undefined) return null;
    const ms = expectedDurationMs(benchmarks, row.agentType, row.complexity);
    return ms === null ? null : { ms, label: this.words().benchmark(formatDuration(ms)) };
  });

  protected readonly alerts = computed(() =>
    (this.open.all() ?? []).filter((alert) => alert.agentId === this.id()),
  );

  private readonly newest = computed(() => this.executions.data()?.[0]);
  protected readonly name = computed(
    () => this.row()?.agentName || this.newest()?.agentName || this.id(),
  );
  protected readonly subtitle = computed(() => {
    const type = this.row()?.agentType ?? this.newest()?.agentType;
    const version = this.newest()?.agentVersion;
    return [type && formatType(type), version && this.words().version(version), this.id()]
      .filter(Boolean)
      .join(' · ');
  });
  protected readonly activity = computed<PanelSpec>(() => ({
    kind: 'heatmap',
    title: '',
    metrics: ['tasks'],
    by: 'none',
    agentIds: [this.id()],
    agentType: null,
    complexity: null,
  }));
  protected readonly tasksLink = computed(() => ({
    ...this.scope.linkParams(),
    type: null,
    agent: this.id(),
  }));
  protected readonly noTasks = computed(() => this.row()?.total === 0 && !this.summary.outdated());
  protected readonly unknown = computed(() => this.summary.problem()?.code === 'unknown-agent');

  constructor() {
    effect(() => this.title.setTitle(`${this.name()} · Agent Performance`));
  }
}
