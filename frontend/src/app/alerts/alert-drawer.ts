import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Alert, AlertTransitionEntry, Execution } from '@app/contracts';
import { ExecutionTable } from '../agents/execution-table';
import { apiFeed } from '../api/api-feed';
import { formatCount, formatDuration, formatInstant } from '../format/format';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Panel } from '../ui/panel';
import { AlertActions } from './alert-actions';
import {
  STATE_WORDS,
  TRANSITION_WORDS,
  TYPE_WORDS,
  formatAlertValue,
  groupWords,
  subjectWords,
} from './alert-words';
import { Drawer } from './drawer';
import { SeverityMark } from './severity-mark';

/** All about one alert: how it stands, what happened to it, what caused it, what can be done. */
@Component({
  selector: 'apt-alert-drawer',
  imports: [Drawer, Panel, AlertActions, ExecutionTable, RouterLink, SeverityMark],
  templateUrl: './alert-drawer.html',
  styleUrl: './alert-drawer.css',
})
export class AlertDrawer {
  readonly alertId = input.required<string>();
  readonly closed = output();
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly instant = formatInstant;
  protected readonly count = formatCount;
  protected readonly subject = subjectWords;
  protected readonly types = TYPE_WORDS;
  protected readonly states = STATE_WORDS;
  protected readonly words = TRANSITION_WORDS;

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
    return alert ? `${subjectWords(alert)} · ${TYPE_WORDS[alert.type]}` : 'Alert';
  });
  protected readonly facts = computed(() => {
    const alert = this.feed.data();
    if (alert === undefined) return [];
    const about = [
      alert.taskType !== null && `task type ${alert.taskType}`,
      alert.complexity !== null && `level ${alert.complexity}`,
    ].filter((part) => part !== false);
    const end = alert.resolvedAt === null ? Date.now() : Date.parse(alert.resolvedAt);
    const rows: [string, string | null][] = [
      ['Worst value', formatAlertValue(alert.actualValue, alert.unit)],
      ['Limit', formatAlertValue(alert.thresholdValue, alert.unit)],
      ['About', about.join(', ') || (alert.agentId === '' ? groupWords(alert.subject) : null)],
      ['Since', formatInstant(alert.firedAt)],
      ['Lasted', formatDuration(end - Date.parse(alert.firedAt))],
      ['Seen', `${formatCount(alert.count)} ×, last ${formatInstant(alert.lastSeenAt)}`],
      ['Owner', alert.acknowledgedBy ?? null],
      ['Note', alert.acknowledgeNote ?? null],
      ['Snoozed until', alert.snoozedUntil ? formatInstant(alert.snoozedUntil) : null],
      ['Resolved by', alert.resolvedBy],
      ['Reason', alert.resolveReason],
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
