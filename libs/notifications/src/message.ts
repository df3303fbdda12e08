import type { NoticeAlert, NoticeTransition, Severity } from '@app/contracts';

import { rank } from './notice-filter.js';

export interface Notice {
  transition: NoticeTransition;
  /** ISO 8601. */
  occurredAt: string;
  alert: NoticeAlert;
}

/** What one delivery tells; kept with it, so that every attempt tells the same. */
export interface Message {
  project: string;
  groupKey: string;
  title: string;
  /** Gravest of all alerts in it. */
  severity: Severity;
  alertCount: number;
  /** The gravest of them, unresolved first. */
  notices: Notice[];
  /** Alerts of the group that this channel knows to be open now, and how many are acknowledged. */
  open: number;
  acknowledged: number;
  test: boolean;
}

/** So many alerts are told in detail; of the others only how many they are. */
const DETAILED = 50;

/** What many alerts of a type are, after their number. */
const PLURALS: Record<string, string> = {
  slow_execution: 'agents slow',
  high_failure_rate: 'agents failing too often',
  resource_overuse: 'agents over their resource limits',
  degraded_performance: 'agents degraded',
};

const LEADS: Record<NoticeTransition, (severity: Severity) => string> = {
  fired: (severity) => `[${severity.toUpperCase()}] `,
  escalated: (severity) => `[now ${severity.toUpperCase()}] `,
  renotified: (severity) => `[still ${severity.toUpperCase()}] `,
  acknowledged: () => '[acknowledged] ',
  resolved: () => '[resolved] ',
};

/** @param notices one per alert, not empty */
export function composeMessage(
  notices: readonly Notice[],
  group: Pick<Message, 'groupKey' | 'open' | 'acknowledged'>,
): Message {
  const sorted = [...notices].sort(byUrgency);
  const [first] = sorted as [Notice];
  return {
    project: first.alert.project,
    title: titleOf(sorted),
    severity: sorted.map(({ alert }) => alert.severity).reduce(graver),
    alertCount: sorted.length,
    notices: sorted.slice(0, DETAILED),
    test: false,
    ...group,
  };
}

function titleOf(notices: readonly Notice[]): string {
  const [first] = notices as [Notice];
  if (notices.length === 1) {
    return LEADS[first.transition](first.alert.severity) + oneLine(first.alert.message);
  }
  const live = notices.filter(({ transition }) => transition !== 'resolved');
  const over = notices.length - live.length;
  const parts = [
    live.length > 0 && `${subject(live)}`,
    over > 0 && (live.length > 0 ? `${over} resolved` : `[resolved] ${subject(notices)}`),
  ];
  const severity = live.map(({ alert }) => alert.severity).reduce(graver, 'info');
  const lead = live.length > 0 ? `[${severity.toUpperCase()}] ` : '';
  return lead + parts.filter((part) => part !== false).join(', ');
}

/** `12 agents slow`, or, where the same agents come up again and again, `30 alerts: 12 agents slow`. */
function subject(notices: readonly Notice[]): string {
  const [{ alert }] = notices as [Notice];
  const unnamed = notices.some((notice) => notice.alert.agentId === '');
  if (unnamed) return `${notices.length} alerts: ${alert.type.replaceAll('_', ' ')}`;
  const agents = new Set(notices.map((notice) => notice.alert.agentId)).size;
  const plural = PLURALS[alert.type] ?? `agents: ${alert.type.replaceAll('_', ' ')}`;
  const told = agents === 1 ? plural.replace(/^agents/, 'agent') : plural;
  const many = notices.length > agents ? `${notices.length} alerts: ` : '';
  return `${many}${agents} ${told}`;
}

function byUrgency(a: Notice, b: Notice): number {
  const over = Number(a.transition === 'resolved') - Number(b.transition === 'resolved');
  if (over !== 0) return over;
  const graveness = rank(b.alert.severity) - rank(a.alert.severity);
  if (graveness !== 0) return graveness;
  return a.alert.agentId < b.alert.agentId ? -1 : a.alert.agentId > b.alert.agentId ? 1 : 0;
}

function graver(a: Severity, b: Severity): Severity {
  return rank(b) > rank(a) ? b : a;
}

/** Text for places that hold one line, such as the subject of an e-mail. */
export function oneLine(text: string, length = 300): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > length
    ? `${line.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
    : line;
}

/** What a channel is asked to deliver to see whether it works. */
export function testMessage(project: string, channelName: string, at: Date): Message {
  const alert = {
    id: '0~00000000-0000-4000-8000-000000000000',
    project,
    type: 'slow_execution',
    severity: 'info',
    state: 'firing',
    agentId: 'test-agent',
    agentName: 'Test agent',
    agentType: 'test',
    taskType: 'default',
    complexity: 3,
    thresholdValue: 1500,
    actualValue: 1800,
    unit: 'ms',
    message: 'Test agent took 1.8 s for level 3 (limit 1.5 s)',
    count: 1,
    firedAt: at.toISOString(),
    lastSeenAt: at.toISOString(),
    resolvedAt: null,
    resolvedBy: null,
    resolveReason: null,
    executionId: null,
  } satisfies NoticeAlert;
  return {
    project,
    groupKey: 'test',
    title: `[TEST] ${oneLine(channelName)}: this channel works, nothing happened`,
    severity: 'info',
    alertCount: 1,
    notices: [{ transition: 'fired', occurredAt: at.toISOString(), alert }],
    open: 1,
    acknowledged: 0,
    test: true,
  };
}
