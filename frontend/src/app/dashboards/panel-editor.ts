import { Component, computed, inject, input, linkedSignal, output, viewChild } from '@angular/core';
import type { DashboardPanel, PanelKind, PanelMetric, PanelSplit } from '@app/contracts';
import { PANEL_KINDS, WORKSPACE_LIMITS } from '@app/contracts';
import { metricName } from '../charts/metrics';
import { Fleet, canBeListed } from '../fleet/fleet';
import { formatType } from '../format/format';
import { words } from '../i18n/language';
import { ABILITIES, drawable, metricsFor } from '../panels/panel-spec';
import { PanelView } from '../panels/panel-view';
import { Drawer } from '../ui/drawer';
import { Field, Control } from '../ui/field';
import { PANEL_ROLE } from '../ui/panel';
import { Picker } from '../ui/picker';
import { dashboardsDe } from './words.de';
import { dashboardsEn } from './words.en';

/** Agents to choose from; more are found by the page's own filters. */
const MOST_LISTED = 60;

/** What a panel shows and how, with a preview. Nothing changes until it is applied. */
@Component({
  selector: 'apt-panel-editor',
  imports: [Control, Drawer, Field, Picker, PanelView],
  templateUrl: './panel-editor.html',
  styleUrl: './panel-editor.css',
  // What is edited may have the name of what lies below it.
  providers: [{ provide: PANEL_ROLE, useValue: 'group' }],
})
export class PanelEditor {
  readonly panel = input.required<DashboardPanel>();
  readonly isNew = input(false);
  readonly applied = output<DashboardPanel>();
  readonly closed = output();

  protected readonly words = words({ en: dashboardsEn, de: dashboardsDe });
  private readonly fleet = inject(Fleet);
  private readonly drawer = viewChild.required(Drawer);
  protected readonly titleLength = WORKSPACE_LIMITS.nameLength;
  protected readonly name = metricName;

  private readonly edited = linkedSignal(() => this.panel());
  /** The nearest that can be drawn: what was chosen and does not fit is kept until it does. */
  protected readonly draft = computed<DashboardPanel>(() => ({
    ...this.edited(),
    ...drawable(this.edited()),
  }));

  protected readonly kinds = computed(() => {
    const { kinds } = this.words().editor;
    return PANEL_KINDS.map((value) => ({ value, label: kinds[value] }));
  });
  protected readonly splits = computed(() => {
    const { splits } = this.words().editor;
    return ABILITIES[this.draft().kind].splits.map((value) => ({ value, label: splits[value] }));
  });
  protected readonly figures = computed(() => metricsFor(this.draft().kind, this.draft().by));
  protected readonly several = computed(() => {
    const { kind, by } = this.draft();
    return ABILITIES[kind].several && !(kind === 'line' && by !== 'none');
  });
  protected readonly full = computed(
    () => this.draft().metrics.length >= WORKSPACE_LIMITS.panelMetrics,
  );
  protected readonly figureOptions = computed(() =>
    this.figures().map((value) => ({ value, label: metricName(value) })),
  );
  protected readonly types = computed(() => {
    const chosen = this.draft().agentType;
    const types = new Set([...this.fleet.types(), ...(chosen === null ? [] : [chosen])]);
    const options = [...types].map((value) => ({ value, label: formatType(value) }));
    return [{ value: '', label: this.words().editor.anyType }, ...options];
  });
  protected readonly byLevel = computed(() => {
    const { kind, by } = this.draft();
    return ABILITIES[kind].byComplexity && (by !== 'agent' || kind !== 'bar');
  });
  protected readonly levels = computed(() => [
    { value: '', label: this.words().editor.anyLevel },
    ...[1, 2, 3, 4, 5].map((level) => ({
      value: `${level}`,
      label: this.words().editor.levelOf(level),
    })),
  ]);
  protected readonly agents = computed(() => {
    const { agentType, agentIds } = this.draft();
    const known = (this.fleet.summary.data() ?? []).filter(
      (row) => canBeListed(row.agentId) && (agentType === null || row.agentType === agentType),
    );
    const gone = agentIds
      .filter((id) => !known.some((row) => row.agentId === id))
      .map((id) => ({ id, name: id }));
    const listed = known.map((row) => ({ id: row.agentId, name: row.agentName || row.agentId }));
    return [...gone, ...listed.slice(0, MOST_LISTED)];
  });

  protected set(change: Partial<DashboardPanel>): void {
    this.edited.update((panel) => ({ ...panel, ...change }));
  }

  protected setKind(kind: string): void {
    this.set({ kind: kind as PanelKind });
  }

  protected setSplit(by: string): void {
    this.set({ by: by as PanelSplit });
  }

  protected setFigure(metric: string): void {
    this.set({ metrics: [metric as PanelMetric] });
  }

  protected toggleFigure(metric: PanelMetric): void {
    const { metrics } = this.draft();
    const next = metrics.includes(metric)
      ? metrics.filter((one) => one !== metric)
      : [...metrics, metric];
    // A panel without a figure is none.
    if (next.length > 0) this.set({ metrics: next });
  }

  protected toggleAgent(id: string): void {
    const { agentIds } = this.edited();
    this.set({
      agentIds: agentIds.includes(id) ? agentIds.filter((one) => one !== id) : [...agentIds, id],
    });
  }

  protected setLevel(level: string): void {
    this.set({ complexity: level === '' ? null : Number(level) });
  }

  protected typed(event: Event): string {
    return (event.target as HTMLInputElement).value;
  }

  protected apply(event: Event): void {
    event.preventDefault();
    this.applied.emit(this.draft());
    this.drawer().close();
  }

  protected cancel(): void {
    this.drawer().close();
  }
}
