import type { Alert, AlertType, Benchmark } from '@app/contracts';

/** What a rule found wrong. */
export interface Finding {
  type: AlertType;
  /** Names the alert among those of its agent: rule and stratum, never values. */
  fingerprint: string;
  severity: 'warning' | 'critical';
  taskType: string | null;
  complexity: number | null;
  /** The limit that fired. */
  thresholdValue: number;
  actualValue: number;
  unit: Alert['unit'];
  /** The sentence for people; made only for the finding that is kept of many. */
  describe: (agentName: string) => string;
}

/** Verdict over a window; `unknown` (too little data, or in between) changes nothing. */
export type Verdict =
  { is: 'breached'; finding: Finding } | { is: 'recovered' } | { is: 'unknown' };

/** One (task type, complexity) of an agent within the window. */
export interface WindowStratum {
  benchmark: Benchmark | null;
  /** Executions that ended in any way but cancelled. */
  finished: number;
  successes: number;
  /** Mean duration of the successes, ms; null without any. */
  meanMs: number | null;
  /** Sum of squared deviations from that mean, ms². */
  m2Ms: number;
}

/** Whether the first finding tells of something worse than the second, of the same fingerprint. */
export function isWorse(candidate: Finding, than: Finding): boolean {
  if (candidate.severity !== than.severity) return candidate.severity === 'critical';
  return candidate.type === 'high_failure_rate'
    ? candidate.actualValue < than.actualValue
    : candidate.actualValue > than.actualValue;
}
