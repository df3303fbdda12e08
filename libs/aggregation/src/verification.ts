import { randomUUID } from 'node:crypto';

import { LOCKS } from '@app/platform';
import type { DataSource, QueryRunner } from 'typeorm';

import { rollUpDirty } from './roller.js';
import { inSnapshot } from './rolling.js';
import { verifyRollups } from './verifier.js';
import type { Difference, Verification } from './verifier.js';

/** Agents of one look; their rollups are held in memory. */
const AGENTS = 20;
const CHUNK = 5000;

/** A difference with the names that people know. */
export type NamedDifference = Difference & { project: string; agentId: string };

/**
 * Verifies the rollups of all agents, some at a time, each look being one snapshot.
 * @param report is called for each difference
 */
export async function verifyAll(
  dataSource: DataSource,
  report: (difference: NamedDifference) => void,
): Promise<Omit<Verification, 'differences'> & { differences: Difference[] }> {
  const agents = await dataSource.query<{ agent_key: number; agent_id: string; slug: string }[]>(
    `SELECT a.agent_key, a.agent_id, p.slug FROM agents a
     JOIN projects p ON p.project_id = a.project_id ORDER BY a.agent_key`,
  );
  const names = new Map(agents.map((agent) => [agent.agent_key, agent]));
  const all: Verification = { checked: 0, waiting: 0, differences: [] };
  const runner = dataSource.createQueryRunner();
  try {
    for (let at = 0; at < agents.length; at += AGENTS) {
      const keys = agents.slice(at, at + AGENTS).map((agent) => agent.agent_key);
      const found = await inSnapshot(runner, ({ query }) => verifyRollups(query, keys));
      all.checked += found.checked;
      all.waiting += found.waiting;
      all.differences.push(...found.differences);
      for (const difference of found.differences) {
        const { agent_id: agentId = '', slug: project = '' } = names.get(difference.agentKey) ?? {};
        report({ ...difference, project, agentId });
      }
    }
  } finally {
    await runner.release();
  }
  return all;
}

/** Makes rollups anew that were found to differ. Waits for a roller that is at work. */
export async function repairRollups(
  dataSource: DataSource,
  differences: readonly Difference[],
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [LOCKS.aggregate]);
    for (let at = 0; at < differences.length; at += CHUNK) {
      await mark(runner, differences.slice(at, at + CHUNK));
    }
    for (let done = CHUNK; done === CHUNK;) {
      done = await inSnapshot(runner, (rolling) => rollUpDirty(rolling, CHUNK));
    }
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [LOCKS.aggregate]).catch(() => {
      // A lost connection has lost its lock too.
    });
    await runner.release();
  }
}

async function mark(runner: QueryRunner, differences: readonly Difference[]): Promise<void> {
  await runner.query(
    `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
     SELECT DISTINCT agent_key, bucket_start, $3::uuid
     FROM unnest($1::int[], $2::timestamptz[]) AS t (agent_key, bucket_start)`,
    [
      differences.map(({ agentKey }) => agentKey),
      differences.map(({ minuteMs }) => new Date(minuteMs)),
      randomUUID(),
    ],
  );
}
