import { join, resolve } from 'node:path';

import pg from 'pg';

import { findBinaries } from './binaries.js';
import {
  CLUSTER,
  DATABASE,
  clusterDirOf,
  openCluster,
  prepareDataDir,
  stopOrphan,
} from './cluster.js';
import { lockDataDir } from './data-lock.js';
import type { DataLock } from './data-lock.js';
import { serverAccount } from './server-account.js';
import { launchServer } from './server-process.js';
import type { ServerProcess } from './server-process.js';

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  logging_collector: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  max_connections: '50',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  jit: 'off',
};

export interface EmbeddedPostgresOptions {
  /** Folder of data and password; made when missing. */
  dataDir: string;
  /** Server settings that replace or add to ours. */
  settings?: Record<string, string>;
  /** Port to ask for, such as that of a server that just died; otherwise any free one. */
  port?: number;
  /** Gets each line that the server writes. */
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Address of the database, with user and password. */
  url: string;
  /** Whether the store was made by this start, and so is empty. */
  fresh: boolean;
  /** Where the data really is: root's server may be unable to reach the data folder. */
  clusterDir: string;
  port: number;
  pid: number;
  /**
   * Stops the server in order, or at once after `withinMs` (8 s). May be called again.
   */
  stop(withinMs?: number): Promise<void>;
  /** Calls back when the server ends without having been asked to. */
  onExit(callback: () => void): void;
}

/**
 * Starts a PostgreSQL server of our own on a free port of 127.0.0.1, making its store on the first
 * start. It ends with this process, however that ends.
 * @throws Error with one clear line: folder not writable, in use by another tracker, no binaries
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  prepareDataDir(dataDir);
  const lock = lockDataDir(dataDir);
  try {
    return await start(dataDir, options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function start(
  dataDir: string,
  options: EmbeddedPostgresOptions,
  lock: DataLock,
): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const settings = { ...SETTINGS, ...options.settings };
  const account = serverAccount(join(dataDir, CLUSTER));
  const binaries = findBinaries(account);
  const clusterDir = clusterDirOf(dataDir, account);
  await stopOrphan(clusterDir, log);
  const sync = settings.fsync !== 'off';
  const cluster = await openCluster(dataDir, clusterDir, binaries, account, sync);
  const { postgres } = binaries;
  const server = await launchServer({
    ...{ postgres, clusterDir, account, settings, log },
    port: options.port,
  });
  const address = `postgresql://postgres:${cluster.password}@127.0.0.1:${server.port}`;
  try {
    await createDatabase(`${address}/postgres`, DATABASE);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return supervise(server, lock, {
    url: `${address}/${DATABASE}`,
    fresh: cluster.fresh,
    clusterDir,
  });
}

function supervise(
  server: ServerProcess,
  lock: DataLock,
  store: Pick<EmbeddedPostgres, 'url' | 'fresh' | 'clusterDir'>,
): EmbeddedPostgres {
  const callbacks: (() => void)[] = [];
  let stopped: Promise<void> | null = null;
  let gone = false;
  void server.exited.then(() => {
    gone = true;
    lock.release();
    if (stopped === null) callbacks.forEach((callback) => callback());
  });
  return {
    ...store,
    port: server.port,
    pid: server.pid,
    stop: (withinMs) => (stopped ??= server.stop(withinMs)),
    onExit: (callback) => (gone ? callback() : void callbacks.push(callback)),
  };
}

/** Makes the database unless it is there. */
async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
