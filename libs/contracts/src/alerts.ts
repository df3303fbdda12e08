/** The rules that every project has: they can be tuned and muted, not deleted. */
export const BUILT_IN_RULES = [
  'slow_execution',
  'high_failure_rate',
  'resource_overuse',
  'degraded_performance',
] as const;
export type BuiltInRule = (typeof BUILT_IN_RULES)[number];

/** Kinds of rules that people add. */
export const CUSTOM_RULE_TYPES = ['threshold', 'stuck_execution', 'no_data'] as const;
export type CustomRuleType = (typeof CUSTOM_RULE_TYPES)[number];

export const ALERT_TYPES = [...BUILT_IN_RULES, ...CUSTOM_RULE_TYPES] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `pending`: breached, but not yet for as long as the rule's `holdMs`. */
export const ALERT_STATES = ['pending', 'firing', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** `count` also stands for executions, `/h` for executions per hour. */
export type AlertUnit = 'ms' | '%' | 'MB' | 'count' | 'bytes' | 'tokens' | 'USD' | '/h';

/** What one alert of a rule is about. */
export const ALERT_GROUPINGS = ['agent', 'agentType', 'taskType', 'all'] as const;
export type AlertGrouping = (typeof ALERT_GROUPINGS)[number];

/** One alert episode: many breaches of the same kind by the same agent are one alert. */
export interface Alert {
  /** `<agentKey>~<uuid>`: carries where it lives. */
  id: string;
  project: string;
  type: AlertType;
  severity: Severity;
  state: AlertState;
  /** Empty where the alert is about a group of agents, see `subject`. */
  agentId: string;
  /** Of a group: its description. */
  agentName: string;
  agentType: string;
  /** Which task type and complexity; null where the alert is about all of them. */
  taskType: string | null;
  complexity: number | null;
  /** What was exceeded, in `unit`: the limit that fired, not the expectation. */
  thresholdValue: number;
  /** The worst value seen. */
  actualValue: number;
  unit: AlertUnit;
  message: string;
  /** How many times the breach was seen in this episode. */
  count: number;
  firedAt: string;
  lastSeenAt: string;
  resolvedAt: string | null;
  resolvedBy: string | null;
  resolveReason: string | null;
  /** The newest execution that caused it. */
  executionId: string | null;

  // The tracker always tells these; an older one does not.
  /** Name of a built-in rule, or the UUID of one that people made. */
  ruleId?: string;
  subject?: { kind: AlertGrouping; value: string | null };
  /** When the breach began; `firedAt` is `holdMs` later. */
  activeAt?: string;
  acknowledgedAt?: string | null;
  acknowledgedBy?: string | null;
  acknowledgeNote?: string | null;
  /** Not notified about before this instant. */
  snoozedUntil?: string | null;
  /** The silence that matches it now. */
  silencedBy?: string | null;
  /** Fires and resolves so often that notifications are held back. */
  flapping?: boolean;
  /** Since when there has been too little data to tell whether it is over. */
  noDataSince?: string | null;
  /** When a notification was last left for the channels. */
  notifiedAt?: string | null;
}

/** Figures of the summary that a threshold rule can watch, with their units. */
export const ALERT_STATISTICS = {
  count: 'count',
  successRate: '%',
  failureRate: '%',
  consistency: '%',
  reliability: '%',
  meanMs: 'ms',
  minMs: 'ms',
  maxMs: 'ms',
  p50Ms: 'ms',
  p95Ms: 'ms',
  p99Ms: 'ms',
  cpuPercentMean: '%',
  cpuPercentMax: '%',
  memoryMbMean: 'MB',
  memoryMbMax: 'MB',
  networkBytesMean: 'bytes',
  networkBytesMax: 'bytes',
  diskBytesMean: 'bytes',
  diskBytesMax: 'bytes',
  networkBytes: 'bytes',
  diskBytes: 'bytes',
  inputTokens: 'tokens',
  outputTokens: 'tokens',
  totalTokens: 'tokens',
  costUsd: 'USD',
  throughputPerHour: '/h',
} as const satisfies Record<string, AlertUnit>;
export type AlertStatistic = keyof typeof ALERT_STATISTICS;

export const ALERT_OPERATORS = ['gt', 'gte', 'lt', 'lte'] as const;
export type AlertOperator = (typeof ALERT_OPERATORS)[number];

/** What too little data means: all is well, nothing changes, or an alert of its own. */
export const NO_DATA_POLICIES = ['ok', 'keep', 'alert'] as const;
export type NoDataPolicy = (typeof NO_DATA_POLICIES)[number];

/**
 * What is judged, and when that becomes an alert.
 *
 * `warning` and `critical` are, by type: `threshold` the statistic in its own unit;
 * `slow_execution`, `degraded_performance` and `stuck_execution` factors of the expected duration;
 * `resource_overuse` factors of the allowed CPU and memory; `high_failure_rate` percentage points
 * below the asked success rate; `no_data` not used (`windowMs` without an execution is a warning),
 * but for `critical`, milliseconds.
 */
export interface AlertRuleInput {
  type?: AlertType;
  name?: string;
  description?: string | null;
  /** False: not evaluated; alerts that are open stay as they are. */
  enabled?: boolean;
  /** True: alerts are made, but nobody is notified. */
  muted?: boolean;
  /** Only this agent, agent type, task type; null: all. */
  agentId?: string | null;
  agentType?: string | null;
  taskType?: string | null;
  /** `threshold` only: one alert per agent, agent type or task type, or one for all. */
  groupBy?: AlertGrouping;
  /** `threshold` only. */
  statistic?: AlertStatistic | null;
  operator?: AlertOperator | null;
  warning?: number | null;
  critical?: number | null;
  /** The value at which the alert is over; null: the warning level (or else the critical one). */
  recovery?: number | null;
  /** How far back is looked. `no_data`: how long nothing may be heard. */
  windowMs?: number;
  /** Less executions in the window than this are no data. */
  minSample?: number;
  /** How long a breach must last before the alert fires. */
  holdMs?: number;
  /** How long it must be over before the alert resolves. */
  keepFiringMs?: number;
  noData?: NoDataPolicy;
  /** Tells again of an alert that nobody has acknowledged; null: never. */
  renotifyMs?: number | null;
  /** `stuck_execution` only: longest time between two signs of life; null: not looked at. */
  heartbeatMs?: number | null;
  /** Who writes this; shown in `updatedBy`. */
  author?: string;
}

/** A rule as it stands. */
export interface AlertRule extends Required<Omit<AlertRuleInput, 'author'>> {
  /** Name of a built-in rule, else a UUID. */
  id: string;
  builtIn: boolean;
  /** 1 for the first; rises by one with each change. */
  version: number;
  createdAt: string | null;
  createdBy: string | null;
  updatedAt: string | null;
  updatedBy: string | null;
}

/** What happened to an alert, in the order in which it happened. */
export const ALERT_TRANSITIONS = [
  'pending',
  'fired',
  'escalated',
  'acknowledged',
  'unacknowledged',
  'snoozed',
  'unsnoozed',
  'silenced',
  'unsilenced',
  'flapping',
  'steady',
  'dataMissing',
  'dataBack',
  'renotified',
  'resolved',
] as const;
export type AlertTransition = (typeof ALERT_TRANSITIONS)[number];

export interface AlertTransitionEntry {
  /** From 1. */
  sequence: number;
  transition: AlertTransition;
  severity: Severity;
  /** A person's name, or `system`. */
  actor: string;
  note: string | null;
  at: string;
}

export const BULK_ALERT_ACTIONS = [
  'acknowledge',
  'unacknowledge',
  'resolve',
  'snooze',
  'unsnooze',
] as const;
export type BulkAlertAction = (typeof BULK_ALERT_ACTIONS)[number];

/** What became of one id of a bulk request. */
export interface BulkAlertVerdict {
  id: string;
  ok: boolean;
  /** The alert as it is now; null when there is none. */
  alert: Alert | null;
  /** Code of the problem, null when `ok`. */
  code: string | null;
  detail: string | null;
}

export interface AlertStats {
  from: string;
  to: string;
  /** Open now, by state. */
  open: { pending: number; firing: number; acknowledged: number };
  /** Of the alerts that fired within the span. */
  fired: number;
  resolved: number;
  acknowledged: number;
  bySeverity: Record<Severity, number>;
  byType: { type: AlertType; fired: number }[];
  /** Mean time from firing to acknowledgement, ms; null when none was acknowledged. */
  mttaMs: number | null;
  /** Mean time from firing to resolution, ms; null when none was resolved. */
  mttrMs: number | null;
}

export const SILENCE_FIELDS = [
  'agentId',
  'agentType',
  'ruleId',
  'type',
  'severity',
  'taskType',
] as const;
export type SilenceField = (typeof SILENCE_FIELDS)[number];

/** `glob`: `*` stands for any text, `?` for any one character. */
export interface SilenceMatcher {
  field: SilenceField;
  operator: 'equals' | 'glob';
  value: string;
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Times of day in a time zone; `to` not after `from` means on the next day. */
export interface WeeklyRecurrence {
  days: Weekday[];
  /** HH:MM. */
  from: string;
  to: string;
  /** IANA name, as `Europe/Berlin`. */
  timeZone: string;
}

export interface SilenceInput {
  /** All of them must match. */
  matchers: SilenceMatcher[];
  startsAt: string;
  endsAt: string;
  /** Null: all the time from start to end. */
  recurrence?: WeeklyRecurrence | null;
  comment?: string;
  author?: string;
}

/** While it is active, matching alerts are made but nobody is notified. */
export interface Silence extends Required<Omit<SilenceInput, 'author'>> {
  id: string;
  state: 'scheduled' | 'active' | 'expired';
  version: number;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
}

/** An episode that a rule would have raised. */
export interface BacktestEpisode {
  agentId: string;
  agentName: string;
  subject: { kind: AlertGrouping; value: string | null };
  taskType: string | null;
  complexity: number | null;
  severity: Severity;
  activeAt: string;
  /** Null: it would not have lasted for the hold. */
  firedAt: string | null;
  resolvedAt: string | null;
  actualValue: number;
  thresholdValue: number;
  unit: AlertUnit;
  message: string;
  count: number;
}

export interface BacktestSeries {
  agentId: string;
  subject: { kind: AlertGrouping; value: string | null };
  /** Null where there is too little data. */
  points: { at: string; value: number | null; warning: number | null; critical: number | null }[];
}

export interface BacktestResult {
  from: string;
  to: string;
  /** Distance between two evaluations, ms; null for rules about single executions. */
  stepMs: number | null;
  evaluations: number;
  /** Notifications that would have gone out. */
  notifications: number;
  episodes: BacktestEpisode[];
  series: BacktestSeries[];
  /** Whether there is more than what is shown, or than was looked at. */
  truncated: boolean;
}
