import { Injectable } from '@nestjs/common';
import type { BenchmarkFigures } from '@app/contracts';
import { DataSource } from 'typeorm';

const DAY_MS = 24 * 3_600_000;
/** Of `slow_execution`, as the specification has it. */
const SLOW = 1.5;
const VERY_SLOW = 2;
/** A shorter run is a burst, whose CPU is not judged. */
const CPU_FROM_MS = 1000;

/** Executions of a project that a benchmark is about. */
export interface Scope {
  projectId: number;
  agentType: string;
  /** `default` stands for every task type but those that have benchmarks of their own. */
  taskType: string;
  complexity: number;
  /** Task types that have, at this agent type and complexity. */
  described: readonly string[];
}

export type Figures = Omit<BenchmarkFigures, 'source'>;

/** Counts of one day, or of several. */
export interface DayCounts {
  total: number;
  successes: number;
  /** All but the cancelled. */
  judged: number;
  slow: number;
  verySlow: number;
  overCpu: number;
  overMemory: number;
  alerting: number;
}

/** What a stratum's successes really took. */
export interface StratumTimes {
  agentType: string;
  taskType: string;
  complexity: number;
  n: number;
  p75Ms: number;
  p90Ms: number;
  lowMs: number;
  highMs: number;
}

const slow = (factor: number): string =>
  `m.status IN ('success', 'timeout') AND m.duration_ms > ${factor} * f.expected_ms`;
const overCpu = `m.duration_ms >= ${CPU_FROM_MS} AND m.cpu_percent > f.max_cpu_percent`;
const overMemory = 'm.memory_mb > f.max_memory_mb';

const countDay = `
WITH f AS (SELECT $7::double precision AS expected_ms, $8::double precision AS max_cpu_percent,
  $9::double precision AS max_memory_mb)
SELECT count(*)::float8 AS total,
  count(*) FILTER (WHERE m.status = 'success')::float8 AS successes,
  count(*) FILTER (WHERE m.status <> 'cancelled')::float8 AS judged,
  count(*) FILTER (WHERE ${slow(SLOW)})::float8 AS slow,
  count(*) FILTER (WHERE ${slow(VERY_SLOW)})::float8 AS "verySlow",
  count(*) FILTER (WHERE ${overCpu})::float8 AS "overCpu",
  count(*) FILTER (WHERE ${overMemory})::float8 AS "overMemory",
  count(*) FILTER (WHERE ${slow(SLOW)} OR ${overCpu} OR ${overMemory})::float8 AS alerting
FROM agent_performance_metrics m CROSS JOIN f
WHERE m.agent_key = ANY($1::integer[]) AND m.started_at >= $2::timestamptz
  AND m.started_at < $3::timestamptz AND m.complexity = $4::smallint
  AND ($5::text IS NULL OR m.task_type = $5::text) AND m.task_type <> ALL($6::text[])`;

// The interval of a quantile from order statistics: ranks q·n ∓ z·√(n·q·(1 − q))
// (Conover, "Practical Nonparametric Statistics", section 3.2).
const times = `
WITH ranked AS (
  SELECT a.agent_type, m.task_type, m.complexity, m.duration_ms,
    row_number() OVER w AS nth, count(*) OVER (PARTITION BY a.agent_type, m.task_type, m.complexity) AS n
  FROM agent_performance_metrics m
  JOIN agents a ON a.agent_key = m.agent_key
  WHERE m.agent_key = ANY($1::integer[]) AND m.started_at >= $2::timestamptz
    AND m.started_at < $3::timestamptz AND m.status = 'success'
  WINDOW w AS (PARTITION BY a.agent_type, m.task_type, m.complexity
    ORDER BY m.duration_ms, m.started_at, m.execution_id)
)
SELECT agent_type AS "agentType", task_type AS "taskType", complexity, n::float8 AS n,
  max(duration_ms) FILTER (WHERE nth = ceil(0.75 * n)) AS "p75Ms",
  max(duration_ms) FILTER (WHERE nth = ceil(0.9 * n)) AS "p90Ms",
  max(duration_ms) FILTER (WHERE nth = greatest(1, floor(0.75 * n - 1.96 * sqrt(n * 0.1875)))) AS "lowMs",
  max(duration_ms) FILTER (WHERE nth = least(n, ceil(0.75 * n + 1.96 * sqrt(n * 0.1875)) + 1)) AS "highMs"
FROM ranked GROUP BY agent_type, task_type, complexity, n`;

/**
 * Looks at raw executions, newest first, day by day, for as long as the budget lasts: what it
 * answers may cover less than was asked for, and says so.
 */
@Injectable()
export class RealityReader {
  /** Milliseconds after which no further day is begun, and after which one is given up. */
  budgetMs = 3000;
  /** Successes that a stratum's times are taken from at most, roughly, over all strata. */
  sample = 200_000;

  constructor(private readonly dataSource: DataSource) {}

  /** @returns the counts by set of figures, and since when they are complete */
  async count(
    scope: Scope,
    sets: readonly Figures[],
    from: Date,
    to: Date,
  ): Promise<{ counts: DayCounts[]; from: Date; complete: boolean }> {
    const keys = await this.agentsOf(scope.projectId, scope.agentType);
    const taskType = scope.taskType === 'default' ? null : scope.taskType;
    const others = taskType === null ? scope.described : [];
    const counts = sets.map(nothing);
    const covered = await this.eachDay(from, to, async (since, until, query) => {
      for (const [index, figures] of sets.entries()) {
        const { expectedMs, maxCpuPercent, maxMemoryMb } = figures;
        const where = [keys, since, until, scope.complexity, taskType, others];
        const [day] = await query<DayCounts>(countDay, [
          ...where,
          expectedMs,
          maxCpuPercent,
          maxMemoryMb,
        ]);
        counts[index] = add(counts[index] ?? nothing(), day ?? nothing());
      }
      return true;
    });
    return { counts, ...covered };
  }

  /** What successes took, by stratum, of the newest days until there are enough of them. */
  async times(
    projectId: number,
    agentType: string | undefined,
    from: Date,
    to: Date,
  ): Promise<{ strata: StratumTimes[]; from: Date }> {
    const keys = await this.agentsOf(projectId, agentType);
    let found = 0;
    const { from: since } = await this.eachDay(from, to, async (begin, end, query) => {
      const [row] = await query<{ n: number }>(
        `SELECT count(*)::float8 AS n FROM agent_performance_metrics
         WHERE agent_key = ANY($1::integer[]) AND started_at >= $2 AND started_at < $3
           AND status = 'success'`,
        [keys, begin, end],
      );
      found += row?.n ?? 0;
      return found < this.sample;
    });
    const strata = await this.within((query) => query<StratumTimes>(times, [keys, since, to]));
    return { strata, from: since };
  }

  private async agentsOf(projectId: number, agentType: string | undefined): Promise<number[]> {
    const rows = await this.dataSource.query<{ agent_key: number }[]>(
      `SELECT agent_key FROM agents
       WHERE project_id = $1 AND ($2::text IS NULL OR agent_type = $2::text)`,
      [projectId, agentType ?? null],
    );
    return rows.map((row) => row.agent_key);
  }

  /**
   * Days of UTC, newest first, because raw executions lie in partitions by day.
   * @param look answers whether to go on
   * @throws DomainError `query-timeout` (503) when not even the newest day could be looked at
   */
  private async eachDay(
    from: Date,
    to: Date,
    look: (from: Date, to: Date, query: Query) => Promise<boolean>,
  ): Promise<{ from: Date; complete: boolean }> {
    const endMs = performance.now() + this.budgetMs;
    let until = to;
    while (until > from) {
      const day = Math.floor((until.getTime() - 1) / DAY_MS) * DAY_MS;
      const since = new Date(Math.max(from.getTime(), day));
      const [begin, end] = [since, until];
      if (performance.now() > endMs) return { from: until, complete: false };
      try {
        const more = await this.within((query) => look(begin, end, query));
        if (!more) return { from: since, complete: false };
      } catch (error) {
        if (!isTimeout(error) || until === to) throw error;
        return { from: until, complete: false };
      }
      until = since;
    }
    return { from, complete: true };
  }

  private within<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`SELECT set_config('statement_timeout', $1, true)`, [
        `${this.budgetMs}ms`,
      ]);
      return work((sql, parameters) => manager.query(sql, parameters));
    });
  }
}

type Query = <R>(sql: string, parameters: unknown[]) => Promise<R[]>;

function isTimeout(error: unknown): boolean {
  return (error as { driverError?: { code?: unknown } }).driverError?.code === '57014';
}

function nothing(): DayCounts {
  return {
    total: 0,
    successes: 0,
    judged: 0,
    slow: 0,
    verySlow: 0,
    overCpu: 0,
    overMemory: 0,
    alerting: 0,
  };
}

function add(a: DayCounts, b: DayCounts): DayCounts {
  const names = Object.keys(a) as (keyof DayCounts)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as DayCounts;
}
