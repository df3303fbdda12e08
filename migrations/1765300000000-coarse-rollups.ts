import type { MigrationInterface, QueryRunner } from 'typeorm';

const levels = (names: string): string[] => [
  'ALTER TABLE agent_performance_aggregated DROP CONSTRAINT ck_aggregated_period',
  `ALTER TABLE agent_performance_aggregated ADD CONSTRAINT ck_aggregated_period
    CHECK (period IN (${names}))`,
];
const horizons = (names: string): string[] => [
  'ALTER TABLE rollup_horizons DROP CONSTRAINT ck_horizons_period',
  `ALTER TABLE rollup_horizons ADD CONSTRAINT ck_horizons_period CHECK (period IN (${names}))`,
];

const double = (column: string): string => `float8send(${column}::float8)`;
const orNaN = (column: string): string => `float8send(coalesce(${column}, 'NaN'::float8))`;
const FIGURES = [
  ...['total', 'successful', 'failed', 'cancelled'].map(double),
  ...['input_tokens', 'output_tokens', 'cost_usd'].map(double),
  // The last end, which has a column of its own.
  "float8send('-Infinity'::float8)",
  ...['duration', 'cpu', 'memory', 'network', 'disk'].flatMap((name) => [
    ...[`${name}_count`, `${name}_sum`, `${name}_m2`].map(double),
    ...[`${name}_min`, `${name}_max`].map(orNaN),
  ]),
].join(' || ');

/**
 * What makes ranges that were never asked for before cheap. Rollups of six hours, from a horizon on:
 * what was rolled up before has none, and a process of the release before, which may run on for a
 * while beside a new one, makes none. And the figures of coarse rollups as one column of doubles, in
 * the order of `addFigures`: to send 32 columns costs PostgreSQL more than to find the row.
 */
export class CoarseRollups1765300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      ...levels("'minute', 'hour', 'sixHours', 'day', 'week', 'month'"),
      ...horizons("'raw', 'minute', 'hour', 'sixHours', 'day', 'window'"),
      `INSERT INTO rollup_horizons (project_id, period, at)
       SELECT 0, 'sixHours', date_trunc('day', now(), 'UTC') + interval '2 days'
       WHERE EXISTS (SELECT 1 FROM agent_performance_aggregated)
         OR EXISTS (SELECT 1 FROM dirty_groups) OR EXISTS (SELECT 1 FROM dirty_buckets)`,
      `ALTER TABLE agent_performance_aggregated ADD COLUMN figures bytea GENERATED ALWAYS AS
        (CASE WHEN period NOT IN ('minute', 'hour') THEN ${FIGURES} END) STORED`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'ALTER TABLE agent_performance_aggregated DROP COLUMN figures',
      "DELETE FROM agent_performance_aggregated WHERE period = 'sixHours'",
      "DELETE FROM rollup_horizons WHERE period = 'sixHours'",
      ...levels("'minute', 'hour', 'day', 'week', 'month'"),
      ...horizons("'raw', 'minute', 'hour', 'day', 'window'"),
    ])
      await runner.query(statement);
  }
}
