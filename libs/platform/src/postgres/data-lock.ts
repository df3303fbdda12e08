import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { processIdentity } from './process-identity.js';

const LOCK_FILE = 'tracker.lock';

export interface DataLock {
  release(): void;
}

/**
 * Claims a data folder for this process. A claim whose process is gone does not count.
 * @throws Error when another living process holds the folder
 */
export function lockDataDir(dataDir: string): DataLock {
  const path = join(dataDir, LOCK_FILE);
  const claim = `${process.pid} ${processIdentity(process.pid) ?? ''}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(path, claim, { flag: 'wx', mode: 0o644 });
      return { release: () => releaseClaim(path, claim) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = livingHolder(path);
    if (holder !== null) {
      throw new Error(
        `Another tracker (process ${holder}) uses ${dataDir}: stop it, or set DATA_DIR to another folder`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new Error(`Another tracker has just claimed ${dataDir}`);
}

function livingHolder(path: string): number | null {
  const [pidText = '', identity = ''] = readClaim(path).trim().split(/ (.*)/s);
  const pid = Number(pidText);
  const living = processIdentity(pid);
  return living !== null && living === identity ? pid : null;
}

function releaseClaim(path: string, claim: string): void {
  if (readClaim(path) === claim) rmSync(path, { force: true });
}

function readClaim(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
