import { Injectable } from '@nestjs/common';
import { emptyPartial, mergePartial, readPartials } from '@app/aggregation';
import type { Partial, Span, StreamingQuery } from '@app/aggregation';
import type { Outcome } from '@app/contracts';
import { floorToBucket } from '@app/stats';
import { DataSource } from 'typeorm';

import type { ReplayedExecution } from './execution.replay.js';
import type { ReplayBucket } from './window.replay.js';

const PAGE = 5000;

export interface HistoryAgent {
  agentKey: number;
  agentId: string;
  agentName: string;
  agentType: string;
}

interface ExecutionRow {
  status: Outcome;
  task_type: string;
  complexity: number;
  duration_ms: number;
  cpu_percent: number | null;
  memory_mb: number | null;
  ended_at: Date;
  started_at: Date;
  execution_id: string;
}

// Pages by the primary key, each put in the order of its ends. An execution that began on an
// earlier page and ended on a later one is seen with its own page: a little early.
const page = `
SELECT status, task_type, complexity, duration_ms, cpu_percent, memory_mb, ended_at, started_at,
  execution_id
FROM agent_performance_metrics
WHERE agent_key = $1::integer AND started_at >= $2::timestamptz AND started_at < $3::timestamptz
  AND (started_at, execution_id) > ($4::timestamptz, $5::uuid) AND started_at >= $4::timestamptz
ORDER BY started_at, execution_id LIMIT ${PAGE}`;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Reads what is stored, in the form in which it is replayed. */
@Injectable()
export class HistoryReader {
  constructor(private readonly dataSource: DataSource) {}

  agents(projectId: number): Promise<HistoryAgent[]> {
    return this.dataSource.query<HistoryAgent[]>(
      `SELECT agent_key AS "agentKey", agent_id AS "agentId", agent_name AS "agentName",
         agent_type AS "agentType"
       FROM agents WHERE project_id = $1::integer ORDER BY agent_id`,
      [projectId],
    );
  }

  /** An agent's history bucket by bucket, in no particular order. */
  async buckets(
    query: StreamingQuery,
    agentKey: number,
    span: Span,
    coarsest: 'minute' | 'hour',
  ): Promise<ReplayBucket[]> {
    const buckets = new Map<number, Partial>();
    const bucketOf = (atMs: number): Partial => {
      const startMs = floorToBucket(atMs, coarsest);
      let partial = buckets.get(startMs);
      if (!partial) buckets.set(startMs, (partial = emptyPartial()));
      return partial;
    };
    await readPartials(
      query,
      { ...span, agentKeys: [agentKey], coarsest },
      {
        rollup: (_, atMs, partial) => {
          const startMs = floorToBucket(atMs, coarsest);
          if (buckets.has(startMs)) mergePartial(bucketOf(atMs), partial);
          else buckets.set(startMs, partial);
        },
        partialFor: (_, atMs) => bucketOf(atMs),
      },
    );
    return [...buckets].map(([atMs, partial]) => ({ atMs, partial }));
  }

  /** An agent's executions, page by page, in the order in which they ended. */
  async *executions(agentKey: number, { fromMs, toMs }: Span): AsyncIterable<ReplayedExecution[]> {
    let after = { startedAt: new Date(fromMs), id: FIRST_ID };
    for (;;) {
      const rows = await this.dataSource.query<ExecutionRow[]>(page, [
        agentKey,
        new Date(fromMs),
        new Date(toMs),
        after.startedAt,
        after.id,
      ]);
      yield rows.map(toReplayed).sort((a, b) => a.endedAtMs - b.endedAtMs);
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = { startedAt: last.started_at, id: last.execution_id };
    }
  }
}

function toReplayed(row: ExecutionRow): ReplayedExecution {
  return {
    status: row.status,
    taskType: row.task_type,
    complexity: row.complexity,
    durationMs: row.duration_ms,
    cpuPercent: row.cpu_percent,
    memoryMb: row.memory_mb,
    endedAtMs: row.ended_at.getTime(),
  };
}
