import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDataSource, migrate } from '@app/platform';
import type { DataSource } from 'typeorm';

import { entities } from '../../apps/api/src/setup-app.js';
import { migrations } from '../../migrations/index.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';

describe('migrations', () => {
  let database: FreshDatabase;
  let dataSource: DataSource;
  const connect = (list = migrations): Promise<DataSource> =>
    createDataSource({ url: database.url, poolSize: 4, entities, migrations: list }).initialize();

  beforeEach(async () => {
    database = await freshDatabase();
    dataSource = await connect();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('make exactly what the entities map, column by column', async () => {
    await migrate(dataSource);
    for (const { tableName, tableType, columns } of dataSource.entityMetadatas) {
      const rows = await dataSource.query<{ column_name: string; is_nullable: string }[]>(
        `SELECT column_name, is_nullable FROM information_schema.columns
         WHERE table_name = $1 AND table_schema = 'public'`,
        [tableName],
      );
      // A view does not tell which of its columns can be null.
      const nullable = (isNullable: boolean): boolean => tableType === 'view' || isNullable;
      const found = rows.map((row) => [row.column_name, nullable(row.is_nullable === 'YES')]);
      const mapped = columns.map((column) => [column.databaseName, nullable(column.isNullable)]);
      expect([tableName, found.sort()]).toEqual([tableName, mapped.sort()]);
    }
    expect(dataSource.entityMetadatas.length).toBe(entities.length);
  });

  it('bring benchmarks for all five levels of the three types, and two projects', async () => {
    await migrate(dataSource);
    const levels = await dataSource.query<{ agent_type: string; levels: number }[]>(
      `SELECT agent_type, count(DISTINCT complexity)::int AS levels
       FROM agent_performance_benchmarks GROUP BY agent_type ORDER BY agent_type`,
    );
    expect(levels).toEqual([
      { agent_type: 'cognitive', levels: 5 },
      { agent_type: 'orchestrator', levels: 5 },
      { agent_type: 'tool_maker', levels: 5 },
    ]);
    const projects = await dataSource.query<{ slug: string }[]>(
      'SELECT slug FROM projects ORDER BY project_id',
    );
    expect(projects.map(({ slug }) => slug)).toEqual(['default', 'sample']);
  });

  it('go down to nothing and up again', async () => {
    await migrate(dataSource);
    for (const _ of migrations) await dataSource.undoLastMigration({ transaction: 'each' });
    const left = await dataSource.query<{ table_name: string }[]>(
      `SELECT table_name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_name NOT IN ('migrations', 'typeorm_metadata')`,
    );
    expect(left).toEqual([]);
    await migrate(dataSource);
  });

  it('give what was learned to the one project that has such agents, and let go of the rest', async () => {
    const older = migrations.slice(
      0,
      migrations.findIndex(({ name }) => name.startsWith('LearnedBenchmarks')),
    );
    const before = await connect(older);
    try {
      await migrate(before);
      await before.query(
        `INSERT INTO agents (project_id, agent_id, agent_name, agent_type, first_seen_at, last_seen_at)
         SELECT project, 'a-' || type, 'A', type, now(), now()
         FROM (VALUES (2, 'poet'), (1, 'critic'), (2, 'critic')) a(project, type)`,
      );
      await before.query(
        `WITH made AS (
           INSERT INTO agent_performance_benchmarks (benchmark_id, agent_type, task_type, complexity,
             expected_ms, max_cpu_percent, max_memory_mb, min_success_rate, source, updated_at)
           SELECT gen_random_uuid(), type, 'default', 1, 10, 80, 100, 90, source, now()
           FROM (VALUES ('poet', 'learned'), ('critic', 'learned'), ('ghost', 'learned'),
             ('muse', 'custom')) b(type, source)
           RETURNING *)
         INSERT INTO benchmark_versions (benchmark_id, version, action, changed_at, changed_by, after)
         SELECT benchmark_id, 1, 'created', now(), 'learner', '{}' FROM made`,
      );
    } finally {
      await before.destroy();
    }
    await migrate(dataSource);
    const kept = await dataSource.query<{ agent_type: string; project_id: number | null }[]>(
      `SELECT b.agent_type, b.project_id, v.project_id AS told_to
       FROM agent_performance_benchmarks b JOIN benchmark_versions v USING (benchmark_id)
       ORDER BY b.agent_type`,
    );
    expect(kept).toEqual([
      { agent_type: 'muse', project_id: null, told_to: null },
      { agent_type: 'poet', project_id: 2, told_to: 2 },
    ]);
    const gone = await dataSource.query<{ changed_by: string }[]>(
      `SELECT changed_by, before->>'expectedMs' AS ms FROM benchmark_versions WHERE action = 'deleted'`,
    );
    const byUpgrade = { changed_by: 'upgrade', ms: '10' };
    expect(gone).toEqual([byUpgrade, byUpgrade]);
  });

  it('are applied once when two processes start together', async () => {
    const other = await connect();
    try {
      await Promise.all([migrate(dataSource), migrate(other)]);
      const rows = await dataSource.query<{ n: number }[]>(
        'SELECT count(*)::int AS n FROM migrations',
      );
      expect(rows[0]?.n).toBe(migrations.length);
    } finally {
      await other.destroy();
    }
  });

  it('refuse a database that a newer release has migrated', async () => {
    await migrate(dataSource);
    await dataSource.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')`,
    );
    await expect(migrate(dataSource)).rejects.toThrow(/newer release/);
  });

  it('refuse NaN, infinity and negatives in the raw table itself', async () => {
    await migrate(dataSource);
    await dataSource.query(
      `CREATE TABLE IF NOT EXISTS agent_performance_metrics_p20260101 PARTITION OF agent_performance_metrics
       FOR VALUES FROM ('2026-01-01Z') TO ('2026-01-02Z')`,
    );
    const insert = (duration: string): Promise<unknown> =>
      dataSource.query(
        `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id, task_name,
           task_type, complexity, attempt, status, ended_at, duration_ms)
         VALUES (1, '2026-01-01Z', gen_random_uuid(), 't', 't', 't', 1, 1, 'success', '2026-01-01Z', $1)`,
        [duration],
      );
    for (const bad of ['NaN', 'Infinity', '-1']) {
      await expect(insert(bad)).rejects.toThrow(/ck_metrics_duration_ms/);
    }
    await insert('1');
  });
});
