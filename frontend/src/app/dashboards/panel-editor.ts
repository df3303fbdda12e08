import {
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { Agent, DashboardPanel, PanelKind, PanelMetric, PanelSplit } from '@app/contracts';
import { PANEL_KINDS, WORKSPACE_LIMITS } from '@app/contracts';
import { metricName } from '../charts/metrics';
import { Fleet, canBeListed } from '../fleet/fleet';
import { namedApart } from '../fleet/named-apart';
import { Registry } from '../fleet/registry';
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

/** More agents than this are found by name only. */
const MOST_LISTED = 60;

type Known = Pick<Agent, 'agentId' | 'agentName' | 'agentType'>;

interface Named {
  name: string;
  agentType: string;
}

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
  private readonly registry = inject(Registry).use();
  protected readonly search = signal('');
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
  private readonly known = computed(() => {
    const { agentType } = this.draft();
    const figures = this.fleet.summary.data() ?? [];
    const everybody = new Map(
      namedApart<Known>([...(this.registry.data() ?? []), ...figures]).map(namedAgent),
    );
    for (const [id, agent] of everybody) {
      const fits = agentType === null || agent.agentType === agentType;
      if (!fits || !canBeListed(id)) everybody.delete(id);
    }
    return everybody;
  });
  protected readonly searchable = computed(() => this.known().size > MOST_LISTED);
  /** The chosen ones, also those that are gone, and as many others as can be overseen. */
  protected readonly agents = computed(() => {
    const { agentIds } = this.draft();
    const [known, wanted] = [this.known(), this.search().trim().toLowerCase()];
    const gone = agentIds.filter((id) => !known.has(id)).map((id) => ({ id, name: id }));
    let others = 0;
    const listed = [...known]
      .filter(([id, { name }]) => {
        if (agentIds.includes(id)) return true;
        const fits = `${name}\n${id}`.toLowerCase().includes(wanted);
        return fits && (others += 1) <= MOST_LISTED;
      })
      .map(([id, { name }]) => ({ id, name }));
    return [...gone, ...listed];
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

function namedAgent({ agentId, agentName, agentType }: Known): [string, Named] {
  return [agentId, { name: agentName, agentType }];
}
