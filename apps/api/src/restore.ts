/**
 * Fills an empty store from a backup: `npm run restore -- <file>`. Works on `DATABASE_URL`, or on the
 * embedded store of `DATA_DIR`, which it makes where there is none.
 * Exit code 0: all is there; 1: nothing is.
 */
import { existsSync } from 'node:fs';

import { createDataSource, loadConfig, migrate } from '@app/platform';

import { migrations } from '../../../migrations/index.js';
import { restoreBackup } from './backup/restore-backup.js';
import { openStore } from './open-store.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What this release has added to the schema since. */
async function bringUpToDate(url: string): Promise<void> {
  const options = { url, poolSize: 2, migrations, statementTimeoutMs: Infinity };
  const dataSource = await createDataSource(options).initialize();
  await migrate(dataSource).finally(() => dataSource.destroy());
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const [path, ...more] = process.argv.slice(2);
  if (path === undefined || more.length > 0) throw new Error('Usage: npm run restore -- <file>');
  if (!existsSync(path)) throw new Error(`There is no ${path}`);
  const store = await openStore(loadConfig(process.env));
  try {
    const { rows, tables, takenAt, release } = await restoreBackup(store.url, path, migrations);
    say(`${rows} rows of ${tables} tables are restored, as of ${takenAt} (release ${release})`);
    await bringUpToDate(store.url);
  } finally {
    await store.stop();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
