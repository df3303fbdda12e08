import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Alert, AlertTransitionEntry, Execution } from '@app/contracts';
import { ExecutionTable } from '../agents/execution-table';
import { apiFeed } from '../api/api-feed';
import { formatCount, formatDuration, formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { SeverityBadge } from '../ui/severity-badge';
import { Panel } from '../ui/panel';
import { AlertActions } from './alert-actions';
import { alertMessage } from './alert-message';
import { formatAlertValue, groupWords, subjectWords } from './alert-words';
import { Drawer } from '../ui/drawer';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

/** All about one alert: how it stands, what happened to it, what caused it, what can be done. */
@Component({
  selector: 'apt-alert-drawer',
  imports: [Drawer, Panel, AlertActions, ExecutionTable, RouterLink, SeverityBadge],
  templateUrl: './alert-drawer.html',
  styleUrl: './alert-drawer.css',
})
export class AlertDrawer {
  readonly alertId = input.required<string>();
  readonly closed = output();
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly instant = formatInstant;
  protected readonly message = alertMessage;
  protected readonly words = words({ en: alertsEn, de: alertsDe });

  private readonly part = (rest: string, params: Record<string, number> = {}) => {
    const project = this.scope.project();
    const path = `alerts/${encodeURIComponent(this.alertId())}${rest}`;
    return project === undefined ? undefined : { path, params: { project, ...params } };
  };
  protected readonly feed = apiFeed<Alert>(() => this.part(''));
  protected readonly timeline = apiFeed<AlertTransitionEntry[]>(() => this.part('/transitions'));
  protected readonly causes = apiFeed<Execution[]>(() => this.part('/executions', { limit: 20 }));

  protected readonly heading = computed(() => {
    const alert = this.feed.data();
    const { types, detail } = this.words();
    return alert ? `${subjectWords(alert)} · ${types[alert.type]}` : detail.heading;
  });
  protected readonly facts = computed(() => {
    const alert = this.feed.data();
    if (alert === undefined) return [];
    const said = this.words().detail;
    const about = [
      alert.taskType !== null && said.taskType(alert.taskType),
      alert.complexity !== null && said.level(alert.complexity),
    ].filter((part) => part !== false);
    const end = alert.resolvedAt === null ? Date.now() : Date.parse(alert.resolvedAt);
    const rows: [string, string | null][] = [
      [said.worst, formatAlertValue(alert.actualValue, alert.unit)],
      [said.limit, formatAlertValue(alert.thresholdValue, alert.unit)],
      [said.about, about.join(', ') || (alert.agentId === '' ? groupWords(alert.subject) : null)],
      [said.since, formatInstant(alert.firedAt)],
      [said.lasted, formatDuration(end - Date.parse(alert.firedAt))],
      [said.seen, said.seenTimes(formatCount(alert.count), formatInstant(alert.lastSeenAt))],
      [said.owner, alert.acknowledgedBy ?? null],
      [said.note, alert.acknowledgeNote ?? null],
      [said.snoozedUntil, alert.snoozedUntil ? formatInstant(alert.snoozedUntil) : null],
      [said.resolvedBy, alert.resolvedBy],
      [said.reason, alert.resolveReason],
    ];
    return rows.filter((row): row is [string, string] => row[1] !== null);
  });
  protected readonly silenceParams = computed(() => {
    const alert = this.feed.data();
    const { agentId, ruleId, type } = alert ?? { agentId: '', ruleId: undefined, type: undefined };
    return {
      ...this.scope.linkParams(),
      create: 'silence',
      agentId: agentId || null,
      ruleId: ruleId ?? type,
    };
  });

  protected refresh(): void {
    this.feed.reload();
    this.timeline.reload();
  }
}
