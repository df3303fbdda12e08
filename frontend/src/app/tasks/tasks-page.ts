import { Component, computed, effect, inject, signal, untracked, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, convertToParamMap } from '@angular/router';
import type { Execution, RunningExecution } from '@app/contracts';
import { apiFeed, apiUrl, givenParams } from '../api/api-feed';
import type { ApiRequest } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import { Chart } from '../charts/chart';
import { formatCount, formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { WindowEmpty } from '../panels/window-empty';
import { Kept, oldestKeptMs } from '../scope/kept';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Theme } from '../theme/theme';
import { Empty } from '../ui/empty';
import { Note } from '../ui/note';
import { Panel } from '../ui/panel';
import { ProblemNote } from '../ui/problem-note';
import { Tabs } from '../ui/tabs';
import { Toggle } from '../ui/toggle';
import { ViewsMenu } from '../views/views-menu';
import { parseLayout } from './columns';
import type { TableLayout } from './columns';
import { ExecutionDrawer } from './execution-drawer';
import { RunningTable } from './running-table';
import { TableMenu } from './table-menu';
import { TaskFilters } from './task-filters';
import { TaskList } from './task-list';
import { NO_FILTERS, TASK_PARAMS, filterParams, isFiltered, parseTaskQuery } from './task-query';
import type { TaskSort } from './task-query';
import { TaskTable } from './task-table';
import { durationScatter, errorBars } from './tasks.options';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

const LAYOUT_KEY = 'apt-task-table';
/** Points of the chart: what a canvas draws at once, and an eye can tell apart. */
const CHARTED = 3000;

/** Single executions: a table or a chart of whatever the address asks for. */
@Component({
  selector: 'apt-tasks-page',
  imports: [
    PageHeader,
    Empty,
    Note,
    Panel,
    ProblemNote,
    Tabs,
    Toggle,
    Chart,
    WindowEmpty,
    TaskFilters,
    TaskTable,
    TableMenu,
    RunningTable,
    ExecutionDrawer,
    ViewsMenu,
  ],
  providers: [TaskList],
  templateUrl: './tasks-page.html',
  styleUrl: './tasks-page.css',
})
export class TasksPage {
  protected readonly scope = inject(Scope);
  protected readonly list = inject(TaskList);
  private readonly kept = inject(Kept);
  private readonly refresh = inject(Refresh);
  private readonly router = inject(Router);
  private readonly theme = inject(Theme);
  private readonly table = viewChild(TaskTable);
  protected readonly words = words({ en: tasksEn, de: tasksDe });

  private readonly address = toSignal(inject(ActivatedRoute).queryParamMap, {
    initialValue: convertToParamMap({}),
  });
  protected readonly query = computed(() => parseTaskQuery((name) => this.address().get(name)));
  protected readonly execution = computed(() => this.address().get('execution'));
  protected readonly startedAt = computed(() => this.address().get('at'));
  protected readonly typedEnds = computed(() => ({
    min: this.address().get(TASK_PARAMS.minMs) ?? '',
    max: this.address().get(TASK_PARAMS.maxMs) ?? '',
  }));
  protected readonly known = computed(() => {
    const id = this.execution();
    return this.list.rows().find((run) => run.executionId === id);
  });

  /** Said where the range, chosen elsewhere, begins before there is anything. */
  protected readonly notAll = computed(() => {
    const [span, days] = [this.scope.span(), this.kept.times()?.rawDays];
    if (span === undefined || days === undefined) return '';
    const oldestMs = oldestKeptMs(days, Date.now());
    return span.fromMs < oldestMs ? this.words().notAll(formatInstant(oldestMs)) : '';
  });

  /** The question; undefined until project and range are known. */
  private readonly params = computed<ApiRequest['params']>(() => {
    const [project, range] = [this.scope.project(), this.scope.rangeParams()];
    if (project === undefined || range === undefined) return undefined;
    const query = this.query();
    const order = { sort: query.sort, order: query.order };
    return {
      project,
      ...range,
      agentType: this.scope.agentType(),
      ...filterParams(query),
      ...order,
    };
  });
  private readonly question = computed(() => JSON.stringify(this.params()));
  protected readonly narrowed = computed(
    () => isFiltered(this.query()) || this.scope.agentType() !== null,
  );
  private readonly isAtTop = signal(true);

  protected readonly layout = signal<TableLayout>(parseLayout(stored(LAYOUT_KEY)));
  protected readonly files = computed(() => {
    const params = this.params();
    // Which instants a moving range means is worked out when the list is read.
    this.list.rows();
    return ['csv', 'ndjson'].map((format) => {
      const given = Object.entries(givenParams({ ...params, format }));
      const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
      return { format: format.toUpperCase(), href: `${apiUrl('metrics')}?${search.toString()}` };
    });
  });

  private readonly runningFeed = apiFeed<RunningExecution[]>(() => {
    const project = this.scope.project();
    if (project === undefined) return undefined;
    const agentType = this.scope.agentType();
    return { path: 'executions/running', params: { project, agentType } };
  });
  protected readonly runningPanel = this.runningFeed;
  protected readonly running = computed(() => {
    const { agentId, taskType, complexity, text } = this.query();
    const wanted = text?.toLowerCase();
    return (this.runningFeed.data() ?? []).filter(
      (run) =>
        (agentId === null || run.agentId === agentId) &&
        (taskType === null || run.taskType === taskType) &&
        (complexity === null || run.complexity === complexity) &&
        (wanted === undefined || `${run.taskName}\n${run.taskId}`.toLowerCase().includes(wanted)),
    );
  });

  protected readonly taskTypes = computed(() => [
    ...new Set([
      ...this.list.rows().map((run) => run.taskType),
      ...(this.runningFeed.data() ?? []).map((run) => run.taskType),
    ]),
  ]);
  private readonly charted = computed(() => this.list.rows().slice(0, CHARTED));
  protected readonly scatter = computed(() =>
    durationScatter(this.charted(), this.theme.palette(), this.words()),
  );
  protected readonly errors = computed(() =>
    errorBars(this.charted(), this.theme.palette(), this.words()),
  );
  protected readonly chartCaption = computed(() => {
    const all = this.list.rows().length <= CHARTED && !this.list.hasMore();
    return this.words().durationsCaption(formatCount(this.charted().length), all);
  });
  protected readonly caption = computed(() => {
    const count = this.list.rows().length;
    return count === 0 ? '' : this.words().loaded(formatCount(count), this.list.hasMore());
  });
  protected readonly isEmpty = computed(
    () => this.list.rows().length === 0 && !this.list.waiting() && !this.list.problem(),
  );
  protected readonly asked = signal(false);

  protected readonly tabs = computed(() => {
    const count = this.runningFeed.data()?.length;
    const { finished, running } = this.words();
    return [
      { id: 'finished', label: finished },
      {
        id: 'running',
        label: count === undefined ? running : `${running} (${formatCount(count)})`,
      },
    ];
  });
  protected readonly shapes = computed(() => [
    { value: 'table', label: this.words().table, icon: 'table' as const },
    { value: 'chart', label: this.words().chart, icon: 'chart' as const },
  ]);

  constructor() {
    effect(() => {
      this.question();
      const params = untracked(this.params);
      if (params === undefined) return;
      untracked(() => {
        this.asked.set(true);
        this.table()?.rewind();
        void this.read(params);
      });
    });
    effect(() => {
      if (this.query().asChart && this.list.rows().length > 0) {
        untracked(() => void this.list.fill(CHARTED));
      }
    });
    effect(() => {
      if (this.refresh.beat() > 0) untracked(() => this.renew());
    });
    effect(() => keep(LAYOUT_KEY, JSON.stringify(this.layout())));
  }

  protected change(queryParams: Record<string, string | null>): void {
    const replaceUrl = TASK_PARAMS.text in queryParams;
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }

  protected clear(): void {
    this.change({ ...NO_FILTERS, type: null });
  }

  protected sortBy(sort: TaskSort): void {
    const { sort: before, order } = this.query();
    const dir = sort === before && order === 'desc' ? 'asc' : null;
    this.change({ sort: sort === 'startedAt' ? null : sort, dir });
  }

  protected show(shape: string): void {
    this.change({ show: shape === 'chart' ? 'chart' : null });
  }

  protected open(run: Execution): void {
    this.change({ execution: run.executionId, at: run.startedAt });
  }

  protected close(): void {
    this.change({ execution: null, at: null });
  }

  protected atTop(isAtTop: boolean): void {
    this.isAtTop.set(isAtTop);
  }

  private async read(params: ApiRequest['params']): Promise<void> {
    await this.list.start(params);
    if (this.query().asChart) await this.list.fill(CHARTED);
  }

  /** Reads the first page anew while nobody looks further down. */
  private renew(): void {
    const calm = this.isAtTop() && !this.query().asChart && this.execution() === null;
    if (calm && !this.query().running && !this.list.waiting()) void this.read(this.params());
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is blocked: the layout holds until the page is left.
  }
}
