import type { MigrationInterface, QueryRunner } from 'typeorm';

// Small tables that people edit by hand: on a cluster they stay local to the coordinator.
const statements = [
  `CREATE TABLE dashboards (
    dashboard_id uuid CONSTRAINT pk_dashboards PRIMARY KEY,
    project_id integer NOT NULL
      CONSTRAINT fk_dashboards_project REFERENCES projects (project_id),
    name text NOT NULL,
    description text NOT NULL,
    panels jsonb NOT NULL CONSTRAINT ck_dashboards_panels CHECK (jsonb_typeof(panels) = 'array'),
    version integer NOT NULL CONSTRAINT ck_dashboards_version CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL
  )`,
  `CREATE INDEX ix_dashboards_project ON dashboards (project_id, name, dashboard_id)`,

  `CREATE TABLE saved_views (
    view_id uuid CONSTRAINT pk_saved_views PRIMARY KEY,
    project_id integer NOT NULL
      CONSTRAINT fk_views_project REFERENCES projects (project_id),
    page text NOT NULL,
    name text NOT NULL,
    parameters jsonb NOT NULL
      CONSTRAINT ck_views_parameters CHECK (jsonb_typeof(parameters) = 'object'),
    shared boolean NOT NULL,
    is_default boolean NOT NULL,
    owner text NOT NULL,
    created_by text NOT NULL,
    version integer NOT NULL CONSTRAINT ck_views_version CHECK (version >= 1),
    updated_at timestamptz NOT NULL
  )`,
  `CREATE INDEX ix_views_page ON saved_views (project_id, page, name, view_id)`,
  `CREATE UNIQUE INDEX uq_views_default ON saved_views (project_id, page, owner) WHERE is_default`,
];

export class Workspace1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE saved_views');
    await runner.query('DROP TABLE dashboards');
  }
}
