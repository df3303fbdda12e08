import type { AlertRule } from '@app/contracts';

import type { Finding, Verdict } from './finding.js';
import { spokenDuration } from './wording.js';

/** Nothing was heard of the agent for longer than the rule's window. */
export function noData(rule: AlertRule, lastSeenMs: number, nowMs: number): Verdict {
  const silentMs = nowMs - lastSeenMs;
  if (!(silentMs > rule.windowMs)) return { is: 'recovered' };
  return { is: 'breached', finding: noDataFinding(rule, rule.id, silentMs) };
}

/** The alert about silence, for `no_data` rules and for the policy `alert` of the others. */
export function noDataFinding(rule: AlertRule, fingerprint: string, silentMs: number): Finding {
  const critical =
    rule.type === 'no_data' && rule.critical !== null && silentMs > rule.critical
      ? rule.critical
      : null;
  return {
    type: rule.type,
    ruleId: rule.id,
    fingerprint,
    severity: critical === null ? 'warning' : 'critical',
    taskType: rule.taskType,
    complexity: null,
    thresholdValue: critical ?? rule.windowMs,
    actualValue: silentMs,
    unit: 'ms',
    describe: (name) =>
      `${name} has told nothing that "${rule.name}" could judge for ${spokenDuration(silentMs)} ` +
      `(limit ${spokenDuration(critical ?? rule.windowMs)})`,
  };
}
