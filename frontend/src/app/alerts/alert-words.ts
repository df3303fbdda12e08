import type { Alert, AlertRule, AlertStatistic, AlertUnit } from '@app/contracts';
import { ALERT_STATISTICS } from '@app/contracts';
import {
  NONE,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMemory,
  formatMoney,
  formatNumber,
  formatPercent,
  formatType,
} from '../format/format';
import { alertWords, ruleWords } from './words';
import { alertsEn } from './words.en';

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
      return alertWords().tokens(formatCompact(value));
    case 'USD':
      return formatMoney(value);
    case '/h':
      return `${formatCompact(value)}${NNBSP}/h`;
  }
}

/** Who or what an alert is about: an agent, or a group of them. */
export function subjectWords(alert: Pick<Alert, 'agentId' | 'agentName' | 'subject'>): string {
  return alert.agentName || alert.agentId || groupWords(alert.subject);
}

export function groupWords(subject: Alert['subject']): string {
  const words = alertWords().subject;
  if (subject === undefined || subject.kind === 'all') return words.all;
  return words[subject.kind](subject.value ?? NONE);
}

/** Names an alert for the ear. */
export function alertLabel(alert: Alert): string {
  const { of, types } = alertWords();
  return of(subjectWords(alert), types[alert.type]);
}

/** Who takes care of it, or who ended it. */
export function ownerWords(alert: Alert): string {
  if (alert.state === 'resolved') return alert.resolvedBy ?? NONE;
  return alert.acknowledgedBy ?? NONE;
}

export const OPERATOR_SIGNS = { gt: '>', gte: '≥', lt: '<', lte: '≤' } as const;

/** In what `warning` and `critical` of a rule are given; null: milliseconds shown as a duration. */
export function levelUnit(rule: Pick<AlertRule, 'type' | 'statistic'>): string {
  const { units } = ruleWords();
  switch (rule.type) {
    case 'threshold':
      return rule.statistic === null ? '' : unitWords(ALERT_STATISTICS[rule.statistic]);
    case 'slow_execution':
    case 'degraded_performance':
    case 'stuck_execution':
      return units.expected;
    case 'resource_overuse':
      return units.allowed;
    case 'high_failure_rate':
      return units.below;
    case 'no_data':
      return 'min';
  }
}

function unitWords(unit: AlertUnit): string {
  switch (unit) {
    case 'MB':
      return 'MiB';
    case 'tokens':
    case 'bytes':
    case 'count':
      return ruleWords().units[unit];
    case 'ms':
    case '%':
    case 'USD':
    case '/h':
      return unit;
  }
}

function level(rule: AlertRule, value: number): string {
  if (rule.type === 'threshold' && rule.statistic !== null) {
    return formatAlertValue(value, ALERT_STATISTICS[rule.statistic]);
  }
  if (rule.type === 'no_data') return formatDuration(value);
  return `${formatNumber(value, 2)}${NNBSP}${levelUnit(rule)}`;
}

/** What a rule asks, in one line: `P95 > 3 s, critical 6 s · over 1 h`. */
export function ruleCondition(rule: AlertRule): string {
  const words = ruleWords().condition;
  const window = formatDuration(rule.windowMs);
  const critical = rule.critical === null ? null : words.critical(level(rule, rule.critical));
  if (rule.type === 'no_data') {
    return [words.nothingFor(window), critical].filter(Boolean).join(', ');
  }
  const sign = rule.operator === null ? '' : `${OPERATOR_SIGNS[rule.operator]} `;
  const what = rule.statistic === null ? '' : `${statisticWords(rule.statistic)} `;
  const warning = rule.warning === null ? null : words.warning(level(rule, rule.warning));
  const beats =
    rule.heartbeatMs === null ? null : words.noSignOfLife(formatDuration(rule.heartbeatMs));
  const levels = [warning, critical, beats].filter(Boolean).join(', ');
  const perRun = ['slow_execution', 'resource_overuse', 'stuck_execution'].includes(rule.type);
  return `${what}${sign}${levels}${perRun ? '' : ` · ${words.over(window)}`}`;
}

/** Built-in rules bear their English name until somebody gives them another. */
export function ruleName({ builtIn, name, type }: AlertRule): string {
  return builtIn && name === alertsEn.types[type] ? alertWords().types[type] : name;
}

/** Whom a rule watches. */
export function ruleScope(rule: AlertRule): string {
  const words = ruleWords().scope;
  const parts = [
    rule.agentId !== null && words.agent(rule.agentId),
    rule.agentType !== null && words.agents(agentTypeWithin(rule.agentType)),
    rule.taskType !== null && words.taskType(rule.taskType),
  ].filter((part) => part !== false);
  return parts.length === 0 ? words.all : parts.join(', ');
}

/** `tool_maker` → `tool maker`. */
function agentTypeWithin(type: string): string {
  return formatType(type).toLowerCase();
}

export function statisticWords(statistic: AlertStatistic): string {
  return ruleWords().statistics[statistic];
}
