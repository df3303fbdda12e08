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

/** How stale `last_seen_at` may become while an agent is busy. */
const SEEN_EVERY_MS = 60_000;

type Change = Omit<KnownAgent, 'agentKey'> & { projectId: number; agentId: string };

/** Gives each (project, agent id) its integer key; what it knows is kept in memory. */
@Injectable()
export class AgentRegistry {
  private readonly known = new Map<string, KnownAgent>();

  /** The agent of a record, once `register` has committed. */
  find(record: PreparedRecord): KnownAgent | undefined {
    return this.known.get(keyOf(record.projectId, record.agentId));
  }

  /**
   * Writes the agents of these records that are new or have changed, within the caller's
   * transaction.
   * @returns every agent of the records, by `agentOf`; to be passed to `commit` after the commit
   */
  async register(client: PoolClient, records: readonly PreparedRecord[]): Promise<AgentLookup> {
    const lookup = new Map<string, KnownAgent>();
    const changes = new Map<string, Change>();
    for (const record of records) this.note(record, lookup, changes);
    if (changes.size > 0) await this.write(client, [...changes.values()], lookup);
    return lookup;
  }

  commit(lookup: AgentLookup): void {
    for (const [key, agent] of lookup) this.known.set(key, agent);
  }

  private note(
    record: PreparedRecord,
    lookup: Map<string, KnownAgent>,
    changes: Map<string, Change>,
  ): void {
    const key = keyOf(record.projectId, record.agentId);
    const before = changes.get(key) ?? this.known.get(key);
    const seenMs = record.endedAtMs ?? record.startedAtMs ?? 0;
    const after: Change = {
      projectId: record.projectId,
      agentId: record.agentId,
      agentName: record.agentName ?? before?.agentName ?? record.agentId,
      agentType: record.agentType,
      agentVersion: record.agentVersion ?? before?.agentVersion ?? null,
      lastSeenMs: Math.max(seenMs, before?.lastSeenMs ?? 0),
    };
    const known = this.known.get(key);
    if (known) lookup.set(key, known);
    const same =
      known?.agentName === after.agentName &&
      known.agentType === after.agentType &&
      known.agentVersion === after.agentVersion &&
      after.lastSeenMs - known.lastSeenMs < SEEN_EVERY_MS;
    if (!same) changes.set(key, after);
  }

  private async write(
    client: PoolClient,
    changes: Change[],
    lookup: Map<string, KnownAgent>,
  ): Promise<void> {
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
      const key = keyOf(row.project_id, row.agent_id);
      const change = byKey.get(key);
      if (change) lookup.set(key, { ...change, agentKey: row.agent_key });
    }
  }
}

/** Agents by `keyOf`. */
export type AgentLookup = ReadonlyMap<string, KnownAgent>;

/** Ids may hold any character, so the number comes first and ends at the first separator. */
export function keyOf(projectId: number, agentId: string): string {
  return `${projectId}/${agentId}`;
}
