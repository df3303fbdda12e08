import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { startEmbeddedPostgres } from './embedded-postgres.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { isPostmasterOf, processIdentity } from './process-identity.js';

const QUICK = { fsync: 'off', full_page_writes: 'off', shared_buffers: '16MB' };

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe(startEmbeddedPostgres.name, () => {
  let folder: string;
  let running: EmbeddedPostgres | undefined;
  const start = async (dataDir = join(folder, 'data')): Promise<EmbeddedPostgres> =>
    (running = await startEmbeddedPostgres({ dataDir, settings: QUICK }));

  // One store for all: making one is what takes long.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'apt-postgres-'));
    chmodSync(folder, 0o711);
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('serves an empty database in UTC, and leaves nothing behind when stopped', async () => {
    const server = await start();
    expect(server.fresh).toBe(true);
    expect(await ask(server.url, 'SELECT current_database()')).toBe('agent_performance');
    expect(await ask(server.url, 'SHOW timezone')).toBe('UTC');
    await Promise.all([server.stop(), server.stop()]);
    expect(processIdentity(server.pid)).toBeNull();
    expect(existsSync(join(folder, 'data/tracker.lock'))).toBe(false);
  });

  it('keeps data and password over a restart', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(second.fresh).toBe(false);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
  });

  it('keeps the password from other accounts', async () => {
    await start();
    expect(statSync(join(folder, 'data/postgres.password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'data/postgres.password'), 'utf8')).toMatch(
      /^[0-9a-f]{48}\n$/,
    );
  });

  it('tells when the server dies, and recovers what was committed', async () => {
    const server = await start();
    await ask(server.url, 'CREATE TABLE survivor AS SELECT 42 AS answer');
    const died = new Promise<void>((resolve) => server.onExit(resolve));
    process.kill(server.pid, 'SIGKILL');
    await died;
    running = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      settings: QUICK,
      port: server.port,
    });
    expect(running.port).toBe(server.port);
    expect(await ask(running.url, 'SELECT answer FROM survivor')).toBe(42);
  });

  it('does not call back after a stop that was asked for', async () => {
    const server = await start();
    let called = false;
    server.onExit(() => (called = true));
    await server.stop();
    expect(called).toBe(false);
  });

  it('refuses a folder that another living tracker holds', async () => {
    const server = await start();
    await server.stop();
    const other = spawn('sleep', ['60']);
    const pid = other.pid ?? 0;
    try {
      const claim = `${pid} ${processIdentity(pid) ?? ''}\n`;
      writeFileSync(join(folder, 'data/tracker.lock'), claim);
      await expect(start()).rejects.toThrow(`Another tracker (process ${pid}) uses`);
    } finally {
      const gone = once(other, 'exit');
      other.kill('SIGKILL');
      await gone;
    }
  });

  it('takes over from a tracker that is gone, though its number lives on in another process', async () => {
    const server = await start();
    await server.stop();
    writeFileSync(join(folder, 'data/tracker.lock'), `${process.ppid} an-earlier-boot:1\n`);
    writeFileSync(join(folder, 'data/postgres/postmaster.pid'), `${process.ppid}\n`);
    expect((await start()).fresh).toBe(false);
  });

  it('starts anew after a first start that was cut short', async () => {
    const dataDir = join(folder, 'cut-short');
    mkdirSync(join(dataDir, 'postgres.new-1'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.password'), 'of a store that was never finished');
    expect((await start(dataDir)).fresh).toBe(true);
    expect(existsSync(join(dataDir, 'postgres.new-1'))).toBe(false);
  });

  it('names the folder that it cannot write to', async () => {
    writeFileSync(join(folder, 'file'), '');
    const dataDir = join(folder, 'file/data');
    await expect(start(dataDir)).rejects.toThrow(`DATA_DIR: cannot write to ${dataDir} (ENOTDIR)`);
  });

  it('refuses data of another release of PostgreSQL', async () => {
    await (await start()).stop();
    const marker = join(folder, 'data/postgres/PG_VERSION');
    writeFileSync(marker, '14\n');
    await expect(start()).rejects.toThrow('was made by PostgreSQL 14, this release carries 18');
    writeFileSync(marker, '18\n');
  });

  it('repeats the complaint of a server that does not start, and frees the folder', async () => {
    const bad = { dataDir: join(folder, 'data'), settings: { ...QUICK, max_connections: 'lots' } };
    await expect(startEmbeddedPostgres(bad)).rejects.toThrow(
      'PostgreSQL does not start: invalid value for parameter "max_connections": "lots"',
    );
    expect(existsSync(join(folder, 'data/tracker.lock'))).toBe(false);
    expect(isPostmasterOf(process.pid, join(folder, 'data/postgres'))).toBe(false);
  });
});
