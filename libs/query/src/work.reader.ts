import type { Query, Span } from '@app/aggregation';
import type { Counted } from '@app/stats';

import { requireRaw } from './kind.reader.js';

/** What an agent did at one complexity. */
export interface Work {
  /** Finished and not cancelled. */
  judged: number;
  successful: number;
  /** Of successful ones, ms. */
  durations: Counted;
}

/** Work by complexity. */
export type WorkByLevel = Map<number, Work>;

/** Width of a bin on a logarithmic scale; within one, durations count as their mean. */
const BIN_WIDTH = 0.005;

interface WorkRow {
  agent_key: number;
  complexity: number;
  successful: boolean;
  count: number;
  mean_ms: number;
}

/**
 * The raw rows of a span by agent and complexity, durations in bins of 0.5 %: a few hundred lines
 * from the database however many rows there are.
 * @throws DomainError `invalid-request` where raw rows of the span are gone
 */
export async function readWork(
  query: Query,
  projectId: number,
  agentKeys: number[],
  span: Span,
  complexity?: number,
): Promise<Map<number, WorkByLevel>> {
  await requireRaw(query, projectId, agentKeys, span);
  const rows = await query<WorkRow>(
    `SELECT agent_key, complexity, status = 'success' AS successful, count(*)::int AS count,
       avg(duration_ms) AS mean_ms
     FROM agent_performance_metrics
     WHERE agent_key = ANY ($1::int[]) AND started_at >= $2 AND started_at < $3
       AND ($4::int IS NULL OR complexity = $4) AND status <> 'cancelled'
     GROUP BY agent_key, complexity, status = 'success',
       CASE WHEN status = 'success' THEN floor(ln(greatest(duration_ms, 1e-3)) / $5::float8) END
     ORDER BY agent_key, complexity, mean_ms`,
    [agentKeys, new Date(span.fromMs), new Date(span.toMs), complexity ?? null, BIN_WIDTH],
  );
  const byAgent = new Map<number, WorkByLevel>();
  const samples = new Map<Work, { values: number[]; counts: number[] }>();
  for (const row of rows) {
    const levels = byAgent.get(row.agent_key) ?? new Map<number, Work>();
    byAgent.set(row.agent_key, levels);
    let work = levels.get(row.complexity);
    if (!work) {
      const durations = { values: [], counts: [] };
      work = { judged: 0, successful: 0, durations };
      samples.set(work, durations);
      levels.set(row.complexity, work);
    }
    work.judged += row.count;
    if (!row.successful) continue;
    work.successful += row.count;
    samples.get(work)?.values.push(row.mean_ms);
    samples.get(work)?.counts.push(row.count);
  }
  return byAgent;
}
