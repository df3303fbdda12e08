import type { MigrationInterface, QueryRunner } from 'typeorm';

// What is wrong with the instance, whichever of its processes see it: one row per condition while it
// lasts, and what was told of it. Like the episodes of the processes it stays local to the
// coordinator of a cluster.
const statements = [
  `CREATE TABLE system_incidents (
    incident_id uuid CONSTRAINT pk_system_incidents PRIMARY KEY,
    condition text NOT NULL,
    severity text NOT NULL
      CONSTRAINT ck_system_incidents_severity CHECK (severity IN ('info', 'warning', 'critical')),
    detail text NOT NULL,
    processes integer NOT NULL,
    fired_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    quiet_since timestamptz,
    resolved_at timestamptz,
    notified_at timestamptz NOT NULL,
    notices integer NOT NULL
  )`,
  `CREATE UNIQUE INDEX uq_system_incidents_open ON system_incidents (condition)
    WHERE resolved_at IS NULL`,
  'CREATE INDEX ix_system_incidents_fired ON system_incidents (fired_at)',
  'ALTER TABLE system_alerts ADD COLUMN incident_id uuid',
  // What was seen before there were incidents is no news.
  'UPDATE system_alerts SET incident_id = alert_id',
  'CREATE INDEX ix_system_alerts_incident ON system_alerts (incident_id)',
];

export class SystemIncidents1765020000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE system_alerts DROP COLUMN incident_id');
    await runner.query('DROP TABLE system_incidents');
  }
}
