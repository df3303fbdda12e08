import type { Query } from './copy-out.js';

/** So many changes are kept; who has not looked for longer forgets what it remembers. */
const KEPT = 20_000;

/**
 * Tells everybody that rollups have changed, in the transaction that changes them. Whoever calls it
 * holds the roller's lock, so versions are in the order of commits, without a gap.
 * @param lateAgents of these something changed that windows reach over
 */
export async function noteChange(query: Query, lateAgents: Iterable<number>): Promise<void> {
  await query(
    `INSERT INTO rollup_changes (version, late_agent_keys, changed_at)
     SELECT coalesce(max(version), 0) + 1, $1::int[], now() FROM rollup_changes`,
    [[...lateAgents]],
  );
}

export interface Change {
  version: number;
  lateAgentKeys: number[];
}

/** The changes after one version up to another, in their order. */
export async function readChanges(query: Query, after: number, upTo: number): Promise<Change[]> {
  const rows = await query<{ version: number; late_agent_keys: number[] }>(
    `SELECT version, late_agent_keys FROM rollup_changes
     WHERE version > $1 AND version <= $2 ORDER BY version`,
    [after, upTo],
  );
  return rows.map((row) => ({ version: row.version, lateAgentKeys: row.late_agent_keys }));
}

/** Removes changes that are long past. */
export async function dropOldChanges(query: Query): Promise<void> {
  await query(
    `DELETE FROM rollup_changes WHERE version < (SELECT max(version) FROM rollup_changes) - $1::int`,
    [KEPT],
  );
}
