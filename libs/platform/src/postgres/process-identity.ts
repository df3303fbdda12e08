import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * What tells one run of a process from a later one with the same number.
 * @returns null when no such process lives (a zombie does not)
 */
export function processIdentity(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform !== 'linux') return askPs(pid, 'lstart=');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets, and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

/** Whether the process is a PostgreSQL server that works in `clusterDir`. */
export function isPostmasterOf(pid: number, clusterDir: string): boolean {
  if (processIdentity(pid) === null) return false;
  if (process.platform !== 'linux') {
    const command = askPs(pid, 'command=') ?? '';
    return /\bpostgres\b/.test(command) && command.includes(clusterDir);
  }
  const [program = '', ...args] = readText(`/proc/${pid}/cmdline`).split('\0');
  if (!/(^|\/)postgres$/.test(program)) return false;
  return args.includes(clusterDir) || readLink(`/proc/${pid}/cwd`) === clusterDir;
}

function askPs(pid: number, column: string): string | null {
  try {
    const text = execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' });
    return text.trim() || null;
  } catch {
    return null;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
