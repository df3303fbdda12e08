import {
  Component,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { Router } from '@angular/router';
import type { Alert } from '@app/contracts';
import { ALERT_TYPES, SEVERITIES } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { namedApart } from '../fleet/named-apart';
import { Resolutions } from '../fleet/resolutions';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { Picker } from '../ui/picker';
import { uiDe } from '../ui/words.de';
import { uiEn } from '../ui/words.en';
import { ViewsMenu } from '../views/views-menu';
import { AlertActions } from './alert-actions';
import { AlertDesk } from './alert-desk';
import { AlertDrawer } from './alert-drawer';
import { AlertRow } from './alert-row';
import { AlertTabs } from './alert-tabs';
import { alertLabel, subjectWords } from './alert-words';
import { INBOX_STATES, matchesText, parseInboxFilter, steadyList } from './inbox-filter';
import type { SteadyList } from './inbox-filter';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

const MOST_ALERTS = 200;

/** The inbox: what is wrong now, and what can be done about it. */
@Component({
  selector: 'apt-alerts-page',
  imports: [PageHeader, ViewsMenu, Panel, Picker, AlertTabs, AlertRow, AlertActions, AlertDrawer],
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
  private readonly resolutions = inject(Resolutions);
  protected readonly subject = subjectWords;
  /** Names an alert for the ear. */
  protected readonly label = alertLabel;
  protected readonly most = MOST_ALERTS;
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  private readonly grades = words({ en: uiEn.severity, de: uiDe.severity });

  protected readonly states = computed(() =>
    INBOX_STATES.map((value) => ({
      value: value,
      label: value === 'open' ? this.words().allOpen : this.words().states[value],
    })),
  );
  protected readonly severities = computed(() => [
    { value: '', label: this.words().anySeverity },
    ...SEVERITIES.toReversed().map((value) => ({ value: value, label: this.grades()[value] })),
  ]);
  protected readonly kinds = computed(() => [
    { value: '', label: this.words().anyType },
    ...ALERT_TYPES.map((value) => ({ value: value, label: this.words().types[value] })),
  ]);

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
  private readonly named = computed(() => namedApart(this.list().rows));
  protected readonly rows = computed(() => {
    const { text } = this.filter();
    const leaving = this.resolutions.ids();
    return this.named().filter((alert) => !leaving.has(alert.id) && matchesText(alert, text));
  });
  protected readonly selected = computed(() =>
    this.rows().filter(({ id }) => this.chosen().has(id)),
  );
  constructor() {
    effect(() => {
      if (this.desk.changed() > 0) untracked(() => this.feed.reload());
    });
  }

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
