import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far a running execution says that it has come. */
export class Progress1764050000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE running_executions ADD COLUMN progress double precision
       CONSTRAINT ck_running_progress CHECK (progress BETWEEN 0 AND 100)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE running_executions DROP COLUMN progress');
  }
}
