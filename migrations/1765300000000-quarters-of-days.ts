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

/**
 * Rollups of six hours, from a horizon on: what was rolled up before has none, and a process of the
 * release before, which may run on for a while beside a new one, makes none.
 */
export class QuartersOfDays1765300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      ...levels("'minute', 'hour', 'sixHours', 'day', 'week', 'month'"),
      ...horizons("'raw', 'minute', 'hour', 'sixHours', 'day', 'window'"),
      `INSERT INTO rollup_horizons (project_id, period, at)
       SELECT 0, 'sixHours', date_trunc('day', now(), 'UTC') + interval '2 days'
       WHERE EXISTS (SELECT 1 FROM agent_performance_aggregated)
         OR EXISTS (SELECT 1 FROM dirty_groups) OR EXISTS (SELECT 1 FROM dirty_buckets)`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      "DELETE FROM agent_performance_aggregated WHERE period = 'sixHours'",
      "DELETE FROM rollup_horizons WHERE period = 'sixHours'",
      ...levels("'minute', 'hour', 'day', 'week', 'month'"),
      ...horizons("'raw', 'minute', 'hour', 'day', 'window'"),
    ])
      await runner.query(statement);
  }
}
