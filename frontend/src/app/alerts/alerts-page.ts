import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Alert } from '@app/contracts';
import { ALERT_TYPES, SEVERITIES } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { formatType } from '../format/format';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { Picker } from '../ui/picker';
import { AlertActions } from './alert-actions';
import { AlertDesk } from './alert-desk';
import { AlertDrawer } from './alert-drawer';
import { AlertRow } from './alert-row';
import { AlertTabs } from './alert-tabs';
import { STATE_WORDS, TYPE_WORDS, alertLabel, subjectWords } from './alert-words';
import { INBOX_STATES, matchesText, parseInboxFilter, steadyList } from './inbox-filter';
import type { SteadyList } from './inbox-filter';

const MOST_ALERTS = 200;

/** The inbox: what is wrong now, and what can be done about it. */
@Component({
  selector: 'apt-alerts-page',
  imports: [PageHeader, Panel, Picker, AlertTabs, AlertRow, AlertActions, AlertDrawer],
  templateUrl: './alerts-page.html',
  styleUrls: ['./alert-forms.css', './alerts-page.css'],
})
export class AlertsPage {
  // Bound to the parameters of the address.
  readonly state = input<string>();
  readonly severity = input<string>();
  readonly kind = input<string>();
  readonly q = input<string>();
  readonly alert = input<string>();

  private readonly scope = inject(Scope);
  private readonly router = inject(Router);
  protected readonly desk = inject(AlertDesk);
  protected readonly subject = subjectWords;
  protected readonly most = MOST_ALERTS;
  protected readonly label = alertLabel;

  protected readonly states = INBOX_STATES.map((value) => ({
    value: value,
    label: value === 'open' ? 'All open' : STATE_WORDS[value],
  }));
  protected readonly severities = [
    { value: '', label: 'Any severity' },
    ...SEVERITIES.toReversed().map((value) => ({
      value: value,
      label: formatType(value),
    })),
  ];
  protected readonly kinds = [
    { value: '', label: 'Any type' },
    ...ALERT_TYPES.map((value) => ({ value: value, label: TYPE_WORDS[value] })),
  ];

  protected readonly filter = computed(() =>
    parseInboxFilter({
      state: this.state(),
      severity: this.severity(),
      kind: this.kind(),
      q: this.q(),
    }),
  );
  protected readonly params = computed(() => {
    const { state, severity, kind: type } = this.filter();
    const project = this.scope.project();
    const agentType = this.scope.agentType();
    return project === undefined
      ? undefined
      : { project, state, severity, type, agentType, limit: MOST_ALERTS };
  });
  protected readonly feed = apiFeed<Alert[]>(() => {
    const params = this.params();
    return params && { path: 'alerts', params };
  });

  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  /** Raised to let waiting rows in while some are chosen. */
  protected readonly letIn = signal(0);
  private readonly list = linkedSignal<
    { key: string; alerts: Alert[]; hold: boolean },
    SteadyList & { hold: boolean }
  >({
    source: () => ({
      key: JSON.stringify([this.params(), this.letIn()]),
      alerts: this.feed.data() ?? [],
      hold: this.chosen().size > 0,
    }),
    computation: ({ key, alerts, hold }, before) => ({
      ...steadyList(before?.value, key, alerts, hold),
      hold,
    }),
  });
  protected readonly held = computed(() => this.list().held);
  protected readonly rows = computed(() => {
    const { text } = this.filter();
    return this.list().rows.filter((alert) => matchesText(alert, text));
  });
  protected readonly selected = computed(() =>
    this.rows().filter(({ id }) => this.chosen().has(id)),
  );
  protected readonly filtered = computed(() => {
    const { state, severity, kind, text } = this.filter();
    return state !== 'open' || severity !== null || kind !== null || text !== '';
  });

  protected write(change: Record<string, string | null>, replaceUrl = false): void {
    void this.router.navigate([], {
      queryParams: change,
      queryParamsHandling: 'merge',
      replaceUrl,
    });
  }

  protected choose(id: string): void {
    this.chosen.update((chosen) => {
      const next = new Set(chosen);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  protected chooseAll(all: boolean): void {
    this.chosen.set(new Set(all ? this.rows().map(({ id }) => id) : []));
  }

  protected async act(alert: Alert, action: 'acknowledge' | 'resolve'): Promise<void> {
    await this.desk.act([alert], { action });
    this.feed.reload();
  }

  protected acted(): void {
    this.chosen.set(new Set());
    this.feed.reload();
  }

  protected closeDetail(): void {
    this.write({ alert: null }, true);
    this.feed.reload();
  }
}
