import { Component, computed, effect, inject, input } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { RouterLink } from '@angular/router';
import type {
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
import { AgentSwatch } from '../panels/agent-swatch';
import { AlertList } from '../panels/alert-list';
import { ComplexityPanel } from '../panels/complexity-panel';
import { KpiStrip } from '../panels/kpi-strip';
import { ExecutionTimePanel, ResourcesPanel, SuccessRatePanel } from '../panels/trend-panels';
import { WindowEmpty } from '../panels/window-empty';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { ExecutionTable } from './execution-table';

const SHOWN_EXECUTIONS = 25;

@Component({
  selector: 'apt-agent-page',
  imports: [
    RouterLink,
    PageHeader,
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
  ],
  templateUrl: './agent-page.html',
  styleUrl: './agent-page.css',
})
export class AgentPage {
  /** From the address. */
  readonly id = input.required<string>();

  protected readonly scope = inject(Scope);
  protected readonly refresh = inject(Refresh);
  private readonly open = inject(OpenAlerts);
  private readonly title = inject(Title);
  protected readonly home = HOME;

  private readonly about = computed(() => {
    const [project, window] = [this.scope.project(), this.scope.window()];
    if (project === undefined || window === undefined) return undefined;
    return { project, window, agentId: this.id() };
  });

  /** The figures over the window. */
  protected readonly summary = apiFeed<SummaryRow>(() => {
    const about = this.about();
    if (about === undefined) return undefined;
    const { project, window, agentId } = about;
    return { path: `agents/${encodeURIComponent(agentId)}`, params: { project, window } };
  }, this.scope.paceMs);
  protected readonly row = this.summary.data;

  protected readonly trends = apiFeed<TrendPoint[]>(() => {
    const params = this.about();
    return params && { path: 'trends', params };
  }, this.scope.paceMs);

  protected readonly executions = apiFeed<Execution[]>(() => {
    const params = this.about();
    return params && { path: 'metrics', params: { ...params, limit: SHOWN_EXECUTIONS } };
  });

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
    return ms === null ? null : { ms, label: `benchmark ${formatDuration(ms)}` };
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
    return [type && formatType(type), version && `version ${version}`, this.id()]
      .filter(Boolean)
      .join(' · ');
  });
  protected readonly noTasks = computed(() => this.row()?.total === 0 && !this.summary.outdated());
  protected readonly unknown = computed(() => this.summary.problem()?.code === 'unknown-agent');

  constructor() {
    effect(() => this.title.setTitle(`${this.name()} · Agent Performance`));
  }
}
