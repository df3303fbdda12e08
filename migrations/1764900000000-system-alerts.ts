import type { MigrationInterface, QueryRunner } from 'typeorm';

// What the tracker found wrong with itself. Few rows, written by whoever is in trouble, so on a
// cluster it stays local to the coordinator.
const statements = [
  `CREATE TABLE system_alerts (
    alert_id uuid CONSTRAINT pk_system_alerts PRIMARY KEY,
    process text NOT NULL,
    condition text NOT NULL,
    severity text NOT NULL
      CONSTRAINT ck_system_alerts_severity CHECK (severity IN ('info', 'warning', 'critical')),
    detail text NOT NULL,
    fired_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    resolved_at timestamptz
  )`,
  'CREATE INDEX ix_system_alerts_fired ON system_alerts (fired_at)',
];

export class SystemAlerts1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE system_alerts');
  }
}
