import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = 'agent_performance_alerts';

// A pending alert that fired before its rule was edited is resolved in the end, not forgotten.
export class AlertHasFired1764200001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`);
    await runner.query(`ALTER TABLE ${table} ADD COLUMN has_fired boolean DEFAULT false`);
    await runner.query(`UPDATE ${table} SET has_fired = true WHERE state <> 'pending'`);
    await runner.query(`ALTER TABLE ${table} ALTER COLUMN has_fired SET NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${table} DROP COLUMN has_fired`);
  }
}
