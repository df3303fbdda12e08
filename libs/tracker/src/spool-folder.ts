import { builtin, node } from './runtime.js';
import { fs } from './spool-segment.js';
import { uuidV7 } from './uuid-v7.js';

/** A segment whose owner has not touched it for so long may be taken over. */
const LEASE_MS = 30_000;
const NAME = /^apt-([0-9a-f]{8})-([0-9a-f-]{36})\.([0-9a-z]+)\.(\d+)\.([0-9a-f]{12})\.ndjson$/;

export interface SpoolFile {
  name: string;
  path: string;
  bytes: number;
  /** Whether its owner is another tracker that may still be alive. */
  foreign: boolean;
}

/**
 * The files of all trackers that share a folder. A name tells for which server and project, how
 * old, and whose: `apt-<target>-<uuid>.<host>.<pid>.<owner>.ndjson`. To take over another's file
 * is to rename it, which only one can do.
 */
export class SpoolFolder {
  private readonly target: string;
  private readonly owner: string;

  constructor(
    private readonly folder: string,
    endpoint: string,
    private readonly now: () => number,
  ) {
    this.target = hash(endpoint);
    const random = uuidV7(now()).slice(-12);
    this.owner = `${hash(hostName())}.${node?.pid ?? 0}.${random}`;
  }

  newPath(): string {
    return this.pathOf(`apt-${this.target}-${uuidV7(this.now())}.${this.owner}.ndjson`);
  }

  /** @throws where the folder cannot be made */
  make(): void {
    fs().mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Files for this server and project, the oldest first. Empty when the folder cannot be read. */
  list(): SpoolFile[] {
    try {
      const names = fs().readdirSync(this.folder).sort();
      return names.flatMap((name) => this.fileOf(name) ?? []);
    } catch {
      return [];
    }
  }

  isOrphan({ name, path }: SpoolFile): boolean {
    const [, , , host, pid] = NAME.exec(name) ?? [];
    if (host === hash(hostName()) && !isAlive(Number(pid))) return true;
    const touched = fs().statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    // By the clock of the machine: file times know no other.
    return touched !== undefined && Date.now() - touched > LEASE_MS;
  }

  /** @returns the new path; null when someone else was quicker */
  claim({ name, path }: SpoolFile): string | null {
    const [, target = '', uuid = ''] = NAME.exec(name) ?? [];
    const mine = this.pathOf(`apt-${target}-${uuid}.${this.owner}.ndjson`);
    // Its owner lived after all and wrote on under the old name; later, when the first part is sent.
    if (fs().existsSync(mine)) return null;
    try {
      fs().renameSync(path, mine);
      this.touch(mine);
      return mine;
    } catch {
      return null;
    }
  }

  touch(path: string): void {
    try {
      const now = new Date();
      fs().utimesSync(path, now, now);
    } catch {
      // Taken over.
    }
  }

  private fileOf(name: string): SpoolFile | undefined {
    const [, target, , ...owner] = NAME.exec(name) ?? [];
    if (target !== this.target) return undefined;
    const path = this.pathOf(name);
    const bytes = fs().statSync(path, { throwIfNoEntry: false })?.size;
    if (bytes === undefined) return undefined;
    return { name, path, bytes, foreign: owner.join('.') !== this.owner };
  }

  private pathOf(name: string): string {
    return builtin('node:path')?.join(this.folder, name) ?? name;
  }
}

function hostName(): string {
  return builtin('node:os')?.hostname() ?? '';
}

/** On this machine. A process of another user is alive too. */
function isAlive(pid: number): boolean {
  try {
    node?.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}

/** FNV-1a, 32 bits: to tell names apart, not to protect them. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, '0');
}
