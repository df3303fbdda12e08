import type { Query } from './copy-out.js';

/** Periods of which old rollups are dropped. */
export const EXPIRING = ['minute', 'hour', 'sixHours', 'day'] as const;
export type ExpiringPeriod = (typeof EXPIRING)[number];
export type HorizonName = ExpiringPeriod | 'raw' | 'window';

/** Horizons with this project are those of all projects that have none of their own. */
export const ALL_PROJECTS = 0;

/**
 * From when on rollups of a period are complete, epoch ms; `raw`: from when on single executions
 * are, as far as their days are still there; and `window`: up to when windows reach. Kept in the
 * database, so that a snapshot tells what it holds.
 */
export type Horizons = Record<HorizonName, number>;

/** Nothing was ever dropped. */
export function noHorizons(): Horizons {
  return {
    raw: -Infinity,
    minute: -Infinity,
    hour: -Infinity,
    sixHours: -Infinity,
    day: -Infinity,
    window: -Infinity,
  };
}

export interface HorizonRow {
  project_id: number;
  period: HorizonName;
  at: Date;
}

/** Those that hold for one project; without one, those from which on all projects are complete. */
export function horizonsOf(rows: readonly HorizonRow[], projectId?: number): Horizons {
  const horizons = noHorizons();
  for (const { project_id, period, at } of rows) {
    if (projectId !== undefined && project_id !== ALL_PROJECTS) continue;
    horizons[period] = Math.max(horizons[period], at.getTime());
  }
  // A project that keeps things for longer than others do is not bound by theirs.
  for (const { project_id, period, at } of rows) {
    if (project_id === projectId) horizons[period] = at.getTime();
  }
  return horizons;
}

/** Horizons of each of some agents, by the project that they belong to. */
export interface AgentHorizons {
  general: Horizons;
  of(agentKey: number): Horizons;
}

export async function readHorizons(
  query: Query,
  agentKeys: readonly number[],
): Promise<AgentHorizons> {
  const rows = await query<HorizonRow>('SELECT project_id, period, at FROM rollup_horizons');
  const general = horizonsOf(rows, ALL_PROJECTS);
  const projectIds = new Set(rows.map((row) => row.project_id).filter((id) => id !== ALL_PROJECTS));
  if (projectIds.size === 0) return { general, of: () => general };
  const own = new Map([...projectIds].map((id) => [id, horizonsOf(rows, id)]));
  const agents = await query<{ agent_key: number; project_id: number }>(
    `SELECT agent_key, project_id FROM agents
     WHERE agent_key = ANY ($1::int[]) AND project_id = ANY ($2::int[])`,
    [[...new Set(agentKeys)], [...projectIds]],
  );
  const projectOf = new Map(agents.map((agent) => [agent.agent_key, agent.project_id]));
  return { general, of: (agentKey) => own.get(projectOf.get(agentKey) ?? -1) ?? general };
}

/** Never moves back. */
export async function raiseHorizon(
  query: Query,
  period: HorizonName,
  atMs: number,
  projectId = ALL_PROJECTS,
): Promise<void> {
  await query(
    `INSERT INTO rollup_horizons (project_id, period, at) VALUES ($1, $2, $3)
     ON CONFLICT (project_id, period) DO UPDATE SET at = EXCLUDED.at
     WHERE rollup_horizons.at < EXCLUDED.at`,
    [projectId, period, new Date(atMs)],
  );
}
