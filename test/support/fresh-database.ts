import { randomBytes } from 'node:crypto';

import pg from 'pg';

/** A database that only one suite uses. */
export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Makes an empty database on the test server (`TEST_DATABASE_URL`). */
export async function freshDatabase(name = 'test'): Promise<FreshDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) throw new Error('TEST_DATABASE_URL is not set: the global setup did not run');
  const database = `${name}_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
