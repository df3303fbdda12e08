import type { AlertType, AlertUnit, Benchmark, Severity } from '@app/contracts';

/** What a rule found wrong. */
export interface Finding {
  type: AlertType;
  ruleId: string;
  /** Names the alert among those of its agent: rule and stratum, never values. */
  fingerprint: string;
  severity: Exclude<Severity, 'info'>;
  taskType: string | null;
  complexity: number | null;
  /** The limit that fired. */
  thresholdValue: number;
  actualValue: number;
  unit: AlertUnit;
  /** The sentence for people; made only for the finding that is kept of many. */
  describe: (agentName: string) => string;
}

/**
 * Verdict over a window. `between`: neither a breach nor over, or not significant; `missing`: too
 * little data to tell.
 */
export type Verdict =
  | { is: 'breached'; finding: Finding }
  | { is: 'recovered' }
  | { is: 'between' }
  | { is: 'missing' };

/** Asks for the benchmark of a kind of task; null where nothing is expected. */
export type Expect = (taskType: string, complexity: number) => Benchmark | null;

/** One (task type, complexity) of an agent within the window. */
export interface WindowStratum {
  benchmark: Benchmark | null;
  /** Executions, however they ended. */
  total: number;
  successes: number;
  /** Mean duration of the successes, ms; null without any. */
  meanMs: number | null;
  /** Sum of squared deviations from that mean, ms². */
  m2Ms: number;
}

/** Whether the first finding tells of something worse than the second, of the same fingerprint. */
export function isWorse(candidate: Finding, than: Finding): boolean {
  if (candidate.severity !== than.severity) return candidate.severity === 'critical';
  // Who breaches from below is worse the lower it is.
  return candidate.actualValue < candidate.thresholdValue
    ? candidate.actualValue < than.actualValue
    : candidate.actualValue > than.actualValue;
}
