import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { postmasterPid } from './cluster.js';
import { processIdentity } from './process-identity.js';
import { runAs } from './server-account.js';
import type { ServerAccount } from './server-account.js';

/**
 * Runs the server under a shell that waits on a pipe from us. However we end, the pipe closes, and
 * the shell stops the server: none outlives its tracker. The shell itself ignores the signals of
 * the terminal, so that Ctrl-C reaches us first and the database last. It lets go of the error
 * pipe, whose end then tells that the server is gone.
 */
const WATCHDOG =
  'trap "" INT TERM HUP; "$0" "$@" </dev/null & p=$!; exec 2>/dev/null; read x; kill -INT $p; wait $p';

/** Complaints that pass by themselves: a port taken meanwhile, children of a killed server. */
const PASSING = /could not bind|could not create any TCP|pre-existing shared memory block/;
const READY = 'ready to accept connections';
const STOP_MS = 8000;

export interface LaunchOptions {
  postgres: string;
  clusterDir: string;
  account: ServerAccount | null;
  settings: Record<string, string>;
  /** Port to ask for first; otherwise any free one. */
  port?: number | undefined;
  log: (line: string) => void;
}

export interface ServerProcess {
  port: number;
  pid: number;
  /** Settles when the server is gone, asked for or not. */
  exited: Promise<void>;
  /**
   * Stops it in order, or at once where that takes longer.
   * @param withinMs patience with an orderly stop
   */
  stop(withinMs?: number): Promise<void>;
}

/**
 * Starts the server and waits until it answers.
 * @throws Error with the server's own last complaint
 */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const deadline = Date.now() + 10_000;
  let port = options.port ?? (await freePort());
  for (;;) {
    const outcome = await tryLaunch(options, port);
    if (typeof outcome !== 'string') return outcome;
    if (!PASSING.test(outcome) || Date.now() > deadline) {
      throw new Error(`PostgreSQL does not start: ${outcome}`);
    }
    await sleep(200);
    port = await freePort();
  }
}

/** @returns the running server, or why it does not run */
async function tryLaunch(options: LaunchOptions, port: number): Promise<ServerProcess | string> {
  const args = ['-D', options.clusterDir, '-p', String(port)];
  for (const [name, value] of Object.entries(options.settings)) args.push('-c', `${name}=${value}`);
  const shell = spawn('/bin/sh', ['-c', WATCHDOG, options.postgres, ...args], {
    ...runAs(options.account),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  // The shell may be gone by the time that we let go of it.
  shell.stdin?.on('error', () => undefined);
  const exited = closed(shell);
  const complaint = await readyOrComplaint(shell, options.log);
  if (complaint !== null) {
    await exited;
    return complaint;
  }
  const pid = postmasterPid(options.clusterDir);
  if (pid === null) return 'its lock file is missing';
  return { port, pid, exited, stop: (withinMs = STOP_MS) => stop(shell, pid, exited, withinMs) };
}

/** @returns null once the server is ready, otherwise its most telling line */
function readyOrComplaint(
  shell: ChildProcess,
  log: (line: string) => void,
): Promise<string | null> {
  return new Promise((resolve) => {
    let complaint = 'it ended at once';
    shell.once('error', (error) => resolve(error.message));
    const lines = createInterface({ input: shell.stderr! });
    lines.on('line', (line) => {
      log(line);
      if (line.includes(READY)) resolve(null);
      const fatal = /(?:FATAL|PANIC):\s+(.*)$/.exec(line)?.[1];
      // A line without a severity comes from the shell or the loader.
      if (fatal ?? !/\b(LOG|HINT|DETAIL|WARNING):/.test(line)) complaint = fatal ?? line;
    });
    lines.once('close', () => resolve(complaint));
  });
}

function closed(shell: ChildProcess): Promise<void> {
  shell.stderr?.once('close', () => shell.stdin?.end());
  return new Promise((resolve) => {
    shell.once('close', () => resolve());
    shell.once('error', () => resolve());
  });
}

async function stop(
  shell: ChildProcess,
  pid: number,
  exited: Promise<void>,
  withinMs: number,
): Promise<void> {
  shell.stdin?.end();
  // The shell does the same, unless somebody killed it.
  if (processIdentity(pid) !== null) signal(pid, 'SIGINT');
  // An immediate stop loses nothing that was committed; the next start replays the log.
  const impatience = setTimeout(() => signal(pid, 'SIGQUIT'), withinMs);
  await exited;
  clearTimeout(impatience);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone, which is what was wanted.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
