import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One open link a person: a new one takes the place of the one before. */
export class PasswordReset1765010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE users ADD COLUMN reset_token_hash text, ADD COLUMN reset_expires_at timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE users DROP COLUMN reset_token_hash, DROP COLUMN reset_expires_at`,
    );
  }
}
