import { SEVERITIES } from '@app/contracts';
import type { ChannelFilter, ChannelGrouping, NoticeAlert, Severity } from '@app/contracts';

/** Whether a channel wants to be told of an alert. */
export function passes(filter: ChannelFilter, alert: NoticeAlert): boolean {
  const { minSeverity, alertTypes, agents, agentTypes } = filter;
  return (
    (minSeverity === undefined || rank(alert.severity) >= rank(minSeverity)) &&
    (alertTypes === undefined || alertTypes.includes(alert.type)) &&
    (agents === undefined || agents.some((pattern) => matches(pattern, alert.agentId))) &&
    (agentTypes === undefined || agentTypes.some((pattern) => matches(pattern, alert.agentType)))
  );
}

/** Alerts with the same key share messages. */
export function groupKeyOf(grouping: ChannelGrouping, alert: NoticeAlert): string {
  switch (grouping) {
    case 'rule':
      return alert.ruleId ?? alert.type;
    case 'agent':
      return `${alert.ruleId ?? alert.type}/${alert.agentId}`;
    case 'alert':
      return alert.id;
  }
}

export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/**
 * Whether a text is what a pattern describes, `*` standing for any run of characters. Linear: each
 * piece between stars is looked for once, from where the last one ended.
 */
export function matches(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}
