import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { CLOCK, EventBus, LOCKS, withAdvisoryLock } from '@app/platform';
import type { Clock, StoredExecution } from '@app/platform';
import { DataSource } from 'typeorm';

import { BenchmarksService } from './benchmarks.service.js';
import { DEFAULT_TASK_TYPE } from './benchmark-index.js';

interface Stratum {
  agentType: string;
  complexity: number;
}

type Learned = Stratum & { expectedMs: number; maxCpuPercent: number; maxMemoryMb: number };

type Query = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

/** How many successes a benchmark is learned from, and how far back they may lie. */
const SAMPLE = 200;
const LOOKBACK_MS = 7 * 24 * 3_600_000;
/** So many strata of a project may wait; more means agent types that are no types. */
const MAX_WAITING = 1000;

// Limits above what was observed, so that an ordinary peak does not alert; where nothing was
// measured, the usual limits.
const learn = `
WITH first AS (
  SELECT a.agent_type, m.complexity, m.duration_ms, m.cpu_percent, m.memory_mb,
    row_number() OVER (PARTITION BY a.agent_type, m.complexity
      ORDER BY m.started_at, m.agent_key, m.execution_id) AS nth
  FROM agent_performance_metrics m
  JOIN agents a ON a.agent_key = m.agent_key
  JOIN unnest($1::text[], $2::smallint[]) AS w(agent_type, complexity)
    ON w.agent_type = a.agent_type AND w.complexity = m.complexity
  WHERE a.project_id = $5 AND m.status = 'success' AND m.started_at > $3::timestamptz
)
SELECT agent_type AS "agentType", complexity,
  greatest(1, percentile_disc(0.75) WITHIN GROUP (ORDER BY duration_ms)) AS "expectedMs",
  coalesce(1.5 * nullif(percentile_disc(0.95) WITHIN GROUP (ORDER BY cpu_percent), 0), 80)
    AS "maxCpuPercent",
  coalesce(1.5 * nullif(percentile_disc(0.95) WITHIN GROUP (ORDER BY memory_mb), 0), 1024)
    AS "maxMemoryMb"
FROM first WHERE nth <= $4::integer
GROUP BY agent_type, complexity HAVING count(*) >= $4::integer`;

const keep = `
WITH made AS (
  INSERT INTO agent_performance_benchmarks (benchmark_id, agent_type, task_type, complexity,
    expected_ms, max_cpu_percent, max_memory_mb, min_success_rate, source, updated_at, project_id)
  SELECT $1::uuid, $2::text, $3::text, $4::smallint, $5::float8, $6::float8, $7::float8, 90,
    'learned', $8::timestamptz, $9::integer
  WHERE NOT EXISTS (SELECT FROM agent_performance_benchmarks
    WHERE project_id IS NULL AND agent_type = $2 AND task_type = $3 AND complexity = $4)
  ON CONFLICT (project_id, agent_type, task_type, complexity) DO NOTHING
  RETURNING *
)
INSERT INTO benchmark_versions (benchmark_id, project_id, version, action, changed_at, changed_by,
  after)
SELECT benchmark_id, project_id, version, 'created', updated_at, 'learner', jsonb_build_object(
  'expectedMs', expected_ms, 'maxCpuPercent', max_cpu_percent, 'maxMemoryMb', max_memory_mb,
  'minSuccessRate', min_success_rate, 'source', source)
FROM made`;

/**
 * Learns what to expect of agent types that nobody described, for each project from what its own
 * agents did: the 75th percentile of the first 200 successes of a complexity within the last 7
 * days. Only strata that were seen working since the last look are looked at, so idle or unused
 * ones cost nothing.
 */
@Injectable()
export class BenchmarkLearner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(BenchmarkLearner.name);
  /** By the slug of the project. */
  private waiting = new Map<string, Map<string, Stratum>>();
  private unsubscribe?: () => void;

  constructor(
    private readonly benchmarks: BenchmarksService,
    private readonly bus: EventBus,
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.bus.subscribe('executionsStored', (executions) => {
      for (const execution of executions) this.notice(execution);
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
  }

  @Cron('0 */5 * * * *', { name: 'benchmarks.learn', timeZone: 'UTC', waitForCompletion: true })
  async run(): Promise<void> {
    const { waiting } = this;
    this.waiting = new Map();
    let count = 0;
    // One by one: what is too much in one project is at nobody else's expense.
    for (const [project, strata] of waiting) {
      const learned = await this.learnIn(project, [...strata.values()]);
      if (learned === null) this.wait(project, strata.values());
      else count += learned;
    }
    if (count === 0) return;
    await this.benchmarks.refresh();
    this.logger.log({ event: 'benchmarks.learned', count });
  }

  private notice({ project, agentType, complexity, status }: StoredExecution): void {
    if (status !== 'success') return;
    if (this.benchmarks.expectationFor(project, agentType, DEFAULT_TASK_TYPE, complexity)) return;
    this.wait(project, [{ agentType, complexity }]);
  }

  private wait(project: string, strata: Iterable<Stratum>): void {
    let waiting = this.waiting.get(project);
    if (!waiting) this.waiting.set(project, (waiting = new Map<string, Stratum>()));
    for (const stratum of strata) {
      if (waiting.size >= MAX_WAITING) return;
      waiting.set(`${stratum.complexity}:${stratum.agentType}`, stratum);
    }
  }

  /** @returns how many; null: to be tried again */
  private async learnIn(project: string, strata: readonly Stratum[]): Promise<number | null> {
    try {
      return await withAdvisoryLock(this.dataSource, LOCKS.learnBenchmarks, async (query) => {
        await query(`SET LOCAL statement_timeout = '10s'`);
        const [row] = await query<{ project_id: number }>(
          'SELECT project_id FROM projects WHERE slug = $1 AND archived_at IS NULL',
          [project],
        );
        return row ? this.learn(row.project_id, strata, query) : 0;
      });
    } catch (error) {
      this.logger.warn({ event: 'benchmarks.learn.failed', project, error: String(error) });
      return null;
    }
  }

  private async learn(
    projectId: number,
    strata: readonly Stratum[],
    query: Query,
  ): Promise<number> {
    const now = this.clock.now();
    const found = await query<Learned>(learn, [
      strata.map((stratum) => stratum.agentType),
      strata.map((stratum) => stratum.complexity),
      new Date(now.getTime() - LOOKBACK_MS),
      SAMPLE,
      projectId,
    ]);
    for (const row of found) {
      await query(keep, [
        randomUUID(),
        row.agentType,
        DEFAULT_TASK_TYPE,
        row.complexity,
        row.expectedMs,
        row.maxCpuPercent,
        row.maxMemoryMb,
        now,
        projectId,
      ]);
    }
    return found.length;
  }
}
