import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@app/platform';
import type { EmbeddedPostgres } from '@app/platform';
import pg from 'pg';

import { freePort, temporaryFolder } from './tracker-process.js';

export interface ThrowawayOptions {
  /** Where to put it; removed in the end. Default a new folder. */
  folder?: string;
  settings?: Record<string, string>;
}

/**
 * A PostgreSQL server of a spec's own, to be killed and started again at the same address. It ends
 * with the test process, however that ends.
 */
export class ThrowawayPostgres {
  private server: EmbeddedPostgres | null = null;
  private gone: Promise<void> = Promise.resolve();
  private address = '';

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private settings: Record<string, string>,
  ) {}

  static async start({ folder, settings }: ThrowawayOptions = {}): Promise<ThrowawayPostgres> {
    const throwaway = new ThrowawayPostgres(folder ?? temporaryFolder(), await freePort(), {
      shared_buffers: '32MB',
      ...settings,
    });
    await throwaway.resume();
    return throwaway;
  }

  get url(): string {
    return this.address;
  }

  /** Starts it again after a stop or a crash. */
  async resume(settings: Record<string, string> = {}): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    await this.gone;
    const options = { dataDir: join(this.folder, 'data'), port: this.port };
    const server = await startEmbeddedPostgres({ ...options, settings: this.settings });
    this.server = server;
    this.gone = new Promise((resolve) => server.onExit(resolve));
    this.address = server.url;
    if (server.port !== this.port) throw new Error(`Port ${this.port} was taken meanwhile`);
  }

  /** kill -9 of the server and of every process that it has. */
  async kill(): Promise<void> {
    const { pid } = this.running();
    const family = [pid, ...childrenOf(pid)];
    for (const member of family) kill(member, 'SIGKILL');
    await this.gone;
  }

  /** What `pg_ctl stop -m immediate` does: no goodbye to anybody, recovery at the next start. */
  async abort(): Promise<void> {
    kill(this.running().pid, 'SIGQUIT');
    await this.gone;
  }

  /** What `pg_ctl stop -m fast` does. */
  async stop(): Promise<void> {
    kill(this.running().pid, 'SIGINT');
    await this.gone;
  }

  /** Whether it has ended by itself. */
  async hasEnded(withinMs: number): Promise<boolean> {
    const { promise, timer } = after(withinMs);
    const ended = await Promise.race([this.gone.then(() => true), promise]);
    clearTimeout(timer);
    return ended;
  }

  async ask<T extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  /** Stops it for good, and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.server?.stop(3000);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private running(): EmbeddedPostgres {
    if (!this.server) throw new Error('The server was never started');
    return this.server;
  }
}

function after(ms: number): { promise: Promise<false>; timer: NodeJS.Timeout | undefined } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  return { promise, timer };
}

function childrenOf(parent: number): number[] {
  return execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid = 0]) => pid);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It was quicker.
  }
}
