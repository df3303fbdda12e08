import type { MigrationInterface, QueryRunner } from 'typeorm';

// Small tables that are read by those who may come in; on a cluster they stay local to the
// coordinator, but for the projects that others refer to.
const statements = [
  `SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`,

  `ALTER TABLE projects ADD COLUMN archived_at timestamptz`,

  // One row, raised by whatever changes who may do what. Processes look at it several times a
  // second, which also works where a pooler lies in between and LISTEN does not.
  `CREATE TABLE access_revision (
    access_revision_id integer CONSTRAINT pk_access_revision PRIMARY KEY,
    revision bigint NOT NULL
  )`,
  `INSERT INTO access_revision (access_revision_id, revision) VALUES (1, 1)`,

  `CREATE TABLE users (
    user_id uuid CONSTRAINT pk_users PRIMARY KEY,
    name text NOT NULL CONSTRAINT uq_users_name UNIQUE,
    password_hash text NOT NULL,
    administrator boolean NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    CONSTRAINT ck_users_name CHECK (name = lower(name) AND length(name) BETWEEN 1 AND 100)
  )`,
  `CREATE TABLE project_members (
    project_id integer NOT NULL
      CONSTRAINT fk_members_project REFERENCES projects (project_id),
    user_id uuid NOT NULL
      CONSTRAINT fk_members_user REFERENCES users (user_id) ON DELETE CASCADE,
    role text NOT NULL
      CONSTRAINT ck_members_role CHECK (role IN ('viewer', 'operator', 'admin')),
    CONSTRAINT pk_project_members PRIMARY KEY (project_id, user_id)
  )`,
  `CREATE INDEX ix_members_user ON project_members (user_id)`,

  // No project: for every project.
  `CREATE TABLE api_keys (
    key_id uuid CONSTRAINT pk_api_keys PRIMARY KEY,
    project_id integer CONSTRAINT fk_api_keys_project REFERENCES projects (project_id),
    name text NOT NULL,
    prefix text NOT NULL CONSTRAINT uq_api_keys_prefix UNIQUE,
    key_hash text NOT NULL CONSTRAINT uq_api_keys_hash UNIQUE,
    scopes text[] NOT NULL CONSTRAINT ck_api_keys_scopes CHECK (
      cardinality(scopes) > 0 AND scopes <@ ARRAY['ingest', 'read', 'operate', 'admin']),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz
  )`,
  `CREATE INDEX ix_api_keys_project ON api_keys (project_id, created_at)`,

  // Of a person, or of whoever signed in with a key.
  `CREATE TABLE user_sessions (
    session_id uuid CONSTRAINT pk_user_sessions PRIMARY KEY,
    token_hash text NOT NULL CONSTRAINT uq_user_sessions_token UNIQUE,
    previous_hash text,
    user_id uuid CONSTRAINT fk_sessions_user REFERENCES users (user_id) ON DELETE CASCADE,
    key_id uuid CONSTRAINT fk_sessions_key REFERENCES api_keys (key_id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    rotated_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address text,
    user_agent text,
    CONSTRAINT ck_sessions_owner CHECK (num_nonnulls(user_id, key_id) = 1)
  )`,
  `CREATE INDEX ix_sessions_previous ON user_sessions (previous_hash)
    WHERE previous_hash IS NOT NULL`,
  `CREATE INDEX ix_sessions_user ON user_sessions (user_id)`,
  `CREATE INDEX ix_sessions_expires ON user_sessions (expires_at)`,

  `CREATE TABLE invitations (
    invitation_id uuid CONSTRAINT pk_invitations PRIMARY KEY,
    token_hash text NOT NULL CONSTRAINT uq_invitations_token UNIQUE,
    project_id integer NOT NULL
      CONSTRAINT fk_invitations_project REFERENCES projects (project_id),
    role text NOT NULL
      CONSTRAINT ck_invitations_role CHECK (role IN ('viewer', 'operator', 'admin')),
    note text,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    used_by text
  )`,
  `CREATE INDEX ix_invitations_project ON invitations (project_id, created_at)`,

  // Names, not references: what was done stays true when the one who did it is gone.
  `CREATE TABLE audit_log (
    audit_id uuid CONSTRAINT pk_audit_log PRIMARY KEY,
    at timestamptz NOT NULL,
    project_id integer,
    actor_kind text NOT NULL
      CONSTRAINT ck_audit_actor_kind CHECK (actor_kind IN ('open', 'key', 'user', 'operator')),
    actor text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    subject text,
    request_id text,
    address text,
    before jsonb,
    after jsonb
  )`,
  `CREATE INDEX ix_audit_project_at ON audit_log (project_id, at DESC, audit_id DESC)`,
  `CREATE INDEX ix_audit_at ON audit_log (at DESC, audit_id DESC)`,
];

export class Access1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE audit_log, invitations, user_sessions, api_keys, project_members, users, access_revision',
    );
    await runner.query('ALTER TABLE projects DROP COLUMN archived_at');
  }
}
