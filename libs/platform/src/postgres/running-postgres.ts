import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { CLUSTER, DATABASE, PASSWORD_FILE, clusterDirOf, postmasterPid } from './cluster.js';
import { isPostmasterOf } from './process-identity.js';
import { serverAccount } from './server-account.js';

/** Line of postmaster.pid that holds the port (PostgreSQL's `pidfile.h`). */
const PORT_LINE = 3;

/** Address of the embedded server that runs on a data folder; null when none does. */
export function runningPostgresUrl(dataDir: string): string | null {
  const folder = resolve(dataDir);
  const passwordFile = join(folder, PASSWORD_FILE);
  if (!existsSync(passwordFile)) return null;
  const clusterDir = clusterDirOf(folder, serverAccount(join(folder, CLUSTER)));
  const pid = postmasterPid(clusterDir);
  if (pid === null || !isPostmasterOf(pid, clusterDir)) return null;
  const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(passwordFile, 'utf8').trim();
  return `postgresql://postgres:${password}@127.0.0.1:${Number(lines[PORT_LINE])}/${DATABASE}`;
}
