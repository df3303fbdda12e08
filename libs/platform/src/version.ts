import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Version of this release, as its package.json says. */
export const APP_VERSION = readVersion(import.meta.dirname);

/** Compiled or not, this file lies somewhere below the project's own package.json. */
function readVersion(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
      if (name === 'agent-performance-tracker' && version) return version;
    }
    if (dirname(folder) === folder) return 'unknown';
  }
}
