import type {
  Alert,
  AlertGrouping,
  AlertRule,
  AlertState,
  AlertTransition,
  AlertType,
  AlertUnit,
} from '@app/contracts';
import { ALERT_STATISTICS } from '@app/contracts';
import {
  NONE,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMemory,
  formatPercent,
  formatType,
} from '../format/format';

const NNBSP = '\u202f';

/** A figure of an alert with its unit, as a person reads it. */
export function formatAlertValue(value: number | null | undefined, unit: AlertUnit): string {
  if (value === null || value === undefined) return NONE;
  switch (unit) {
    case 'ms':
      return formatDuration(value);
    case '%':
      return formatPercent(value);
    case 'MB':
      return formatMemory(value);
    case 'bytes':
      return formatBytes(value);
    case 'count':
      return formatCount(value);
    case 'tokens':
      return `${formatCompact(value)}${NNBSP}tokens`;
    case 'USD':
      return `$${value.toFixed(value < 1 ? 4 : 2)}`;
    case '/h':
      return `${formatCompact(value)}${NNBSP}/h`;
  }
}

/** Who or what an alert is about: an agent, or a group of them. */
export function subjectWords(alert: Pick<Alert, 'agentId' | 'agentName' | 'subject'>): string {
  return alert.agentName || alert.agentId || groupWords(alert.subject);
}

export function groupWords(subject: Alert['subject']): string {
  if (subject === undefined || subject.kind === 'all') return 'All agents';
  const kinds: Record<Exclude<AlertGrouping, 'all'>, string> = {
    agent: 'Agent',
    agentType: 'Type',
    taskType: 'Task type',
  };
  return `${kinds[subject.kind]} ${subject.value ?? NONE}`;
}

/** Names an alert for the ear. */
export function alertLabel(alert: Alert): string {
  return `alert of ${subjectWords(alert)}: ${TYPE_WORDS[alert.type]}`;
}

/** Who takes care of it, or who ended it. */
export function ownerWords(alert: Alert): string {
  if (alert.state === 'resolved') return alert.resolvedBy ?? NONE;
  return alert.acknowledgedBy ?? NONE;
}

export const STATE_WORDS: Readonly<Record<AlertState, string>> = {
  pending: 'Pending',
  firing: 'Firing',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
};

export const TYPE_WORDS: Readonly<Record<AlertType, string>> = {
  slow_execution: 'Slow execution',
  high_failure_rate: 'High failure rate',
  resource_overuse: 'Resource overuse',
  degraded_performance: 'Degraded performance',
  threshold: 'Threshold',
  stuck_execution: 'Stuck execution',
  no_data: 'No data',
};

export const TRANSITION_WORDS: Readonly<Record<AlertTransition, string>> = {
  pending: 'Breach began',
  fired: 'Fired',
  escalated: 'Escalated',
  acknowledged: 'Acknowledged',
  unacknowledged: 'Acknowledgement taken back',
  snoozed: 'Snoozed',
  unsnoozed: 'Snooze ended',
  silenced: 'Silenced',
  unsilenced: 'Silence ended',
  flapping: 'Flapping, notifications held back',
  steady: 'No longer flapping',
  dataMissing: 'Too little data to tell',
  dataBack: 'Data is back',
  renotified: 'Told again',
  resolved: 'Resolved',
};

export const OPERATOR_SIGNS = { gt: '>', gte: '≥', lt: '<', lte: '≤' } as const;

/** In what `warning` and `critical` of a rule are given; null: milliseconds shown as a duration. */
export function levelUnit(rule: Pick<AlertRule, 'type' | 'statistic'>): string {
  switch (rule.type) {
    case 'threshold': {
      const unit = rule.statistic === null ? '' : ALERT_STATISTICS[rule.statistic];
      return unit === 'MB' ? 'MiB' : unit;
    }
    case 'slow_execution':
    case 'degraded_performance':
    case 'stuck_execution':
      return '× expected';
    case 'resource_overuse':
      return '× allowed';
    case 'high_failure_rate':
      return 'points below';
    case 'no_data':
      return 'min';
  }
}

function level(rule: AlertRule, value: number): string {
  if (rule.type === 'threshold' && rule.statistic !== null) {
    return formatAlertValue(value, ALERT_STATISTICS[rule.statistic]);
  }
  return rule.type === 'no_data' ? formatDuration(value) : `${value}${NNBSP}${levelUnit(rule)}`;
}

/** What a rule asks, in one line: `P95 > 3 s, critical 6 s · over 1 h`. */
export function ruleCondition(rule: AlertRule): string {
  const over = `over ${formatDuration(rule.windowMs)}`;
  const critical = rule.critical === null ? null : `critical ${level(rule, rule.critical)}`;
  if (rule.type === 'no_data') {
    return [`nothing for ${formatDuration(rule.windowMs)}`, critical].filter(Boolean).join(', ');
  }
  const sign = rule.operator === null ? '' : `${OPERATOR_SIGNS[rule.operator]} `;
  const what = rule.statistic === null ? '' : `${statisticWords(rule.statistic)} `;
  const warning = rule.warning === null ? null : `warning ${level(rule, rule.warning)}`;
  const beats =
    rule.heartbeatMs === null ? null : `no sign of life for ${formatDuration(rule.heartbeatMs)}`;
  const levels = [warning, critical, beats].filter(Boolean).join(', ');
  const perRun = ['slow_execution', 'resource_overuse', 'stuck_execution'].includes(rule.type);
  return `${what}${sign}${levels}${perRun ? '' : ` · ${over}`}`;
}

/** Whom a rule watches. */
export function ruleScope(rule: AlertRule): string {
  const parts = [
    rule.agentId !== null && `agent ${rule.agentId}`,
    rule.agentType !== null && `${formatType(rule.agentType).toLowerCase()} agents`,
    rule.taskType !== null && `task type ${rule.taskType}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'all agents' : parts.join(', ');
}

/** `p95Ms` → `P95`, `cpuPercentMean` → `Cpu percent mean`. */
export function statisticWords(statistic: string): string {
  const words = statistic
    .replace(/(?:Ms|Usd)$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return formatType(words)
    .replace(/^Cpu percent/, 'CPU')
    .replace(/^Memory mb/, 'Memory');
}
