import pg from 'pg';

import { isDatabaseUnavailable } from '../database-unavailable.js';

const OLDEST = 15;
const PATIENCE_MS = 5000;

/** The server is not there now and may be later, as opposed to a mistake in its address. */
export class DatabaseAwayError extends Error {}

/**
 * Checks that a server answers and is recent enough.
 * @param url may hold a password, which no error repeats
 * @returns its version, such as `16.4`
 * @throws Error in one line that starts with `DATABASE_URL:`; a DatabaseAwayError where asking
 * again later makes sense
 */
export async function checkExternalPostgres(url: string): Promise<{ version: string }> {
  const version = await askVersion(url);
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST) return { version };
  throw new Error(
    `DATABASE_URL: ${address(url)} is PostgreSQL ${version}, and ${OLDEST} or later is needed`,
  );
}

async function askVersion(url: string): Promise<string> {
  let client: pg.Client | null = null;
  try {
    client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    // A connection that breaks between the two steps below must not end the process.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return (rows[0]?.server_version ?? '').split(' ')[0] ?? '';
  } catch (error) {
    const message = `DATABASE_URL: cannot connect to ${address(url)}: ${reason(error)}`;
    throw isDatabaseUnavailable(error) ? new DatabaseAwayError(message) : new Error(message);
  } finally {
    // Not awaited: a server that does not answer does not say goodbye either.
    void client?.end().catch(() => undefined);
  }
}

/** Host, port and nothing else. */
function address(url: string): string {
  if (!URL.canParse(url)) return 'the server';
  const { hostname, port, searchParams } = new URL(url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || '5432'}`;
}

function reason(error: unknown): string {
  // A name with several addresses fails with one error for each, and no text of its own.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { message, code } = first as NodeJS.ErrnoException;
  return (message || code || 'unknown reason').split('\n')[0] ?? '';
}
