import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { sharedFolder } from './binaries.js';
import type { PostgresBinaries } from './binaries.js';
import { isPostmasterOf } from './process-identity.js';
import { canEnter, runAs } from './server-account.js';
import type { ServerAccount } from './server-account.js';

/** Name of the cluster's folder. */
export const CLUSTER = 'postgres';
export const PASSWORD_FILE = 'postgres.password';
/** Name of the one database. */
export const DATABASE = 'agent_performance';

export interface Cluster {
  clusterDir: string;
  password: string;
  /** Whether the cluster was made just now. */
  fresh: boolean;
}

/** The folder of the cluster: inside the data folder wherever the account can go there. */
export function clusterDirOf(dataDir: string, account: ServerAccount | null): string {
  if (account === null || canEnter(account, dataDir)) return join(dataDir, CLUSTER);
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(sharedFolder(name), CLUSTER);
}

/**
 * Opens the cluster of a data folder, or makes one.
 * @param sync whether a new cluster is flushed to disk before it is used
 */
export async function openCluster(
  dataDir: string,
  clusterDir: string,
  binaries: PostgresBinaries,
  account: ServerAccount | null,
  sync: boolean,
): Promise<Cluster> {
  const passwordFile = join(dataDir, PASSWORD_FILE);
  if (existsSync(clusterDir)) {
    if (existsSync(passwordFile)) {
      refuseOtherRelease(clusterDir, binaries);
      return { clusterDir, password: readFileSync(passwordFile, 'utf8').trim(), fresh: false };
    }
    if (dirname(clusterDir) === dataDir) {
      throw new Error(`${passwordFile} is missing: put it back, or remove ${clusterDir} as well`);
    }
    // The data folder was removed; what it kept elsewhere is set aside, not deleted.
    renameSync(clusterDir, `${clusterDir}.${Date.now()}`);
  }
  const password = randomBytes(24).toString('hex');
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  await makeCluster(clusterDir, password, binaries, account, sync);
  return { clusterDir, password, fresh: true };
}

/** Stops a server that outlived its tracker, and clears the mark of one that is long gone. */
export async function stopOrphan(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pid = postmasterPid(clusterDir);
  if (pid === null) return;
  if (!isPostmasterOf(pid, clusterDir)) {
    // The number may by now be another process's, and PostgreSQL would then refuse to start.
    rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
    return;
  }
  log(`Stopping the PostgreSQL of an earlier run (process ${pid})`);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (!isPostmasterOf(pid, clusterDir)) return;
      await sleep(50);
    }
  }
  throw new Error(`The PostgreSQL of an earlier run (process ${pid}) does not stop`);
}

/** Process number in the server's own lock file, or null without one. */
export function postmasterPid(clusterDir: string): number | null {
  const path = join(clusterDir, 'postmaster.pid');
  if (!existsSync(path)) return null;
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** A cluster appears under its name only when it is whole: a start may be killed at any time. */
async function makeCluster(
  clusterDir: string,
  password: string,
  binaries: PostgresBinaries,
  account: ServerAccount | null,
  sync: boolean,
): Promise<void> {
  const parent = dirname(clusterDir);
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${CLUSTER}.new-`)) rmSync(join(parent, name), { recursive: true });
  }
  const unfinished = `${clusterDir}.new-${process.pid}`;
  const secret = `${unfinished}.password`;
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(secret, password, { mode: 0o600, flag: 'wx' });
  if (account !== null) {
    for (const path of [unfinished, secret]) chownSync(path, account.uid, account.gid);
  }
  try {
    await runInitdb(binaries.initdb, initdbArguments(unfinished, secret, sync), account);
    renameSync(unfinished, clusterDir);
  } finally {
    rmSync(secret, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function initdbArguments(folder: string, passwordFile: string, sync: boolean): string[] {
  return [
    ['-D', folder, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
    // The built-in locale needs none of the operating system and sorts alike everywhere.
    ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    sync ? [] : ['--no-sync'],
  ].flat();
}

async function runInitdb(
  initdb: string,
  args: string[],
  account: ServerAccount | null,
): Promise<void> {
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  const child = spawn(initdb, args, {
    ...runAs(account),
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  const reason =
    complaint.split('\n').find((line) => line.includes('error:')) ?? `exit code ${String(code)}`;
  throw new Error(`PostgreSQL could not make its data folder: ${reason.trim()}`);
}

function refuseOtherRelease(clusterDir: string, binaries: PostgresBinaries): void {
  const made = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  const carried = binaries.version.split('.')[0] ?? '';
  if (made === carried) return;
  throw new Error(
    `${clusterDir} was made by PostgreSQL ${made}, this release carries ${carried}: move the data over, or set DATA_DIR to another folder`,
  );
}

/**
 * Makes the data folder, and checks that it can be written to.
 * @throws Error in one line when it cannot
 */
export function prepareDataDir(dataDir: string): void {
  try {
    const made = mkdirSync(dataDir, { recursive: true });
    // Root's server runs under another account, which has to pass through.
    if (made !== undefined && process.getuid?.() === 0) chmodSync(dataDir, 0o711);
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR: cannot write to ${dataDir} (${code ?? message})`);
  }
}
