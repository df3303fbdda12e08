import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollupService, repairRollups, verifyAll } from '@app/aggregation';
import type { NamedDifference } from '@app/aggregation';
import { DataSource } from 'typeorm';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { oddRollups } from '../support/rollup-oracle.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T14:33:21.987Z');

describe('verifying rollups', () => {
  let server: BootedApp;
  let client: pg.Client;
  let dataSource: DataSource;

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    dataSource = server.app.get(DataSource);
    const random = seeded(7);
    const span = { fromMs: NOW - 20 * DAY_MS, toMs: NOW };
    const records = randomHistory({ count: 1500, agents: 4, ...span, random });
    await server.send('POST', '/metrics', records);
    await server.app.get(RollupService).sweep();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const verify = async (): Promise<{ checked: number; waiting: number; found: string[] }> => {
    const found: string[] = [];
    const say = ({ agentId, period, bucketMs, detail }: NamedDifference): void => {
      found.push(`${agentId} ${period} ${new Date(bucketMs).toISOString()}: ${detail}`);
    };
    const { checked, waiting } = await verifyAll(dataSource, say);
    return { checked, waiting, found };
  };

  it('finds nothing where all is well', async () => {
    const { checked, found } = await verify();
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM agent_performance_aggregated',
    );
    expect([found, checked]).toEqual([[], rows[0]?.count]);
  });

  it('finds exactly what is wrong, and makes it right', async () => {
    const pick = async (period: string, offset: number): Promise<string> => {
      const { rows } = await client.query<{ name: string; id: string }>(
        `SELECT g.agent_id || ' ' || a.period || ' ' || to_char(a.bucket_start AT TIME ZONE 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS".000Z"') AS name, a.ctid::text AS id
         FROM agent_performance_aggregated a JOIN agents g USING (agent_key)
         WHERE period = $1 AND total > 1 AND duration_count > 1
         ORDER BY agent_key, bucket_start OFFSET $2 LIMIT 1`,
        [period, offset],
      );
      at = rows[0]?.id ?? '';
      return rows[0]?.name ?? '';
    };
    let at = '';
    const change = (sql: string): Promise<unknown> =>
      client.query(`${sql} WHERE ctid = $1::tid`, [at]);
    const wrong: string[] = [];
    wrong.push(`${await pick('hour', 3)}: total`);
    await change('UPDATE agent_performance_aggregated SET total = total + 1, failed = failed + 1');
    wrong.push(`${await pick('day', 5)}: sum of duration`);
    await change('UPDATE agent_performance_aggregated SET duration_sum = duration_sum * 1.001');
    wrong.push(`${await pick('week', 2)}: quantiles`);
    await change(`UPDATE agent_performance_aggregated SET sketch = '\\x0a01'`);
    wrong.push(`${await pick('month', 1)}: is missing`);
    await change('DELETE FROM agent_performance_aggregated');
    wrong.push(`${await pick('day', 9)}: stratum`);
    await change(`UPDATE agent_performance_aggregated SET strata = ''`);
    const { rows: columns } = await client.query<{ names: string }>(
      `SELECT string_agg(column_name, ', ') AS names FROM information_schema.columns
       WHERE table_name = 'agent_performance_aggregated' AND is_generated = 'NEVER'
         AND column_name <> 'bucket_start'`,
    );
    const { names } = columns[0]!;
    await client.query(
      `INSERT INTO agent_performance_aggregated (bucket_start, ${names})
       SELECT '2026-11-21T03:59:00Z', ${names}
       FROM agent_performance_aggregated a WHERE period = 'minute' AND agent_key = 1 LIMIT 1`,
    );
    const { found } = await verify();
    expect(found.length).toBe(wrong.length + 1);
    for (const one of wrong) expect(found.filter((line) => line.startsWith(one)).length).toBe(1);
    expect(found).toContainEqual(
      expect.stringMatching(/minute 2026-11-21T03:59.*has no executions/),
    );

    const { differences } = await verifyAll(dataSource, () => undefined);
    await repairRollups(dataSource, differences);
    expect((await verify()).found).toEqual([]);
    expect(await oddRollups(client)).toEqual([]);
  });

  it('leaves alone what waits for the roller', async () => {
    await server.send(
      'POST',
      '/metrics',
      randomHistory({ count: 50, agents: 4, fromMs: NOW - DAY_MS, toMs: NOW, random: seeded(8) }),
    );
    const { found, waiting } = await verify();
    expect(found).toEqual([]);
    expect(waiting).toBeGreaterThan(0);
  });
});
