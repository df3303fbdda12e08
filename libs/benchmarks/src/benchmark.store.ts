import { Injectable } from '@nestjs/common';
import type { Benchmark, BenchmarkFigures, BenchmarkVersion } from '@app/contracts';
import { DataSource } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';

import { BenchmarkEntity } from './benchmark.entity.js';

export type BenchmarkFilter = Partial<
  Pick<Benchmark, 'id' | 'agentType' | 'taskType' | 'complexity'>
>;

interface VersionRow {
  version: number;
  action: BenchmarkVersion['action'];
  changed_at: Date;
  changed_by: string;
  before: BenchmarkFigures | null;
  after: BenchmarkFigures | null;
}

/** Writing to benchmarks, while nobody else does; each change leaves a version behind. */
export class BenchmarkEdit {
  constructor(
    private readonly manager: EntityManager,
    private readonly by: string,
    private readonly at: Date,
  ) {}

  list(filter: BenchmarkFilter): Promise<Benchmark[]> {
    return listBenchmarks(this.manager, filter);
  }

  /** @param after with the next version, and a new id where there is none before */
  async save(before: Benchmark | null, after: Benchmark): Promise<void> {
    const { id } = after;
    const row = { ...after, updatedAt: this.at };
    const repository = this.manager.getRepository(BenchmarkEntity);
    await (before ? repository.update({ id }, row) : repository.insert(row));
    await this.note(id, after.version, before ? 'changed' : 'created', before, after);
  }

  async remove(before: Benchmark): Promise<void> {
    await this.manager.getRepository(BenchmarkEntity).delete({ id: before.id });
    await this.note(before.id, before.version + 1, 'deleted', before, null);
  }

  private async note(
    id: string,
    version: number,
    action: BenchmarkVersion['action'],
    before: Benchmark | null,
    after: Benchmark | null,
  ): Promise<void> {
    await this.manager.query(
      `INSERT INTO benchmark_versions (benchmark_id, version, action, changed_at, changed_by,
         before, after) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)`,
      [id, version, action, this.at, this.by, figuresJson(before), figuresJson(after)],
    );
  }
}

/** The tables of benchmarks and of their versions. */
@Injectable()
export class BenchmarkStore {
  constructor(private readonly dataSource: DataSource) {}

  list(filter: BenchmarkFilter = {}): Promise<Benchmark[]> {
    return listBenchmarks(this.dataSource.manager, filter);
  }

  /** All of `work`, or nothing of it. One after the other: benchmarks change now and then only. */
  edit<T>(by: string, at: Date, work: (edit: BenchmarkEdit) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('LOCK TABLE agent_performance_benchmarks IN SHARE ROW EXCLUSIVE MODE');
      return work(new BenchmarkEdit(manager, by, at));
    });
  }

  /** Newest first. @param before only versions below this one */
  async versions(id: string, before: number | null, limit: number): Promise<BenchmarkVersion[]> {
    const rows = await this.dataSource.query<VersionRow[]>(
      `SELECT version, action, changed_at, changed_by, before, after FROM benchmark_versions
       WHERE benchmark_id = $1 AND ($2::integer IS NULL OR version < $2::integer)
       ORDER BY version DESC LIMIT $3`,
      [id, before, limit],
    );
    return rows.map(({ changed_at: changedAt, changed_by: changedBy, ...row }) => ({
      ...row,
      changedAt: changedAt.toISOString(),
      changedBy,
    }));
  }
}

export function figuresOf(benchmark: Benchmark): BenchmarkFigures {
  const { expectedMs, maxCpuPercent, maxMemoryMb, minSuccessRate, source } = benchmark;
  return { expectedMs, maxCpuPercent, maxMemoryMb, minSuccessRate, source };
}

function figuresJson(benchmark: Benchmark | null): string | null {
  return benchmark && JSON.stringify(figuresOf(benchmark));
}

async function listBenchmarks(
  manager: EntityManager,
  filter: BenchmarkFilter,
): Promise<Benchmark[]> {
  const where = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  ) as FindOptionsWhere<BenchmarkEntity>;
  const found = await manager.getRepository(BenchmarkEntity).find({
    where,
    order: { agentType: 'ASC', taskType: 'ASC', complexity: 'ASC' },
  });
  return found.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
}
