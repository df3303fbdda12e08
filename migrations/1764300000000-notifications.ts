import type { MigrationInterface, QueryRunner } from 'typeorm';

// The outbox and the deliveries are queues that are read with SKIP LOCKED, so on a cluster these
// tables stay local to the coordinator.
const statements = [
  `SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`,

  `CREATE TABLE notification_channels (
    channel_id uuid CONSTRAINT pk_notification_channels PRIMARY KEY,
    project_id integer NOT NULL
      CONSTRAINT fk_channels_project REFERENCES projects (project_id),
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_channels_kind
      CHECK (kind IN ('webhook', 'slack', 'email', 'pagerduty', 'alertmanager')),
    enabled boolean NOT NULL,
    send_resolved boolean NOT NULL,
    filter jsonb NOT NULL,
    group_by text NOT NULL
      CONSTRAINT ck_channels_group_by CHECK (group_by IN ('rule', 'agent', 'alert')),
    group_wait_ms integer NOT NULL CONSTRAINT ck_channels_group_wait CHECK (group_wait_ms >= 0),
    group_interval_ms integer NOT NULL
      CONSTRAINT ck_channels_group_interval CHECK (group_interval_ms >= 0),
    max_per_minute integer NOT NULL
      CONSTRAINT ck_channels_max_per_minute CHECK (max_per_minute > 0),
    settings jsonb NOT NULL,
    sealed_secrets text,
    secret_hints jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT uq_channels_name UNIQUE (project_id, name)
  )`,

  // One row per notice and channel, kept for a while after it was passed on: who writes the same
  // notice again finds it here. No foreign key, so that writers of alerts never wait for editors
  // of channels.
  `CREATE TABLE notification_outbox (
    channel_id uuid NOT NULL,
    notice_id text NOT NULL,
    group_key text NOT NULL,
    transition text NOT NULL CONSTRAINT ck_outbox_transition CHECK (transition IN
      ('fired', 'escalated', 'renotified', 'acknowledged', 'resolved')),
    alert jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    enqueued_at timestamptz NOT NULL,
    composed_at timestamptz,
    delivery_id uuid,
    CONSTRAINT pk_notification_outbox PRIMARY KEY (channel_id, notice_id)
  )`,
  `CREATE INDEX ix_outbox_waiting ON notification_outbox (channel_id, group_key)
    WHERE composed_at IS NULL`,
  `CREATE INDEX ix_outbox_enqueued ON notification_outbox (enqueued_at)`,

  // What a channel was told and not yet untold.
  `CREATE TABLE notification_open_alerts (
    channel_id uuid NOT NULL,
    alert_id text NOT NULL,
    group_key text NOT NULL,
    acknowledged boolean NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk_notification_open_alerts PRIMARY KEY (channel_id, alert_id)
  )`,

  `CREATE TABLE notification_deliveries (
    delivery_id uuid CONSTRAINT pk_notification_deliveries PRIMARY KEY,
    project_id integer NOT NULL,
    channel_id uuid NOT NULL,
    group_key text NOT NULL,
    is_test boolean NOT NULL,
    message jsonb NOT NULL,
    state text NOT NULL CONSTRAINT ck_deliveries_state
      CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'discarded')),
    attempts integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    lease_id uuid,
    lease_until timestamptz,
    composed_at timestamptz NOT NULL,
    finished_at timestamptz,
    response_status integer,
    error_code text,
    error_detail text
  )`,
  `CREATE INDEX ix_deliveries_due ON notification_deliveries (channel_id, next_attempt_at)
    WHERE state IN ('pending', 'sending')`,
  `CREATE INDEX ix_deliveries_log ON notification_deliveries (project_id, composed_at, delivery_id)`,
  `CREATE INDEX ix_deliveries_group
    ON notification_deliveries (channel_id, group_key, composed_at)`,
  `CREATE INDEX ix_deliveries_composed ON notification_deliveries (composed_at)`,
];

const names = [
  'notification_deliveries',
  'notification_open_alerts',
  'notification_outbox',
  'notification_channels',
];

export class Notifications1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of names) await runner.query(`DROP TABLE ${name}`);
  }
}
