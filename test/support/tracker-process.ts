import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.js';

const ROOT = join(import.meta.dirname, '../..');
/** Much longer than the tracker itself allows a stop to take. */
const STOP_MS = 60_000;
const MAIN = join(ROOT, 'dist/apps/api/apps/api/src/main.js');

/** The built product as a process of its own. */
export interface RunningTracker {
  pid: number;
  url: string;
  /** All that it has said so far. */
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
  /** Asks it to end; kills it where it does not. @returns its exit code */
  stop(): Promise<number | null>;
  /** Settles with its exit code, null after a signal. */
  exited: Promise<number | null>;
}

export async function startTracker(env: Record<string, string>): Promise<RunningTracker> {
  const port = env.PORT ?? String(await freePort());
  const child = spawn(process.execPath, [MAIN], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      SAMPLE_SWARM: 'off',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'text',
      PORT: port,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const code = await exited;
      clearTimeout(impatience);
      return code;
    },
    exited,
  };
}

/** Starts it and waits until it answers. */
export async function startReadyTracker(env: Record<string, string>): Promise<RunningTracker> {
  const tracker = await startTracker(env);
  let ended = false;
  void tracker.exited.then(() => (ended = true));
  const ready = await eventually(
    async () => ended || (await statusOf(`${tracker.url}/livez`)) === 200,
  );
  if (ready && !ended) return tracker;
  tracker.signal('SIGKILL');
  throw new Error(`The tracker does not start: ${tracker.stderr()}`);
}

/** @returns null when nobody answers */
export async function statusOf(url: string): Promise<number | null> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status;
  } catch {
    return null;
  }
}

/** Asks again until it is so. */
export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  withinMs = PATIENCE_MS,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await isSo()) return true;
    await sleep(50);
  }
  return false;
}

/** A folder that the account of root's database may pass through. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'apt-start-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Process number of the embedded server of a data folder. */
export function postmasterOf(dataDir: string): number {
  const text = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

/** A process that has ended but that nobody has asked about (a zombie) does not live. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
