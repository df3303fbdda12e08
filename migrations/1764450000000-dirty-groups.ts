import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The marks of a group of executions as one row: a tenth of what single marks cost the writer, and
 * the roller. `dirty_buckets` stays for single ones.
 */
export class DirtyGroups1764450000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE dirty_groups (
      mark_id uuid NOT NULL,
      first_bucket timestamptz NOT NULL,
      last_bucket timestamptz NOT NULL,
      marks integer NOT NULL,
      buckets bytea NOT NULL,
      CONSTRAINT pk_dirty_groups PRIMARY KEY (mark_id)
    ) WITH (toast_tuple_target = 8160)`);
    // Written once, read hardly ever, gone within seconds: not worth compressing.
    await runner.query('ALTER TABLE dirty_groups ALTER COLUMN buckets SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dirty_groups');
  }
}
