export const ALERT_TYPES = [
  'slow_execution',
  'high_failure_rate',
  'resource_overuse',
  'degraded_performance',
] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ALERT_STATES = ['firing', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** One alert episode: many breaches of the same kind by the same agent are one alert. */
export interface Alert {
  /** `<agentKey>~<uuid>`: carries where it lives. */
  id: string;
  project: string;
  type: AlertType;
  severity: Severity;
  state: AlertState;
  agentId: string;
  agentName: string;
  agentType: string;
  /** Which task type and complexity; null where the alert is about all of them. */
  taskType: string | null;
  complexity: number | null;
  /** What was exceeded, in `unit`: the limit that fired, not the expectation. */
  thresholdValue: number;
  /** The worst value seen. */
  actualValue: number;
  unit: 'ms' | '%' | 'MB';
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
}
