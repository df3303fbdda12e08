import type { Query } from '@app/aggregation';
import { DomainError } from '@app/platform';

/** An agent of a project as the registry knows it. */
export interface RegisteredAgent {
  agentKey: number;
  agentId: string;
  agentName: string;
  agentType: string;
  agentVersion: string | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export interface AgentFilter {
  agentIds?: string[] | undefined;
  agentType?: string | undefined;
  /** Part of the name or the id, whatever the case. */
  q?: string | undefined;
}

interface AgentRow {
  agent_key: number;
  agent_id: string;
  agent_name: string;
  agent_type: string;
  agent_version: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
}

/**
 * The project's agents, by id.
 * @throws DomainError `unknown-agent` (404) naming ids that are asked for and not there
 */
export async function readAgents(
  query: Query,
  projectId: number,
  filter: AgentFilter = {},
): Promise<RegisteredAgent[]> {
  const rows = await query<AgentRow>(
    `SELECT agent_key, agent_id, agent_name, agent_type, agent_version, first_seen_at, last_seen_at
     FROM agents
     WHERE project_id = $1 AND ($2::text[] IS NULL OR agent_id = ANY ($2))
     ORDER BY agent_id`,
    [projectId, filter.agentIds ?? null],
  );
  const found = new Set(rows.map((row) => row.agent_id));
  const missing = filter.agentIds?.filter((id) => !found.has(id)) ?? [];
  if (missing.length > 0) {
    throw new DomainError('unknown-agent', 404, `No such agent here: ${missing.join(', ')}`);
  }
  return rows
    .filter((row) => fits(row, filter))
    .map((row) => ({
      agentKey: row.agent_key,
      agentId: row.agent_id,
      agentName: row.agent_name,
      agentType: row.agent_type,
      agentVersion: row.agent_version,
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
    }));
}

function fits(row: AgentRow, { agentType, q }: AgentFilter): boolean {
  if (agentType !== undefined && row.agent_type !== agentType) return false;
  const wanted = q?.toLowerCase();
  return (
    wanted === undefined ||
    row.agent_name.toLowerCase().includes(wanted) ||
    row.agent_id.toLowerCase().includes(wanted)
  );
}

/** The words for an agent; empty for rows whose agent is not in the registry. */
export function identityOf(
  agent: RegisteredAgent | undefined,
): Pick<RegisteredAgent, 'agentId' | 'agentName' | 'agentType'> {
  const { agentId = '', agentName = '', agentType = '' } = agent ?? {};
  return { agentId, agentName, agentType };
}

/** Counts per agent key from a statement that selects `agent_key` and `count`. */
export async function countByAgent(
  query: Query,
  table: 'running_executions' | 'agent_performance_alerts',
  agentKeys: number[],
): Promise<Map<number, number>> {
  const open =
    table === 'agent_performance_alerts' ? "AND resolved_at IS NULL AND state <> 'pending'" : '';
  const rows = await query<{ agent_key: number; count: number }>(
    `SELECT agent_key, count(*)::int AS count FROM ${table}
     WHERE agent_key = ANY ($1::int[]) ${open} GROUP BY agent_key`,
    [agentKeys],
  );
  return new Map(rows.map((row) => [row.agent_key, row.count]));
}
