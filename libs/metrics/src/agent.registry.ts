import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';

import type { PreparedRecord } from './prepared-record.js';

/** What is known of an agent. */
export interface KnownAgent {
  agentKey: number;
  agentName: string;
  agentType: string;
  agentVersion: string | null;
  lastSeenMs: number;
}

/** How stale `last_seen_at` may become while an agent is busy, … */
const SEEN_EVERY_MS = 60_000;
/** … and how often it is written: apart from the groups, so that they need not wait for it. */
const SEEN_PAUSE_MS = 10_000;
/** Agents that are remembered; fleets may name one anew for each run. Beyond, all are learned anew. */
const MOST_KNOWN = 100_000;

type Change = Omit<KnownAgent, 'agentKey'> & { projectId: number; agentId: string };
type Agents = Map<number, Map<string, KnownAgent>>;

/** Gives each (project, agent id) its integer key; what it knows is kept in memory. */
@Injectable()
export class AgentRegistry {
  private readonly known: Agents = new Map();
  /** Epoch ms by agent key, still to be written. */
  private seen = new Map<number, number>();
  private seenWrittenMs = -Infinity;
  private count = 0;
  /** So many agents are remembered. */
  most = MOST_KNOWN;

  /** How many agents are remembered. */
  get size(): number {
    return this.count;
  }

  /**
   * Fills in key and name of the agents of these records, as far as they are known.
   * @returns whether all are known and none has changed; otherwise they are to be registered
   */
  recognise(records: readonly PreparedRecord[]): boolean {
    let all = true;
    for (const record of records) {
      const agent = this.known.get(record.projectId)?.get(record.agentId);
      if (!agent || hasChanged(agent, record)) {
        all = false;
        continue;
      }
      introduce(record, agent);
      const ms = seenMs(record);
      if (ms - agent.lastSeenMs < SEEN_EVERY_MS) continue;
      agent.lastSeenMs = ms;
      this.seen.set(agent.agentKey, ms);
    }
    return all;
  }

  /**
   * Writes when busy agents were last seen, every ten seconds at most.
   * @throws the database's error; what could not be written is kept for the next time
   */
  async writeSeen(client: Pick<PoolClient, 'query'>): Promise<void> {
    const nowMs = performance.now();
    if (this.seen.size === 0 || nowMs - this.seenWrittenMs < SEEN_PAUSE_MS) return;
    this.seenWrittenMs = nowMs;
    const seen = this.seen;
    this.seen = new Map();
    try {
      await client.query(
        `UPDATE agents a SET last_seen_at = t.seen_at
         FROM unnest($1::int[], $2::timestamptz[]) AS t (agent_key, seen_at)
         WHERE a.agent_key = t.agent_key AND a.last_seen_at < t.seen_at`,
        [[...seen.keys()], [...seen.values()].map((ms) => new Date(ms))],
      );
    } catch (error) {
      for (const [key, ms] of seen) this.seen.set(key, Math.max(ms, this.seen.get(key) ?? 0));
      throw error;
    }
  }

  /**
   * Writes the agents of these records that are new or have changed, within the caller's
   * transaction, and fills in key and name of all.
   * @returns to be called after the commit
   */
  async register(client: PoolClient, records: readonly PreparedRecord[]): Promise<() => void> {
    const changes = new Map<string, Change>();
    // Kept here, as meanwhile they may be forgotten.
    const recognised = new Map<PreparedRecord, KnownAgent>();
    for (const record of records) {
      const agent = this.known.get(record.projectId)?.get(record.agentId);
      if (agent) recognised.set(record, agent);
      if (!agent || hasChanged(agent, record)) this.note(record, agent, changes);
    }
    const written: Agents = new Map();
    if (changes.size > 0) await this.write(client, [...changes.values()], written);
    for (const record of records) {
      const agent = written.get(record.projectId)?.get(record.agentId) ?? recognised.get(record);
      if (!agent) throw new Error('agent was not registered');
      introduce(record, agent);
    }
    return () => this.remember(written);
  }

  private remember(written: Agents): void {
    for (const [projectId, agents] of written) {
      for (const [agentId, agent] of agents) {
        if (!this.known.get(projectId)?.has(agentId)) this.count += 1;
        put(this.known, projectId, agentId, agent);
      }
    }
    if (this.count <= this.most) return;
    this.known.clear();
    this.count = 0;
  }

  private note(
    record: PreparedRecord,
    known: KnownAgent | undefined,
    changes: Map<string, Change>,
  ): void {
    const key = keyOf(record.projectId, record.agentId);
    const before = changes.get(key) ?? known;
    changes.set(key, {
      projectId: record.projectId,
      agentId: record.agentId,
      agentName: record.agentName ?? before?.agentName ?? record.agentId,
      agentType: record.agentType,
      agentVersion: record.agentVersion ?? before?.agentVersion ?? null,
      lastSeenMs: Math.max(seenMs(record), before?.lastSeenMs ?? 0),
    });
  }

  private async write(client: PoolClient, changes: Change[], written: Agents): Promise<void> {
    // One order for all writers, so that two of them cannot wait for each other.
    changes.sort((a, b) => a.projectId - b.projectId || (a.agentId < b.agentId ? -1 : 1));
    const seen = changes.map((change) => new Date(change.lastSeenMs));
    const { rows } = await client.query<{
      agent_key: number;
      project_id: number;
      agent_id: string;
    }>(
      `INSERT INTO agents (project_id, agent_id, agent_name, agent_type, agent_version, first_seen_at, last_seen_at)
       SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $6::timestamptz[])
       ON CONFLICT (project_id, agent_id) DO UPDATE SET
         agent_name = EXCLUDED.agent_name, agent_type = EXCLUDED.agent_type,
         agent_version = EXCLUDED.agent_version,
         first_seen_at = least(agents.first_seen_at, EXCLUDED.first_seen_at),
         last_seen_at = greatest(agents.last_seen_at, EXCLUDED.last_seen_at)
       RETURNING agent_key, project_id, agent_id`,
      [
        changes.map((change) => change.projectId),
        changes.map((change) => change.agentId),
        changes.map((change) => change.agentName),
        changes.map((change) => change.agentType),
        changes.map((change) => change.agentVersion),
        seen,
      ],
    );
    const byKey = new Map(
      changes.map((change) => [keyOf(change.projectId, change.agentId), change]),
    );
    for (const row of rows) {
      const change = byKey.get(keyOf(row.project_id, row.agent_id));
      if (!change) continue;
      put(written, row.project_id, row.agent_id, { ...change, agentKey: row.agent_key });
    }
  }
}

const seenMs = (record: PreparedRecord): number => record.endedAtMs ?? record.startedAtMs ?? 0;

function hasChanged(agent: KnownAgent, record: PreparedRecord): boolean {
  return (
    (record.agentName !== null && record.agentName !== agent.agentName) ||
    record.agentType !== agent.agentType ||
    (record.agentVersion !== null && record.agentVersion !== agent.agentVersion)
  );
}

function introduce(record: PreparedRecord, agent: KnownAgent): void {
  record.agentKey = agent.agentKey;
  record.agentName ??= agent.agentName;
}

function put(agents: Agents, projectId: number, agentId: string, agent: KnownAgent): void {
  const ofProject = agents.get(projectId) ?? new Map<string, KnownAgent>();
  agents.set(projectId, ofProject.set(agentId, agent));
}

/** Ids may hold any character, so the number comes first and ends at the first separator. */
function keyOf(projectId: number, agentId: string): string {
  return `${projectId}/${agentId}`;
}
