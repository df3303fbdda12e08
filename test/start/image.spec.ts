import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@app/platform';
import { load } from 'js-yaml';

import { configDefaults } from '../../libs/platform/src/config.js';
import { API } from '../support/boot-app.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { ImageBuilder, account, installFrom } from '../support/image-builder.js';
import type { BuiltImage } from '../support/image-builder.js';
import { eventually, freePort, statusOf, temporaryFolder } from '../support/tracker-process.js';

const ROOT = join(import.meta.dirname, '../..');
/** `IMAGE_BUILD=whole`: installs and builds as the Dockerfile says, which takes minutes. */
const isWhole = process.env.IMAGE_BUILD === 'whole';

/**
 * The steps of the Dockerfile, in order, without an engine. Packages come from this checkout: those
 * that the lock file says each install would bring; and so does what `npm run build` makes.
 */
function buildImage(folder: string): BuiltImage {
  const builder = new ImageBuilder(ROOT, folder, ({ command, folder: stage }) => {
    if (isWhole) return false;
    const [first = '', ...then] = command.split(' && ');
    if (first.startsWith('npm ci')) {
      const omitDev = first.includes('--omit=dev');
      if (omitDev) installFrom(ROOT, stage, true);
      else symlinkSync(join(ROOT, 'node_modules'), join(stage, 'node_modules'));
      if (then.length > 0) execFileSync('sh', ['-ec', then.join(' && ')], { cwd: stage });
      return true;
    }
    if (command !== 'npm run build') return false;
    for (const made of ['dist', 'frontend/dist']) {
      cpSync(join(ROOT, made), join(stage, made), { recursive: true });
    }
    return true;
  });
  return builder.build();
}

describe('the image', () => {
  let folder: string;
  let image: BuiltImage;
  let database: FreshDatabase;
  let port: string;
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    folder = temporaryFolder();
    image = buildImage(folder);
    database = await freshDatabase('image');
  }, 1_200_000);
  beforeEach(async () => {
    port = String(await freePort());
  });
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const inside = (path: string): string => join(image.root, path);
  /** As the engine would start something in it. */
  const options = (env: Record<string, string> = {}): object => {
    const [uid, gid] = account();
    return {
      cwd: inside(image.workdir),
      uid,
      gid,
      env: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        ...image.env,
        DATA_DIR: inside(image.env['DATA_DIR'] ?? ''),
        PORT: port,
        ...env,
      },
    };
  };
  const start = (
    env: Record<string, string>,
  ): { child: ChildProcess; said: () => string; ended: Promise<number | null> } => {
    const [program = '', ...args] = image.cmd;
    const child = spawn(program, args, { ...options(env), stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    void ended.then(() => running.delete(child));
    return { child, said: () => said, ended };
  };
  const healthcheck = (): Promise<number> =>
    new Promise((resolve) => {
      const [program = '', ...args] = image.healthcheck;
      execFile(program, args, options(), (error) => resolve(error ? Number(error.code) : 0));
    });

  it('holds what running takes, and nothing else', () => {
    expect(readdirSync(inside(image.workdir)).sort()).toEqual(
      ['LICENSE', 'dist', 'frontend', 'node_modules', 'package.json'].sort(),
    );
    const { devDependencies } = JSON.parse(readFileSync(inside('app/package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const brought = Object.keys(devDependencies).filter(
      (name) =>
        packages[`node_modules/${name}`]?.dev && existsSync(inside(`app/node_modules/${name}`)),
    );
    expect(brought).toEqual([]);
    for (const path of ['.env', 'secrets', '.git', 'test']) {
      expect([path, existsSync(inside(`app/${path}`))]).toEqual([path, false]);
    }
  });

  it('leaves its own code to root, and only the data to who runs it', () => {
    const [uid] = account();
    expect(statSync(inside('data')).uid).toBe(uid);
    expect(image.user).toBe('node');
    if (process.getuid?.() === 0) {
      expect(statSync(inside('app/dist/apps/api/apps/api/src/main.js')).uid).toBe(0);
    }
  });

  it('serves the API and the dashboard on a database of its neighbour, healthy from then on', async () => {
    expect(await healthcheck()).toBe(1);
    const { child, said, ended } = start({ DATABASE_URL: database.url });
    expect(
      await eventually(async () => (await statusOf(`http://127.0.0.1:${port}/readyz`)) === 200),
    ).toBe(true);
    expect(await healthcheck()).toBe(0);
    // On any address but loopback nobody is let in without a key, which is told once.
    expect(await statusOf(`http://127.0.0.1:${port}${API}/summary`)).toBe(401);
    const page = await fetch(`http://127.0.0.1:${port}/agent-performance`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<apt-root')]);
    const key = /apt_[\w-]+/.exec(said())?.[0] ?? '';
    const answer = await fetch(`http://127.0.0.1:${port}${API}/summary`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
    child.kill(image.stopSignal);
    expect(await ended).toBe(0);
    expect(await healthcheck()).toBe(1);
  });

  it('starts a database of its own in the volume where it is given none', async () => {
    const { child, ended, said } = start({});
    expect(
      await eventually(
        async () =>
          (await statusOf(`http://127.0.0.1:${port}/readyz`)) === 200 || child.exitCode !== null,
      ),
    ).toBe(true);
    expect([child.exitCode, said()]).toEqual([null, expect.any(String)]);
    expect(await healthcheck()).toBe(0);
    expect(existsSync(inside('data/postgres/PG_VERSION'))).toBe(true);
    child.kill(image.stopSignal);
    expect(await ended).toBe(0);
  });

  it('gets from compose what its settings allow', async () => {
    const { services } = load(readFileSync(join(ROOT, 'compose.yaml'), 'utf8')) as {
      services: Record<string, { command: string[]; environment: Record<string, string> }>;
    };
    const { command = [], environment = {} } = services['tracker'] ?? {};
    const known = [...configDefaults().keys(), 'NODE_ENV'];
    for (const name of Object.keys({ ...image.env, ...environment })) expect(known).toContain(name);
    // The command as it is, but for where secrets lie and for a server that only tells its settings.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "$*"; env\n');
    chmodSync(join(bin, 'node'), 0o755);
    writeFileSync(join(folder, 'postgres_password'), 'its-own\n');
    writeFileSync(join(folder, 'secret_key'), `${'ab'.repeat(32)}\n`);
    const [program = '', ...args] = command.map((word) =>
      word.replaceAll('$$', '$').replaceAll('/run/secrets', folder),
    );
    const env = { ...image.env, ...environment, PATH: `${bin}:/usr/bin:/bin` };
    const { stdout: told } = await promisify(execFile)(program, args, { env });
    const [started, ...lines] = told.split('\n');
    expect(`node ${started ?? ''}`).toBe(image.cmd.join(' '));
    const config = loadConfig(
      Object.fromEntries(
        lines.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
      ),
    );
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 9999,
      dataDir: '/data',
      databaseUrl: 'postgres://tracker:its-own@postgres:5432/agent_performance',
    });
    expect(config.secretKey?.toString('hex')).toBe('ab'.repeat(32));
  });
});
