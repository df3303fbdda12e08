import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`,
  `CREATE TABLE benchmark_versions (
    benchmark_id uuid NOT NULL,
    version integer NOT NULL,
    action text NOT NULL
      CONSTRAINT ck_benchmark_versions_action CHECK (action IN ('created', 'changed', 'deleted')),
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    before jsonb,
    after jsonb,
    CONSTRAINT pk_benchmark_versions PRIMARY KEY (benchmark_id, version)
  )`,
];

export class BenchmarkVersions1764300001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE benchmark_versions');
  }
}
