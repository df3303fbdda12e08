import type { AlertGrouping, AlertRule } from '@app/contracts';

import { groupName } from './alert.row.js';
import type { AlertRow } from './alert.row.js';
import type { AlertSubject } from './breach-groups.js';
import type { ProjectRules } from './rule.store.js';
import { asksForMore, isSum } from './rules/threshold.js';
import { isWindowRule } from './rules/window-verdict.js';
import { subjectOf } from './watch.look.js';
import type { Look } from './watch.look.js';
import { addressOf } from './watch.store.js';
import type { WatchedAgent } from './watch.store.js';

/** One rule about one subject, to be judged by one window. */
export interface WindowTarget {
  rule: AlertRule;
  subject: AlertSubject;
  fingerprint: string;
  /** Whose executions count. */
  agentKeys: number[];
  taskType: string | null;
  /** When a person last ended this alert; null: not within the window. */
  settledMs: number | null;
}

/** A rule with one alert per task type: which there are is known only after reading. */
export interface TaskTypeTarget {
  rule: AlertRule;
  projectId: number;
  project: string;
  agents: WatchedAgent[];
}

export interface WindowPlan {
  targets: WindowTarget[];
  byTaskType: TaskTypeTarget[];
}

/** Rules for which silence may be a breach: their agents are looked at whether they did something or not. */
export function watchesSilence(rule: AlertRule): boolean {
  return rule.type === 'threshold' && (rule.noData !== 'keep' || asksForMore(rule));
}

/** Rules that need the registry, not only those that did something. */
export function needsEveryone(rule: AlertRule): boolean {
  const { type, groupBy } = rule;
  const anyone = type === 'no_data' || type === 'stuck_execution';
  return anyone || groupBy !== 'agent' || watchesSilence(rule);
}

export function inScope(rule: AlertRule, agent: WatchedAgent): boolean {
  return (
    (rule.agentId === null || rule.agentId === agent.agentId) &&
    (rule.agentType === null || rule.agentType === agent.agentType)
  );
}

/** What is to be judged in this look. */
export function planWindows(
  projects: Iterable<ProjectRules>,
  look: Look,
  settled: ReadonlyMap<string, number>,
): WindowPlan {
  const plan: WindowPlan = { targets: [], byTaskType: [] };
  const agents = Map.groupBy(look.agents.values(), ({ projectId }) => projectId);
  const openRules = new Set(look.open.map((row) => `${row.project_id} ${row.rule_id}`));
  for (const project of projects) {
    const own = agents.get(project.projectId) ?? [];
    for (const rule of project.all) {
      if (!rule.enabled || !isWindowRule(rule)) continue;
      const scoped = own.filter((agent) => inScope(rule, agent));
      const isOpen = openRules.has(`${project.projectId} ${rule.id}`);
      const stirs =
        isOpen || watchesSilence(rule) || scoped.some(({ agentKey }) => look.busy.has(agentKey));
      if (!stirs) continue;
      if (rule.groupBy === 'taskType') plan.byTaskType.push({ rule, ...project, agents: scoped });
      else plan.targets.push(...targetsOf(rule, project, scoped, look, settled));
    }
  }
  return plan;
}

function* targetsOf(
  rule: AlertRule,
  project: ProjectRules,
  agents: readonly WatchedAgent[],
  look: Look,
  settled: ReadonlyMap<string, number>,
): Iterable<WindowTarget> {
  if (rule.groupBy === 'agent') {
    const fingerprint = fingerprintOf(rule, 'agent', null);
    for (const agent of agents) {
      const { agentKey } = agent;
      const concerns =
        look.busy.has(agentKey) || watchesSilence(rule) || look.openAlert(agentKey, fingerprint);
      if (!concerns) continue;
      const subject = subjectOf(agent);
      yield targetOf(rule, subject, fingerprint, [agentKey], look, settled);
    }
    return;
  }
  const groups =
    rule.groupBy === 'all'
      ? new Map([[null, agents]])
      : Map.groupBy<string | null, WatchedAgent>(agents, ({ agentType }) => agentType);
  for (const [value, members] of groups) {
    const subject = groupSubject(project, rule.groupBy, value);
    const keys = members.map(({ agentKey }) => agentKey);
    const fingerprint = fingerprintOf(rule, rule.groupBy, value);
    yield targetOf(rule, subject, fingerprint, keys, look, settled);
  }
}

function targetOf(
  rule: AlertRule,
  subject: AlertSubject,
  fingerprint: string,
  agentKeys: number[],
  look: Look,
  settled: ReadonlyMap<string, number>,
): WindowTarget {
  const at = settled.get(addressOf({ agentKey: subject.agentKey, fingerprint }));
  const settledMs = at !== undefined && at > look.nowMs - rule.windowMs ? at : null;
  return { rule, subject, fingerprint, agentKeys, taskType: rule.taskType, settledMs };
}

/** Built-in rules are named by their type; others by their id and, for groups, the group. */
export function fingerprintOf(
  rule: Pick<AlertRule, 'id'>,
  kind: AlertGrouping,
  value: string | null,
): string {
  return kind === 'agent' ? rule.id : `${rule.id}:${kind}:${value ?? ''}`;
}

export function groupSubject(
  { projectId, project }: Pick<ProjectRules, 'projectId' | 'project'>,
  kind: AlertGrouping,
  value: string | null,
): AlertSubject {
  const agentType = kind === 'agentType' ? (value ?? '') : '';
  const agentName = groupName(kind, value);
  return { agentKey: 0, projectId, project, kind, value, agentId: '', agentName, agentType };
}

/**
 * Whether a person's resolution leaves nothing to judge yet: a sum that must not be too small is
 * too small until a whole window has passed.
 */
export function isStillSettled({ rule, settledMs }: WindowTarget): boolean {
  return (
    settledMs !== null && rule.statistic !== null && isSum(rule.statistic) && asksForMore(rule)
  );
}

/** Open alerts of a rule about task types. */
export function openTaskTypes(look: Look, target: TaskTypeTarget): AlertRow[] {
  return look.open.filter(
    (row) => row.project_id === target.projectId && row.rule_id === target.rule.id,
  );
}
