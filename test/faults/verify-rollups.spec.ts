import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollupService } from '@app/aggregation';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { oddRollups } from '../support/rollup-oracle.js';

const ROOT = join(import.meta.dirname, '../..');
const COMMAND = join(ROOT, 'dist/apps/api/apps/api/src/verify-rollups.js');
const DAY_MS = 86_400_000;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

describe('npm run verify-rollups', () => {
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp();
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    const span = { fromMs: Date.now() - 12 * DAY_MS, toMs: Date.now() };
    const records = randomHistory({ count: 900, agents: 4, ...span, random: seeded(3) });
    expect((await server.send('POST', '/metrics', records)).status).toBe(200);
    await server.app.get(RollupService).sweep();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const run = (...flags: string[]): Promise<Ended> => runWith(server.databaseUrl, ...flags);
  const runWith = (url: string, ...flags: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [COMMAND, ...flags], {
        cwd: ROOT,
        env: { PATH: process.env.PATH, DATABASE_URL: url },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });

  it('finds a whole store whole, beside a server that runs', async () => {
    const { code, stdout, stderr } = await run();
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM agent_performance_aggregated',
    );
    expect([code, stdout, stderr]).toEqual([
      0,
      `${rows[0]?.count ?? 0} rollups compared: 0 differ\n`,
      '',
    ]);
  });

  it('names a damaged rollup and ends with 1, repairs it with --repair and ends with 0', async () => {
    const { rows } = await client.query<{ agent_id: string; at: string }>(
      `WITH picked AS (
         SELECT agent_key, bucket_start FROM agent_performance_aggregated
         WHERE period = 'day' ORDER BY agent_key, bucket_start OFFSET 5 LIMIT 1
       ), damaged AS (
         UPDATE agent_performance_aggregated a SET total = total + 3, failed = failed + 3
         FROM picked p WHERE a.agent_key = p.agent_key AND a.bucket_start = p.bucket_start
           AND a.period = 'day' RETURNING a.agent_key, a.bucket_start
       )
       SELECT agent_id, to_char(bucket_start AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS at
       FROM damaged JOIN agents USING (agent_key)`,
    );
    const found = await run();
    expect(found.code).toBe(1);
    const { agent_id: agentId = '', at = '' } = rows[0] ?? {};
    expect(found.stdout).toContain(`default/${agentId} day ${at}T00:00:00.000Z: total `);
    expect(found.stdout).toContain(': 1 differ\n');
    expect((await oddRollups(client)).length).toBe(1);

    const repaired = await run('--repair');
    expect([repaired.code, repaired.stdout.endsWith('repaired: 0 differ\n')]).toEqual([0, true]);
    expect(await oddRollups(client)).toEqual([]);
    expect((await run()).code).toBe(0);
  });

  it('ends with 2 and one line when it cannot find out', async () => {
    const nowhere = new URL(server.databaseUrl);
    nowhere.pathname = '/no_such_database';
    const { code, stdout, stderr } = await runWith(nowhere.href);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^.*no_such_database.*\n$/);
    expect((await run('--mend')).code).toBe(2);
  });
});
