import { RAW_SELECT, addRow, readRaw } from '@app/aggregation';
import type { PartialSink, Query, RawSelectRow, Span } from '@app/aggregation';

/** Which kind of task; what is absent does not matter. */
export interface StratumFilter {
  complexity?: number | undefined;
  taskType?: string | undefined;
}

/**
 * Reads one kind of task only. Rollups do not keep resources and quantiles per kind, so this reads
 * the raw rows.
 */
export async function readStratum(
  query: Query,
  agentKeys: number[],
  span: Span,
  filter: StratumFilter,
  sink: PartialSink,
): Promise<void> {
  const rows = await query<RawSelectRow>(
    `SELECT ${RAW_SELECT} FROM agent_performance_metrics m
     WHERE m.agent_key = ANY ($1::int[]) AND m.started_at >= $2 AND m.started_at < $3
       AND ($4::int IS NULL OR m.complexity = $4) AND ($5::text IS NULL OR m.task_type = $5)`,
    [
      agentKeys,
      new Date(span.fromMs),
      new Date(span.toMs),
      filter.complexity ?? null,
      filter.taskType ?? null,
    ],
  );
  for (const row of rows) {
    addRow(sink.partialFor(row.agent_key, row.started_at.getTime()), readRaw(row));
  }
}
