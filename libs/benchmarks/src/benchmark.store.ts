import { Injectable } from '@nestjs/common';
import type { Benchmark, BenchmarkFigures, BenchmarkVersion } from '@app/contracts';
import { DataSource, IsNull, Not } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';

import type { PlacedBenchmark } from './benchmark-index.js';
import { BenchmarkEntity } from './benchmark.entity.js';

export type BenchmarkFilter = Partial<
  Pick<Benchmark, 'id' | 'agentType' | 'taskType' | 'complexity'>
>;

/** A benchmark, and the project that it was learned in; null: it holds for all. */
export type KnownBenchmark = Benchmark & { projectId: number | null };

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

  list(projectId: number, filter: BenchmarkFilter): Promise<KnownBenchmark[]> {
    return listBenchmarks(this.manager, seenFrom(projectId, filter));
  }

  /** Of whichever project. */
  async find(id: string): Promise<KnownBenchmark | null> {
    const [found] = await listBenchmarks(this.manager, [{ id }]);
    return found ?? null;
  }

  /**
   * What projects have learned of the same stratum is gone then.
   * @param after with the next version, and a new id where there is none before
   */
  async save(before: KnownBenchmark | null, after: KnownBenchmark): Promise<void> {
    const { id, agentType, taskType, complexity, version, projectId } = after;
    const row = { ...after, updatedAt: this.at };
    const repository = this.manager.getRepository(BenchmarkEntity);
    await (before ? repository.update({ id }, row) : repository.insert(row));
    // What was of one project begins anew for all: its figures of before stay with that project.
    const known = before?.projectId === projectId ? before : null;
    await this.note(after, version, known ? 'changed' : 'created', known, after);
    const stratum = { agentType, taskType, complexity };
    const learned = await listBenchmarks(this.manager, [{ ...stratum, projectId: Not(IsNull()) }]);
    for (const one of learned) await this.remove(one);
  }

  async remove(before: KnownBenchmark): Promise<void> {
    await this.manager.getRepository(BenchmarkEntity).delete({ id: before.id });
    await this.note(before, before.version + 1, 'deleted', before, null);
  }

  private async note(
    { id, projectId }: KnownBenchmark,
    version: number,
    action: BenchmarkVersion['action'],
    before: Benchmark | null,
    after: Benchmark | null,
  ): Promise<void> {
    await this.manager.query(
      `INSERT INTO benchmark_versions (benchmark_id, version, action, changed_at, changed_by,
         before, after, project_id) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8)`,
      [id, version, action, this.at, this.by, figuresJson(before), figuresJson(after), projectId],
    );
  }
}

/** The tables of benchmarks and of their versions. */
@Injectable()
export class BenchmarkStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Those of all projects, and what was learned in this one. */
  list(projectId: number, filter: BenchmarkFilter = {}): Promise<KnownBenchmark[]> {
    return listBenchmarks(this.dataSource.manager, seenFrom(projectId, filter));
  }

  /** All there are. */
  async all(): Promise<PlacedBenchmark[]> {
    const found = await listBenchmarks(this.dataSource.manager, [{}]);
    const rows = await this.dataSource.query<{ project_id: number; slug: string }[]>(
      'SELECT project_id, slug FROM projects',
    );
    const slugs = new Map(rows.map((row) => [row.project_id, row.slug]));
    return found.flatMap(({ projectId, ...benchmark }) => {
      const project = projectId === null ? null : slugs.get(projectId);
      return project === undefined ? [] : [{ ...benchmark, project }];
    });
  }

  /** All of `work`, or nothing of it. One after the other: benchmarks change now and then only. */
  edit<T>(by: string, at: Date, work: (edit: BenchmarkEdit) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('LOCK TABLE agent_performance_benchmarks IN SHARE ROW EXCLUSIVE MODE');
      return work(new BenchmarkEdit(manager, by, at));
    });
  }

  /** Newest first; none of what another project has learned. @param before only versions below it */
  async versions(
    projectId: number,
    id: string,
    before: number | null,
    limit: number,
  ): Promise<BenchmarkVersion[]> {
    const rows = await this.dataSource.query<VersionRow[]>(
      `SELECT version, action, changed_at, changed_by, before, after FROM benchmark_versions
       WHERE benchmark_id = $1 AND ($2::integer IS NULL OR version < $2::integer)
         AND (project_id IS NULL OR project_id = $4)
       ORDER BY version DESC LIMIT $3`,
      [id, before, limit, projectId],
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

type Where = FindOptionsWhere<BenchmarkEntity>;

function seenFrom(projectId: number, filter: BenchmarkFilter): Where[] {
  const where: Where = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  );
  return [
    { ...where, projectId },
    { ...where, projectId: IsNull() },
  ];
}

/** What holds for all comes after what was learned of the same stratum. */
async function listBenchmarks(manager: EntityManager, where: Where[]): Promise<KnownBenchmark[]> {
  const found = await manager.getRepository(BenchmarkEntity).find({
    where,
    order: { agentType: 'ASC', taskType: 'ASC', complexity: 'ASC', projectId: 'ASC' },
  });
  return found.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
}
