import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where server processes lay down what they tell each other when it is too long for NOTIFY (8000
 * bytes); columns as @socket.io/postgres-adapter wants them. Read once and gone within a minute, so
 * nothing is lost with a crash that was not lost anyway: no need to log it.
 */
export class LiveAttachments1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE UNLOGGED TABLE live_attachments (
      id bigserial NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      payload bytea,
      CONSTRAINT pk_live_attachments PRIMARY KEY (id)
    )`);
    await runner.query('ALTER TABLE live_attachments ALTER COLUMN payload SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE live_attachments');
  }
}
