import type { MigrationInterface, QueryRunner } from 'typeorm';

// Strata as packed bytes: reading thousands of rollups was spent mostly on parsing JSON.
const packStrata = `
UPDATE agent_performance_aggregated SET packed = coalesce((
  SELECT string_agg(
    set_byte('\\x00'::bytea, 0, (s->>0)::int)
      || int2send(octet_length(convert_to(s->>1, 'UTF8'))::int2) || convert_to(s->>1, 'UTF8')
      || float8send((s->>2)::float8) || float8send((s->>3)::float8)
      || float8send((s->>4)::float8) || float8send((s->>5)::float8)
      || float8send(coalesce((s->>6)::float8, 'NaN')) || float8send(coalesce((s->>7)::float8, 'NaN')),
    '' ORDER BY (s->>0) || '/' || (s->>1) COLLATE "C")
  FROM jsonb_array_elements(strata) AS s), '')`;

const up = [
  `SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`,
  'ALTER TABLE agent_performance_aggregated ADD COLUMN packed bytea',
  packStrata,
  'ALTER TABLE agent_performance_aggregated ALTER COLUMN packed SET NOT NULL',
  'ALTER TABLE agent_performance_aggregated DROP COLUMN strata',
  'ALTER TABLE agent_performance_aggregated RENAME COLUMN packed TO strata',

  // What an agent did in [from_at, to_at), and single executions just before and after; one
  // window of all agents is one range of the key. See the aggregation room.
  `CREATE TABLE agent_performance_window (
    agent_key integer NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    state bytea NOT NULL,
    head bytea NOT NULL,
    tail bytea NOT NULL,
    CONSTRAINT pk_agent_performance_window PRIMARY KEY (from_at, to_at, agent_key)
  )`,
  // Never looked into by the database: compressing would cost time, and moving it out of line too.
  'ALTER TABLE agent_performance_window ALTER COLUMN state SET STORAGE EXTERNAL',
  'ALTER TABLE agent_performance_window ALTER COLUMN head SET STORAGE EXTERNAL',
  'ALTER TABLE agent_performance_window ALTER COLUMN tail SET STORAGE EXTERNAL',
  'ALTER TABLE agent_performance_window SET (toast_tuple_target = 8160)',

  // From when on the rollups of a period are complete: what is older was dropped. And up to when
  // windows reach.
  `CREATE TABLE rollup_horizons (
    period text CONSTRAINT pk_rollup_horizons PRIMARY KEY
      CONSTRAINT ck_horizons_period CHECK (period IN ('minute', 'hour', 'day', 'window')),
    at timestamptz NOT NULL
  )`,
];

const down = [
  'DROP TABLE rollup_horizons',
  'DROP TABLE agent_performance_window',
  'ALTER TABLE agent_performance_aggregated RENAME COLUMN strata TO packed',
  'ALTER TABLE agent_performance_aggregated ADD COLUMN strata jsonb',
];

const backward = [
  'ALTER TABLE agent_performance_aggregated ALTER COLUMN strata SET NOT NULL',
  'ALTER TABLE agent_performance_aggregated DROP COLUMN packed',
];

export class RollupWindows1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
    const rows = (await runner.query(
      'SELECT agent_key, period, bucket_start, packed FROM agent_performance_aggregated',
    )) as { agent_key: number; period: string; bucket_start: Date; packed: Buffer }[];
    for (const { agent_key, period, bucket_start, packed } of rows) {
      await runner.query(
        `UPDATE agent_performance_aggregated SET strata = $4
         WHERE agent_key = $1 AND period = $2 AND bucket_start = $3`,
        [agent_key, period, bucket_start, JSON.stringify(unpackStrata(packed))],
      );
    }
    for (const statement of backward) await runner.query(statement);
  }
}

function unpackStrata(packed: Buffer): unknown[] {
  const strata: unknown[] = [];
  for (let at = 0; at < packed.length;) {
    const length = packed.readInt16BE(at + 1);
    const text = packed.toString('utf8', at + 3, at + 3 + length);
    const figures = [0, 1, 2, 3, 4, 5].map((n) => packed.readDoubleBE(at + 3 + length + 8 * n));
    const nullable = figures.map((value) => (Number.isNaN(value) ? null : value));
    strata.push([packed[at], text, ...nullable]);
    at += 3 + length + 48;
  }
  return strata;
}
