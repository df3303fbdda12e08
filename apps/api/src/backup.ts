/**
 * Writes everything that is kept into one file: `npm run backup -- <file>`. Works on `DATABASE_URL`,
 * or on the embedded store of `DATA_DIR`, whether the server runs or not.
 * Exit code 0: the file is there and whole; 1: it is not.
 */
import { existsSync } from 'node:fs';

import { loadConfig } from '@app/platform';
import pg from 'pg';

import { takeBackup } from './backup/take-backup.js';
import { openStore } from './open-store.js';

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const [path, ...more] = process.argv.slice(2);
  if (path === undefined || more.length > 0) throw new Error('Usage: npm run backup -- <file>');
  const config = loadConfig(process.env);
  const store = await openStore(config);
  try {
    const client = new pg.Client({
      connectionString: store.url,
      application_name: 'agent-performance-tracker-backup',
    });
    client.on('error', () => undefined);
    await client.connect();
    const { tables, rows } = await takeBackup(client, path).finally(() => client.end());
    process.stdout.write(`${path}: ${rows} rows of ${tables} tables\n`);
    process.stdout.write(
      config.secretKey === undefined
        ? `Secrets of notification channels are sealed with secret.key in ${config.dataDir}: keep it too\n`
        : 'Secrets of notification channels are sealed with SECRET_KEY: keep it too\n',
    );
  } finally {
    await store.stop();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
