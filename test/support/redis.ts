import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createClient } from 'redis';

import { eventually, freePort } from './tracker-process.js';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/apt-tests');
/** What Debian's package needs beyond a machine without it. */
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];

/** A Redis server of the test's own, on a free port of this machine. */
export interface RedisServer {
  url: string;
  /** Breaks every connection at once; they may come back. */
  cutConnections(): Promise<void>;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether tests that need Redis are wanted: `SKIP_REDIS_TESTS=1` says no. */
export const wantsRedis = process.env['SKIP_REDIS_TESTS'] !== '1';

export async function startRedis(): Promise<RedisServer> {
  const { program, libraries } = redisProgram();
  const folder = mkdtempSync(join(tmpdir(), 'apt-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending) return;
    const ended = new Promise((resolve) => ending.once('close', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
    const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    child = spawn(program, options, {
      stdio: 'ignore',
      env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
    });
    if (!(await eventually(() => answers(url)))) throw new Error('Redis does not start');
  };
  await start();
  return {
    url,
    start,
    kill,
    cutConnections: () => command(url, 'CLIENT', 'KILL', 'SKIPME', 'yes').then(() => undefined),
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Redis from the PATH, else Debian's package, unpacked into a folder of the project's own. */
function redisProgram(): { program: string; libraries?: string } {
  const { stdout, status } = spawnSync('which', ['redis-server'], { encoding: 'utf8' });
  if (status === 0) return { program: stdout.trim() };
  const folder = join(CACHE, 'redis');
  const program = join(folder, 'redis-server');
  try {
    if (!existsSync(program)) unpackRedis(folder);
  } catch (error) {
    throw new Error(
      'These tests need Redis: no redis-server is in the PATH, and Debian’s package cannot be had ' +
        `(${String(error)}). Install one, or set SKIP_REDIS_TESTS=1.`,
    );
  }
  return { program, libraries: folder };
}

/** Changes nothing outside of the folder: the packages are fetched and unpacked, not installed. */
function unpackRedis(folder: string): void {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'redis-'));
  const run = (program: string, ...parameters: string[]): void => {
    execFileSync(program, parameters, { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    fetchPackages(run);
    const root = join(work, 'root');
    for (const name of readdirSync(work).filter((file) => file.endsWith('.deb'))) {
      run('dpkg', '-x', name, root);
    }
    const ready = join(work, 'ready');
    mkdirSync(ready);
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const library = /\/(lib(?:jemalloc|lzf|atomic)\.so\.\d+)$/.exec(name)?.[1];
      if (library) copyFileSync(join(root, name), join(ready, library));
    }
    // The one program behaves by the name that it is called by.
    copyFileSync(join(root, 'usr/bin/redis-check-rdb'), join(ready, 'redis-server'));
    // Whole or not at all, whoever else is at it.
    if (!existsSync(folder)) renameSync(ready, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fetchPackages(run: (program: string, ...parameters: string[]) => void): void {
  try {
    run('apt-get', 'download', ...PACKAGES);
  } catch {
    // A fresh machine has no lists of packages yet.
    run('apt-get', 'update', '-qq');
    run('apt-get', 'download', ...PACKAGES);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await command(url, 'PING')) === 'PONG';
  } catch {
    return false;
  }
}

async function command(url: string, ...words: string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1000 } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
}
