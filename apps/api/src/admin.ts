/**
 * Projects, keys and people from the machine itself: `npm run admin -- <what> <do> …`. Works on
 * `DATABASE_URL`, or on the embedded store of `DATA_DIR`, whether the server runs or not; a server
 * that runs follows within a second. Exit code 0: done, 1: refused, 2: the command makes no sense.
 */
import { existsSync } from 'node:fs';

import { AccessOffice, ProjectEntity } from '@app/access';
import {
  DomainError,
  createDataSource,
  loadConfig,
  migrate,
  runningPostgresUrl,
  startEmbeddedPostgres,
} from '@app/platform';
import type { AppConfig } from '@app/platform';

import { migrations } from '../../../migrations/index.js';
import { HELP, UsageError, readCommand } from './admin-command.js';
import type { Command } from './admin-command.js';
import { runCommand } from './admin-run.js';

async function openStore({
  databaseUrl,
  dataDir,
}: AppConfig): Promise<{ url: string; stop(): Promise<void> }> {
  const url = databaseUrl ?? runningPostgresUrl(dataDir);
  if (url) return { url, stop: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres({ dataDir });
  return { url: postgres.url, stop: () => postgres.stop() };
}

async function run(command: Command, config: AppConfig, url: string): Promise<void> {
  const dataSource = createDataSource({ url, poolSize: 2, entities: [ProjectEntity], migrations });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
    await runCommand(command, new AccessOffice(dataSource, config), {
      say: (line) => void process.stdout.write(`${line}\n`),
      readPassword,
    });
  } finally {
    await dataSource.destroy();
  }
}

/** From standard input: what stands on a command line can be read by everybody on the machine. */
async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Password (it is shown while you type): ');
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

function explain(error: unknown): string {
  if (!(error instanceof DomainError))
    return error instanceof Error ? error.message : String(error);
  return error.errors ? error.message : error.title === error.message ? error.title : error.message;
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const command = readCommand(process.argv.slice(2));
  if (command === null) {
    process.stdout.write(`${HELP}\n`);
  } else {
    const config = loadConfig(process.env);
    const store = await openStore(config);
    try {
      await run(command, config, store.url);
    } finally {
      await store.stop();
    }
  }
  process.exit(0);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
