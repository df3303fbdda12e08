import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the roller changed, transaction by transaction: by this a process knows which of the figures
 * that it remembers still hold.
 */
export class RollupChanges1764700001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE rollup_changes (
      version integer CONSTRAINT pk_rollup_changes PRIMARY KEY,
      late_agent_keys integer[] NOT NULL,
      changed_at timestamptz NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rollup_changes');
  }
}
