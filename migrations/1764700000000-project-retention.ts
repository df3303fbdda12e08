import type { MigrationInterface, QueryRunner } from 'typeorm';

const up = [
  `SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`,
  // How long a project keeps what; a project without a row keeps it as long as the server says.
  `CREATE TABLE retention_settings (
    project_id integer CONSTRAINT pk_retention_settings PRIMARY KEY,
    raw_days integer NOT NULL CONSTRAINT ck_retention_raw CHECK (raw_days > 0),
    minute_hours integer NOT NULL CONSTRAINT ck_retention_minute CHECK (minute_hours > 0),
    hour_days integer NOT NULL CONSTRAINT ck_retention_hour CHECK (hour_days > 0),
    day_days integer NOT NULL CONSTRAINT ck_retention_day CHECK (day_days > 0),
    alert_days integer NOT NULL CONSTRAINT ck_retention_alert CHECK (alert_days > 0),
    version integer NOT NULL,
    updated_at timestamptz NOT NULL
  )`,

  // Horizons of a project that has settings of its own; those of project 0 hold for all others.
  `ALTER TABLE rollup_horizons ADD COLUMN project_id integer NOT NULL DEFAULT 0`,
  'ALTER TABLE rollup_horizons DROP CONSTRAINT pk_rollup_horizons',
  `ALTER TABLE rollup_horizons ADD CONSTRAINT pk_rollup_horizons PRIMARY KEY (project_id, period)`,
  'ALTER TABLE rollup_horizons DROP CONSTRAINT ck_horizons_period',
  `ALTER TABLE rollup_horizons ADD CONSTRAINT ck_horizons_period
    CHECK (period IN ('raw', 'minute', 'hour', 'day', 'window'))`,
];

const down = [
  `DELETE FROM rollup_horizons h WHERE period = 'raw' OR EXISTS (SELECT 1 FROM rollup_horizons o
    WHERE o.period = h.period AND (o.at, o.project_id) > (h.at, h.project_id))`,
  'ALTER TABLE rollup_horizons DROP CONSTRAINT ck_horizons_period',
  `ALTER TABLE rollup_horizons ADD CONSTRAINT ck_horizons_period
    CHECK (period IN ('minute', 'hour', 'day', 'window'))`,
  'ALTER TABLE rollup_horizons DROP CONSTRAINT pk_rollup_horizons',
  'ALTER TABLE rollup_horizons DROP COLUMN project_id',
  'ALTER TABLE rollup_horizons ADD CONSTRAINT pk_rollup_horizons PRIMARY KEY (period)',
  'DROP TABLE retention_settings',
];

export class ProjectRetention1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
