import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

import { startEmbeddedPostgres } from '../../../libs/platform/src/postgres/index.js';
import type { EmbeddedPostgres } from '../../../libs/platform/src/postgres/index.js';
import type { LoadOptions, LoadResult } from './load.js';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** A database server that is thrown away, as durable as the product's own. */
export interface BenchPostgres extends EmbeddedPostgres {
  remove(): Promise<void>;
}

/** @param settings over those of the product; fsync and the like stay on */
export async function benchPostgres(settings: Record<string, string> = {}): Promise<BenchPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'apt-bench-'));
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), settings });
  return Object.assign(postgres, {
    remove: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** An empty database on it. */
export async function benchDatabase(postgres: EmbeddedPostgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs the load generator as a process of its own. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { stdout } = await run(
    process.execPath,
    [
      join(ROOT, 'scripts/run-ts.mjs'),
      join(import.meta.dirname, 'load.ts'),
      JSON.stringify(options),
    ],
    { cwd: ROOT, maxBuffer: 1 << 20 },
  );
  return JSON.parse(stdout) as LoadResult;
}

/** The server under test, or whatever else prints `ready`, as a process of its own. */
export interface BenchServer {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** @param profile folder for a CPU profile of the whole run */
export async function startServer<T extends { port: number }>(
  script: string,
  options: T,
  profile?: string,
): Promise<BenchServer> {
  const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const child = spawn(
    process.execPath,
    [...flags, join(ROOT, 'scripts/run-ts.mjs'), script, JSON.stringify(options)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error(`${script} has ended before it was ready`))),
  ]);
  return {
    pid: child.pid ?? 0,
    port: options.port,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
