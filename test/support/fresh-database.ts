import { randomBytes } from 'node:crypto';

import pg from 'pg';

export interface FreshDatabase {
  url: string;
  /** Removes it, also from under open connections. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database on the test server.
 * @param name shown in its name, to tell whose it is
 */
export async function freshDatabase(name = 'spec'): Promise<FreshDatabase> {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40);
  const database = `${readable}_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${database} TEMPLATE template0`);
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  return {
    url: url.href,
    drop: () => administer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error('TEST_DATABASE_URL is not set: run this spec in the integration project');
  return url;
}
