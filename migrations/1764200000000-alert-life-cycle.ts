import type { MigrationInterface, QueryRunner } from 'typeorm';

const table = 'agent_performance_alerts';
const types = `('slow_execution', 'high_failure_rate', 'resource_overuse', 'degraded_performance',
  'stuck_execution', 'no_data', 'threshold')`;

// Alerts about a group of agents have agent key 0, so the project is a column of its own.
const columns = [
  'project_id integer',
  'rule_id text',
  'subject_kind text',
  'subject_value text',
  'active_at timestamptz',
  'calm_since timestamptz',
  'no_data_since timestamptz',
  'told_severity text',
  'acknowledged_at timestamptz',
  'acknowledged_by text',
  'acknowledge_note text',
  'snoozed_until timestamptz',
  'silenced_by uuid',
  'flapping boolean DEFAULT false',
  'notified_at timestamptz',
  'notified_severity text',
  'sequence integer DEFAULT 0',
  'revision integer DEFAULT 0',
];
const required = [
  'project_id',
  'rule_id',
  'subject_kind',
  'active_at',
  'told_severity',
  'flapping',
  'sequence',
  'revision',
];

const up = [
  `SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`,

  `CREATE TABLE alert_rules (
    project_id integer NOT NULL CONSTRAINT fk_alert_rules_project REFERENCES projects (project_id),
    rule_id text NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL CONSTRAINT ck_alert_rules_version CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    CONSTRAINT pk_alert_rules PRIMARY KEY (project_id, rule_id)
  )`,

  `CREATE TABLE alert_silences (
    silence_id uuid CONSTRAINT pk_alert_silences PRIMARY KEY,
    project_id integer NOT NULL CONSTRAINT fk_alert_silences_project REFERENCES projects (project_id),
    matchers jsonb NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    recurrence jsonb,
    comment text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT ck_silences_span CHECK (ends_at > starts_at)
  )`,
  'CREATE INDEX ix_alert_silences_project ON alert_silences (project_id, ends_at)',

  ...columns.map((column) => `ALTER TABLE ${table} ADD COLUMN ${column}`),
  `UPDATE ${table} a SET project_id = agents.project_id, rule_id = a.alert_type,
     subject_kind = 'agent', active_at = a.fired_at, told_severity = a.severity,
     notified_severity = a.severity, notified_at = a.fired_at, sequence = 0
   FROM agents WHERE agents.agent_key = a.agent_key`,
  ...required.map((column) => `ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL`),
  `ALTER TABLE ${table} DROP CONSTRAINT ck_alerts_type`,
  `ALTER TABLE ${table} ADD CONSTRAINT ck_alerts_type CHECK (alert_type IN ${types})`,
  `ALTER TABLE ${table} DROP CONSTRAINT ck_alerts_state`,
  `ALTER TABLE ${table} ADD CONSTRAINT ck_alerts_state
    CHECK (state IN ('pending', 'firing', 'acknowledged', 'resolved'))`,
  `ALTER TABLE ${table} ADD CONSTRAINT ck_alerts_subject
    CHECK (subject_kind IN ('agent', 'agentType', 'taskType', 'all'))`,
  `CREATE INDEX ix_alerts_project_fired ON ${table} (project_id, fired_at)`,
  `CREATE INDEX ix_alerts_open ON ${table} (last_seen_at) WHERE resolved_at IS NULL`,

  `CREATE TABLE alert_transitions (
    agent_key integer NOT NULL,
    alert_id uuid NOT NULL,
    sequence integer NOT NULL,
    transition text NOT NULL,
    severity text NOT NULL,
    actor text NOT NULL,
    note text,
    at timestamptz NOT NULL,
    CONSTRAINT pk_alert_transitions PRIMARY KEY (agent_key, alert_id, sequence),
    CONSTRAINT fk_alert_transitions_alert FOREIGN KEY (agent_key, alert_id)
      REFERENCES ${table} (agent_key, alert_id) ON DELETE CASCADE
  )`,
];

const down = [
  'DROP TABLE alert_transitions',
  'DROP INDEX ix_alerts_open',
  'DROP INDEX ix_alerts_project_fired',
  `DELETE FROM ${table} WHERE agent_key = 0 OR state = 'pending'
     OR alert_type IN ('stuck_execution', 'no_data', 'threshold')`,
  `UPDATE ${table} SET state = 'firing' WHERE state = 'acknowledged'`,
  `ALTER TABLE ${table} DROP CONSTRAINT ck_alerts_subject`,
  `ALTER TABLE ${table} DROP CONSTRAINT ck_alerts_state`,
  `ALTER TABLE ${table} ADD CONSTRAINT ck_alerts_state CHECK (state IN ('firing', 'resolved'))`,
  `ALTER TABLE ${table} DROP CONSTRAINT ck_alerts_type`,
  `ALTER TABLE ${table} ADD CONSTRAINT ck_alerts_type CHECK (alert_type IN
    ('slow_execution', 'high_failure_rate', 'resource_overuse', 'degraded_performance'))`,
  ...columns.map((column) => `ALTER TABLE ${table} DROP COLUMN ${column.split(' ')[0] ?? ''}`),
  'DROP TABLE alert_silences',
  'DROP TABLE alert_rules',
];

export class AlertLifeCycle1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
