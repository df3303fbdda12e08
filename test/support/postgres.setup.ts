import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type * as Platform from '../../libs/platform/src/postgres/index.js';
import type { EmbeddedPostgres } from '../../libs/platform/src/postgres/index.js';

export interface TestServer {
  folder: string;
  postgres: EmbeddedPostgres;
}

/**
 * One throw-away server for all specs; TEST_DATABASE_URL is its administrator's address.
 * TEST_POSTGRES_URL names a server to use instead.
 */
export default async function setUp(): Promise<void> {
  if (process.env.TEST_POSTGRES_URL) {
    process.env.TEST_DATABASE_URL = process.env.TEST_POSTGRES_URL;
    return;
  }
  const { startEmbeddedPostgres } = await loadLauncher();
  const folder = mkdtempSync(join(tmpdir(), 'apt-test-'));
  // Root's server runs under another account.
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    // Specs run side by side, each with its own pool, and none has to survive a power cut.
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  (globalThis as { testServer?: TestServer }).testServer = { folder, postgres };
  const url = new URL(postgres.url);
  url.pathname = '/postgres';
  process.env.TEST_DATABASE_URL = url.href;
}

/** The test runner resolves no aliases and no `.js` to `.ts` here, so this file does it itself. */
async function loadLauncher(): Promise<typeof Platform> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const source = specifier.replace(/\.js$/, '.ts');
      const isOurs = specifier.startsWith('.') && context.parentURL?.includes('/libs/');
      const found = isOurs && existsSync(new URL(source, context.parentURL));
      return next(found ? source : specifier, context);
    },
  });
  try {
    const path = '../../libs/platform/src/postgres/index.ts';
    return (await import(path)) as typeof Platform;
  } finally {
    hooks.deregister();
  }
}
