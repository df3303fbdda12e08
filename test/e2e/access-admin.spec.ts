import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, Session } from '@app/contracts';

import { AccessWorld, PASSWORD } from '../support/access-world.js';
import { eventually } from '../support/eventually.js';

const ROOT = join(import.meta.dirname, '../..');

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

describe('npm run admin', () => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.boot();
  });
  afterAll(async () => world?.close());

  function admin(args: string[], input = ''): Promise<Ended> {
    return new Promise((resolve) => {
      const command = ['scripts/run-ts.mjs', 'apps/api/src/admin.ts', ...args];
      const env = { ...process.env, DATABASE_URL: world.server.databaseUrl };
      const child = spawn(process.execPath, command, { cwd: ROOT, env });
      const said = { out: '', err: '' };
      child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
      child.once('close', (code) => resolve({ code, ...said }));
      child.stdin.end(input);
    });
  }

  it('makes projects, keys and people that a running server knows at once', async () => {
    expect(await admin(['projects', 'create', 'green', '--name', 'Green team'])).toMatchObject({
      code: 0,
      err: '',
    });
    const made = await admin([
      'keys',
      'create',
      '--name',
      'ci',
      '--scopes',
      'ingest,read',
      '--project',
      'green',
    ]);
    expect([made.code, made.err]).toEqual([0, '']);
    const key = made.out.trim().split('\n').at(-1) ?? '';
    expect(key).toMatch(/^apt_[a-z2-7]{8}_[a-z2-7]{32}$/);
    const { body } = await world.ask<Session>('GET', '/auth/session', { key });
    expect(body.data.projects).toEqual([
      { slug: 'green', name: 'Green team', scopes: ['ingest', 'read'] },
    ]);
    const listed = await admin(['keys', 'list', '--project', 'green']);
    expect(listed.out).toContain(key.slice(0, 12));
    expect(listed.out).not.toContain(key);

    const person = ['users', 'create', 'Grace', '--project', 'green', '--role', 'operator'];
    expect(await admin(person, `${PASSWORD}\n`)).toMatchObject({ code: 0, err: '' });
    const cookie = await world.signInAs('grace');
    expect((await world.ask('GET', '/agents', { cookie })).status).toBe(200);

    expect((await admin(['keys', 'revoke', key.slice(0, 12), '--project', 'green'])).code).toBe(0);
    await eventually(
      async () => (await world.ask('GET', '/agents', { key })).status === 401 || undefined,
    );
    expect((await admin(['projects', 'archive', 'green'])).code).toBe(0);
    await eventually(
      async () => (await world.ask('GET', '/agents', { cookie })).status === 404 || undefined,
    );
    const entries = await world.must<AuditEntry[]>('GET', '/audit?actor=npm%20run%20admin', {
      key: world.admin,
    });
    expect(entries.map(({ action }) => action)).toEqual(['user.create']);
  });

  it('says why a command makes no sense', async () => {
    const { code, out, err } = await admin(['keys', 'make']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe('"keys make" is not known. For help: npm run admin -- help\n');
  });

  it('says in one line why something is refused', async () => {
    const unknown = await admin(['users', 'disable', 'nobody']);
    expect(unknown).toEqual({ code: 1, out: '', err: 'There is nobody called "nobody"\n' });
    const weak = await admin(['users', 'create', 'zoe'], 'password123\n');
    expect([weak.code, weak.err.split('\n').length]).toEqual([1, 2]);
    expect(weak.err).toContain('easily guessed');
    expect((await admin(['keys', 'list', '--project', 'ghost'])).code).toBe(1);
  });

  it('helps', async () => {
    const { code, out } = await admin(['help']);
    expect(code).toBe(0);
    for (const what of ['projects', 'keys', 'users']) expect(out).toContain(`${what} list`);
  });
});
