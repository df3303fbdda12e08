import { literal } from '@app/aggregation';
import type { BinaryRow, CopyPart, Query } from '@app/aggregation';
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

/** A page of the agents by id. */
export interface AgentPage extends AgentFilter {
  /** Only those behind this id. */
  afterId?: string | undefined;
  /** At most so many. */
  most?: number | undefined;
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
  filter: AgentPage = {},
): Promise<RegisteredAgent[]> {
  const rows = await query<AgentRow>(
    `SELECT agent_key, agent_id, agent_name, agent_type, agent_version, first_seen_at, last_seen_at
     FROM agents
     WHERE project_id = $1 AND ($2::text[] IS NULL OR agent_id = ANY ($2))
       AND ($3::text IS NULL OR agent_id > $3)
       AND ($4::text IS NULL OR $5::int IS NULL OR agent_type = $4)
     ORDER BY agent_id LIMIT $5`,
    [
      projectId,
      filter.agentIds ?? null,
      filter.afterId ?? null,
      filter.agentType ?? null,
      filter.most ?? null,
    ],
  );
  const agents = rows.map((row) => ({
    agentKey: row.agent_key,
    agentId: row.agent_id,
    agentName: row.agent_name,
    agentType: row.agent_type,
    agentVersion: row.agent_version,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  }));
  requireAll(filter, agents);
  return agents.filter((agent) => fits(agent, filter));
}

/** What most answers tell of an agent. */
export type NamedAgent = Pick<RegisteredAgent, 'agentKey' | 'agentId' | 'agentName' | 'agentType'>;

/** The project's agents, to be read together with other things. */
export class AgentsQuestion implements CopyPart {
  readonly select: string;
  private readonly all: NamedAgent[] = [];

  constructor(
    projectId: number,
    private readonly filter: AgentFilter,
  ) {
    const ids = filter.agentIds?.map(literal).join(', ');
    this.select = `SELECT agent_key, agent_id, agent_name, agent_type FROM agents
      WHERE project_id = ${Math.trunc(projectId)}
        ${ids === undefined ? '' : `AND agent_id = ANY (ARRAY[${ids}]::text[])`}
      ORDER BY agent_id`;
  }

  readonly take = (row: BinaryRow): void => {
    this.all.push({
      agentKey: row.int4(),
      agentId: row.text(),
      agentName: row.text(),
      agentType: row.word(),
    });
  };

  /** @throws DomainError `unknown-agent` (404) naming ids that are asked for and not there */
  answer(): NamedAgent[] {
    requireAll(this.filter, this.all);
    return this.all.filter((agent) => fits(agent, this.filter));
  }
}

function requireAll({ agentIds }: AgentFilter, found: readonly { agentId: string }[]): void {
  if (!agentIds) return;
  const ids = new Set(found.map(({ agentId }) => agentId));
  const missing = agentIds.filter((id) => !ids.has(id));
  if (missing.length === 0) return;
  throw new DomainError('unknown-agent', 404, `No such agent here: ${missing.join(', ')}`);
}

function fits(agent: NamedAgent, { agentType, q }: AgentFilter): boolean {
  if (agentType !== undefined && agent.agentType !== agentType) return false;
  const wanted = q?.toLowerCase();
  return (
    wanted === undefined ||
    agent.agentName.toLowerCase().includes(wanted) ||
    agent.agentId.toLowerCase().includes(wanted)
  );
}

/** Counts per agent of a project, to be read together with other things. */
export class CountQuestion implements CopyPart {
  readonly counts = new Map<number, number>();
  readonly select: string;

  constructor(projectId: number, what: 'running' | 'open alerts') {
    const project = Math.trunc(projectId);
    this.select =
      what === 'running'
        ? `SELECT agent_key, count(*)::int FROM running_executions WHERE agent_key IN
             (SELECT agent_key FROM agents WHERE project_id = ${project}) GROUP BY agent_key`
        : `SELECT agent_key, count(*)::int FROM agent_performance_alerts
           WHERE project_id = ${project} AND resolved_at IS NULL AND state <> 'pending'
           GROUP BY agent_key`;
  }

  readonly take = (row: BinaryRow): void => {
    const agentKey = row.int4();
    this.counts.set(agentKey, row.int4());
  };
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
