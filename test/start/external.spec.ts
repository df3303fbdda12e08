import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import {
  startReadyTracker,
  startTracker,
  statusOf,
  temporaryFolder,
} from '../support/tracker-process.js';

describe('a tracker on a database of somebody else', () => {
  let folder: string;
  let database: FreshDatabase;
  let env: { DATABASE_URL: string; DATA_DIR: string };
  beforeAll(async () => {
    folder = temporaryFolder();
    database = await freshDatabase('external');
    env = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'data') };
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('shares it with a second one, though both came to an empty database at once', async () => {
    const both = await Promise.all([startReadyTracker(env), startReadyTracker(env)]);
    for (const { url } of both) expect(await statusOf(`${url}/readyz`)).toBe(200);
    const applied = await ask('SELECT name FROM migrations GROUP BY name HAVING count(*) > 1');
    expect(applied).toEqual([]);
    for (const tracker of both) tracker.signal('SIGTERM');
    expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0]);
  });

  it('makes no data folder and leaves the server running', async () => {
    expect(existsSync(env.DATA_DIR)).toBe(false);
    expect(await ask('SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  it('does not touch a schema that is newer than itself', async () => {
    await ask(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    const tracker = await startTracker(env);
    expect(await tracker.exited).toBe(1);
    expect(tracker.stderr()).toBe(
      'The database was migrated by a newer release (Later9999999999999): ' +
        'update the tracker or use another database\n',
    );
  });
});
