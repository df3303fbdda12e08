import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT } from '@angular/common';
import { Component, computed, inject, input, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Execution } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatMemory,
  formatMoney,
  formatPercent,
  formatType,
} from '../format/format';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Drawer } from '../ui/drawer';
import { Icon } from '../ui/icon';
import { OutcomeMark } from '../ui/outcome-mark';
import { ProblemNote } from '../ui/problem-note';
import { aroundOf, traceSteps, whereToLook } from './trace';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

const MOST_SHOWN = 100;

/** Everything about one execution, and its place among those that it belongs to. */
@Component({
  selector: 'apt-execution-drawer',
  imports: [RouterLink, Drawer, Icon, OutcomeMark, ProblemNote, AgentSwatch],
  templateUrl: './execution-drawer.html',
  styleUrl: './execution-drawer.css',
})
export class ExecutionDrawer {
  readonly executionId = input.required<string>();
  /** When it started, where the address tells; finds it faster. */
  readonly startedAt = input<string | null>(null);
  /** What the list knows of it already. */
  readonly known = input<Execution>();
  readonly closed = output();

  protected readonly words = words({ en: tasksEn, de: tasksDe });
  protected readonly scope = inject(Scope);
  private readonly clipboard = inject(Clipboard);
  private readonly location = inject(DOCUMENT).location;
  protected readonly tasksPath = [HOME, 'tasks'];
  protected readonly home = HOME;
  protected readonly copied = signal('');

  private readonly found = apiFeed<Execution[]>(() => {
    const project = this.scope.project();
    if (project === undefined || this.known()) return undefined;
    const executionId = this.executionId();
    const where = whereToLook(executionId, this.startedAt(), Date.now());
    return { path: 'metrics', params: { project, executionId, ...where, limit: 1 } };
  }, Number.POSITIVE_INFINITY);
  protected readonly problem = this.found.problem;
  protected readonly run = computed(() => {
    const known = this.known() ?? this.found.data()?.[0];
    return known?.executionId.toLowerCase() === this.executionId().toLowerCase()
      ? known
      : undefined;
  });
  protected readonly missing = computed(
    () => this.run() === undefined && this.found.data() !== undefined,
  );
  protected readonly heading = computed(() => {
    const run = this.run();
    return run ? run.taskName || run.taskId : this.words().execution;
  });
  protected reload(): void {
    this.found.reload();
  }

  private readonly parent = this.relatives((run) =>
    run.parentExecutionId === null ? undefined : { executionId: run.parentExecutionId, limit: 1 },
  );
  private readonly children = this.relatives((run) => ({ parentExecutionId: run.executionId }));
  private readonly companions = this.relatives((run) =>
    run.traceId === null ? undefined : { traceId: run.traceId },
  );
  protected readonly steps = computed(() => {
    const run = this.run();
    if (run === undefined) return [];
    const others = [this.parent, this.children, this.companions].flatMap((f) => f.data() ?? []);
    return traceSteps(run, others);
  });

  protected readonly facts = computed(() => {
    const run = this.run();
    if (run === undefined) return [];
    const { column, ended } = this.words();
    return [
      { label: column.started, value: formatExact(run.startedAt) },
      { label: ended, value: formatExact(run.endedAt) },
      { label: column.duration, value: formatDuration(run.durationMs) },
      { label: column.taskType, value: run.taskType },
      { label: column.level, value: `${run.complexity}` },
      { label: column.attempt, value: `${run.attempt}` },
      { label: column.version, value: run.agentVersion },
      { label: column.model, value: run.model },
    ].filter(({ value }) => value !== null);
  });
  protected readonly resources = computed(() => {
    const run = this.run();
    if (run === undefined) return [];
    const w = this.words();
    return [
      { label: w.column.cpu, value: formatPercent(run.cpuPercent) },
      { label: w.cpuTime, value: formatDuration(run.cpuMs) },
      { label: w.column.memory, value: formatMemory(run.memoryMb) },
      { label: w.network, value: formatBytes(run.networkBytes) },
      { label: w.disk, value: formatBytes(run.diskBytes) },
      { label: w.inputTokens, value: formatCount(run.inputTokens) },
      { label: w.outputTokens, value: formatCount(run.outputTokens) },
      { label: w.column.cost, value: formatMoney(run.costUsd) },
    ];
  });
  protected readonly ids = computed(() => {
    const run = this.run();
    if (run === undefined) return [];
    const given = [
      ['executionId', run.executionId],
      ['taskId', run.taskId],
      ['agentId', run.agentId],
      ['traceId', run.traceId],
      ['parentExecutionId', run.parentExecutionId],
    ] as const;
    return given.flatMap(([name, id]) => (id === null ? [] : [{ name, id }]));
  });
  protected readonly metadata = computed(() => {
    const metadata = this.run()?.metadata;
    return metadata ? JSON.stringify(metadata, null, 2) : null;
  });
  protected readonly type = formatType;
  protected readonly duration = formatDuration;

  /** A link to other tasks, from this page or any other. */
  protected others(params: Record<string, string | null>): Record<string, string | null> {
    return { ...this.scope.linkParams(), ...params };
  }

  protected copy(text: string): void {
    if (!this.clipboard.copy(text)) return;
    this.copied.set(text);
    setTimeout(() => this.copied.set(''), 2000);
  }

  protected copyLink(): void {
    this.copy(this.location.href);
  }

  protected get address(): string {
    return this.location.href;
  }

  private relatives(which: (run: Execution) => Record<string, string | number> | undefined) {
    return apiFeed<Execution[]>(() => {
      const run = this.run();
      const given = run && which(run);
      if (run === undefined || given === undefined) return undefined;
      const params = { project: run.project, ...aroundOf(run), limit: MOST_SHOWN, ...given };
      return { path: 'metrics', params };
    }, Number.POSITIVE_INFINITY);
  }
}
