import type { Agent, SummaryRow } from '@app/contracts';
import { namedApart } from '../../fleet/named-apart';
import { inWords } from '../../format/format';

/** What an agent is doing: right now, within the chosen time, or not at all. */
export const AGENT_STATES = ['running', 'active', 'idle'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export const AGENT_SORTS = [
  'name',
  'type',
  'state',
  'total',
  'successRate',
  'p95',
  'score',
  'firstSeen',
  'lastSeen',
] as const;
export type AgentSort = (typeof AGENT_SORTS)[number];
export type Order = 'asc' | 'desc';

/** An agent as the registry knows it, with its figures over the chosen time. */
export interface ListedAgent {
  agentId: string;
  name: string;
  agentType: string;
  version: string | null;
  firstSeenAt: string | null;
  lastSeenAt: string | null;
  state: AgentState;
  running: number;
  openAlerts: number;
  /** Null: not asked for, because there are too many agents. */
  total: number | null;
  successRate: number | null;
  p95Ms: number | null;
  score: number | null;
  lowSample: boolean;
}

export interface AgentFilter {
  text: string;
  agentType: string | null;
  /** `alerts`: those with an open alert. */
  state: AgentState | 'alerts' | null;
}

/** Everybody whom the registry or the figures know, once each. */
export function listedAgents(
  registry: readonly Agent[],
  figures: readonly SummaryRow[],
): ListedAgent[] {
  const known = new Map(registry.map((agent) => [agent.agentId, agent]));
  const rows = new Map(figures.map((row) => [row.agentId, row]));
  const agents = [...new Set([...known.keys(), ...rows.keys()])].map((agentId) => {
    const [agent, row] = [known.get(agentId), rows.get(agentId)];
    return { agentId, agentName: row?.agentName || agent?.agentName || '', agent, row };
  });
  return namedApart(agents).map(({ agentId, agentName, agent, row }) =>
    listedAgent(agentId, agentName, agent, row),
  );
}

function listedAgent(
  agentId: string,
  name: string,
  agent: Agent | undefined,
  row: SummaryRow | undefined,
): ListedAgent {
  const [running, total] = [row?.running ?? 0, row?.total ?? null];
  return {
    agentId,
    name,
    agentType: row?.agentType ?? agent?.agentType ?? '',
    version: agent?.agentVersion ?? null,
    firstSeenAt: agent?.firstSeenAt ?? null,
    lastSeenAt: agent?.lastSeenAt ?? row?.lastActiveAt ?? null,
    state: running > 0 ? 'running' : (total ?? 0) > 0 ? 'active' : 'idle',
    running,
    openAlerts: row?.openAlerts ?? 0,
    total,
    successRate: row?.successRate ?? null,
    p95Ms: row?.duration.p95Ms ?? null,
    score: row?.reliability ?? null,
    lowSample: row !== undefined && row.total > 0 && row.lowSample,
  };
}

export function fitsFilter(agent: ListedAgent, { text, agentType, state }: AgentFilter): boolean {
  if (agentType !== null && agent.agentType !== agentType) return false;
  if (state === 'alerts' && agent.openAlerts === 0) return false;
  if (state !== null && state !== 'alerts' && agent.state !== state) return false;
  const wanted = text.trim().toLowerCase();
  return `${agent.name}\n${agent.agentId}\n${agent.version ?? ''}`.toLowerCase().includes(wanted);
}

type Key = string | number | null;

const KEYS: Readonly<Record<AgentSort, (agent: ListedAgent) => Key>> = {
  name: ({ name }) => name.toLowerCase(),
  type: ({ agentType }) => agentType,
  state: ({ state }) => AGENT_STATES.indexOf(state),
  total: ({ total }) => total,
  successRate: ({ successRate }) => successRate,
  p95: ({ p95Ms }) => p95Ms,
  score: ({ score }) => score,
  firstSeen: ({ firstSeenAt }) => firstSeenAt,
  lastSeen: ({ lastSeenAt }) => lastSeenAt,
};

/** Sorted so; what is unknown stands last either way, and equals stand by their ids. */
export function sortedAgents(
  agents: readonly ListedAgent[],
  sort: AgentSort,
  order: Order,
): ListedAgent[] {
  const key = KEYS[sort];
  const sign = order === 'asc' ? 1 : -1;
  return agents.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    const unknown = Number(left === null) - Number(right === null);
    if (unknown !== 0) return unknown;
    return sign * compared(left, right) || (a.agentId < b.agentId ? -1 : 1);
  });
}

function compared(a: Key, b: Key): number {
  if (typeof a === 'string' && typeof b === 'string') return inWords.compare(a, b);
  return Number(a) - Number(b);
}

/** Names, versions and so on count up at first, figures down: the most is what one looks for. */
export function firstOrder(sort: AgentSort): Order {
  return sort === 'name' || sort === 'type' || sort === 'state' ? 'asc' : 'desc';
}
