import type { AlertRule } from '@app/contracts';

/** The level that was exceeded. */
export interface Level {
  severity: 'warning' | 'critical';
  /** The rule's own figure: a factor, points or a value. */
  at: number;
}

type Levels = Pick<AlertRule, 'warning' | 'critical'>;

/** The gravest level that `exceeds`; null when none does. */
export function levelOf(rule: Levels, exceeds: (at: number) => boolean): Level | null {
  const { warning, critical } = rule;
  if (critical !== null && exceeds(critical)) return { severity: 'critical', at: critical };
  if (warning !== null && exceeds(warning)) return { severity: 'warning', at: warning };
  return null;
}

/** The level from which on the rule finds something; infinite for a rule without levels. */
export function firstLevel({ warning, critical }: Levels): number {
  return warning ?? critical ?? Infinity;
}
