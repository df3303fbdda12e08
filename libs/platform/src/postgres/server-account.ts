import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** Account that PostgreSQL runs under. It refuses to run as root. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

/**
 * @param clusterDir where a cluster may be; one that is there keeps its owner
 * @returns null when the server can run as ourselves
 * @throws Error when we are root and the machine has no lesser account
 */
export function serverAccount(clusterDir: string): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const uid = askId('-u', name);
    const gid = askId('-g', name);
    if (uid && gid) return { uid, gid };
  }
  throw new Error('PostgreSQL does not run as root, and there is no account postgres or nobody');
}

/** Options of a child process that runs as the account, in a folder that everyone may enter. */
export function runAs(account: ServerAccount | null): object {
  return account === null ? {} : { uid: account.uid, gid: account.gid, cwd: '/' };
}

/** Whether the account may run the program. */
export function canExecute(account: ServerAccount, program: string): boolean {
  return spawnSync(program, ['--version'], { ...runAs(account), stdio: 'ignore' }).status === 0;
}

/** Whether the account may enter the folder. */
export function canEnter(account: ServerAccount, folder: string): boolean {
  const probe = ['-c', 'cd "$0"', folder];
  return spawnSync('/bin/sh', probe, { ...runAs(account), stdio: 'ignore' }).status === 0;
}

function askId(flag: string, name: string): number | null {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  // macOS gives nobody the number 4294967294, which a child process takes as -2.
  return status === 0 ? Number(stdout.trim()) | 0 : null;
}
