import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Benchmark, BenchmarkInput } from '@app/contracts';
import type { VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';
import type { FindOptionsWhere } from 'typeorm';

import { BenchmarkEntity } from './benchmark.entity.js';
import { DEFAULT_TASK_TYPE } from './benchmark-index.js';

export type BenchmarkFilter = Partial<Pick<Benchmark, 'agentType' | 'taskType' | 'complexity'>>;

/** Limits of a new benchmark that has no neighbour to take them from. */
const FALLBACK = { maxCpuPercent: 80, maxMemoryMb: 1024, minSuccessRate: 90 };

const columns = `benchmark_id AS id, agent_type AS "agentType", task_type AS "taskType", complexity,
  expected_ms AS "expectedMs", max_cpu_percent AS "maxCpuPercent", max_memory_mb AS "maxMemoryMb",
  min_success_rate AS "minSuccessRate", source, version, updated_at AS "updatedAt"`;

const change = `
UPDATE agent_performance_benchmarks b SET
  expected_ms = coalesce($4::double precision, b.expected_ms),
  max_cpu_percent = coalesce($5::double precision, b.max_cpu_percent),
  max_memory_mb = coalesce($6::double precision, b.max_memory_mb),
  min_success_rate = coalesce($7::double precision, b.min_success_rate),
  source = 'custom', version = b.version + 1, updated_at = $8::timestamptz
WHERE agent_type = $1 AND task_type = $2 AND complexity = $3::smallint
  AND ($9::integer[] IS NULL OR version = ANY($9::integer[]))
RETURNING ${columns}`;

// Reading, deciding and writing are one statement, so two changes at once both count.
const createOrChange = `
INSERT INTO agent_performance_benchmarks AS b (benchmark_id, agent_type, task_type, complexity,
  expected_ms, max_cpu_percent, max_memory_mb, min_success_rate, source, version, updated_at)
VALUES ($9::uuid, $1, $2, $3::smallint, $4::double precision,
  coalesce($5::double precision, $10::double precision),
  coalesce($6::double precision, $11::double precision),
  coalesce($7::double precision, $12::double precision), 'custom', 1, $8::timestamptz)
ON CONFLICT (agent_type, task_type, complexity) DO UPDATE SET
  expected_ms = EXCLUDED.expected_ms,
  max_cpu_percent = coalesce($5::double precision, b.max_cpu_percent),
  max_memory_mb = coalesce($6::double precision, b.max_memory_mb),
  min_success_rate = coalesce($7::double precision, b.min_success_rate),
  source = EXCLUDED.source, version = b.version + 1, updated_at = EXCLUDED.updated_at
RETURNING ${columns}`;

/** The table of benchmarks. Every change is one statement. */
@Injectable()
export class BenchmarkStore {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: BenchmarkFilter = {}): Promise<Benchmark[]> {
    const where: FindOptionsWhere<BenchmarkEntity> = {};
    if (filter.agentType !== undefined) where.agentType = filter.agentType;
    if (filter.taskType !== undefined) where.taskType = filter.taskType;
    if (filter.complexity !== undefined) where.complexity = filter.complexity;
    const found = await this.dataSource.getRepository(BenchmarkEntity).find({
      where,
      order: { agentType: 'ASC', taskType: 'ASC', complexity: 'ASC' },
    });
    return found.map(toBenchmark);
  }

  /**
   * Changes what is given of an existing benchmark.
   * @returns null when there is none, or none of the wanted versions
   */
  async change(
    input: BenchmarkInput,
    condition: VersionCondition | null,
    now: Date,
  ): Promise<Benchmark | null> {
    const versions = Array.isArray(condition) ? condition : null;
    const [rows] = await this.dataSource.query<[BenchmarkEntity[], number]>(change, [
      ...parameters(input, now),
      versions,
    ]);
    return rows[0] ? toBenchmark(rows[0]) : null;
  }

  /** Creates a benchmark, or changes what is given when it exists; `expectedMs` must be given. */
  async createOrChange(
    input: BenchmarkInput,
    nearest: Benchmark | null,
    now: Date,
  ): Promise<Benchmark> {
    const limits = nearest ?? FALLBACK;
    const rows = await this.dataSource.query<BenchmarkEntity[]>(createOrChange, [
      ...parameters(input, now),
      randomUUID(),
      limits.maxCpuPercent,
      limits.maxMemoryMb,
      limits.minSuccessRate,
    ]);
    return toBenchmark(rows[0] as BenchmarkEntity);
  }

  /** @returns whether there was one (of the wanted versions) */
  async remove(id: string, condition: VersionCondition | null): Promise<boolean> {
    const versions = Array.isArray(condition) ? condition : null;
    const [rows] = await this.dataSource.query<[{ id: string }[], number]>(
      `DELETE FROM agent_performance_benchmarks
       WHERE benchmark_id = $1::uuid AND ($2::integer[] IS NULL OR version = ANY($2::integer[]))
       RETURNING benchmark_id AS id`,
      [id, versions],
    );
    return rows.length > 0;
  }

  exists(id: string): Promise<boolean> {
    return this.dataSource.getRepository(BenchmarkEntity).existsBy({ id });
  }
}

function parameters(input: BenchmarkInput, now: Date): unknown[] {
  return [
    input.agentType,
    input.taskType ?? DEFAULT_TASK_TYPE,
    input.complexity,
    input.expectedMs ?? null,
    input.maxCpuPercent ?? null,
    input.maxMemoryMb ?? null,
    input.minSuccessRate ?? null,
    now,
  ];
}

function toBenchmark(row: BenchmarkEntity): Benchmark {
  return { ...row, updatedAt: row.updatedAt.toISOString() };
}
