import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiKey, AuditEntry, CreatedApiKey } from '@app/contracts';

import { AccessWorld, aRecord } from '../support/access-world.js';
import { eventually } from '../support/eventually.js';

describe('API keys', () => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.boot();
  });
  afterAll(async () => world?.close());

  it('are shown once, and kept only as a hash', async () => {
    const made = await world.aKey(['ingest'], 'default', { name: 'shown once' });
    expect(made.key).toMatch(/^apt_[a-z2-7]{8}_[a-z2-7]{32}$/);
    expect(made.key.startsWith(`${made.prefix}_`)).toBe(true);
    const { text } = await world.ask('GET', '/keys', { key: world.admin });
    expect(text).toContain(made.prefix);
    expect(text).not.toContain(made.key);
    const secret = made.key.slice(made.prefix.length + 1);
    const tables = await world.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const rows = await world.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      expect([name, rows.filter(({ row }) => row.includes(secret))]).toEqual([name, []]);
    }
  });

  it('never come twice', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => world.aKey(['read'])));
    expect(new Set(made.map(({ key }) => key)).size).toBe(8);
    expect(new Set(made.map(({ prefix }) => prefix)).size).toBe(8);
  });

  it('are good for their scopes, in their project, which need not be named', async () => {
    await world.aProject('keyed');
    const ingest = await world.aKey(['ingest'], 'keyed');
    const sent = await world.ask('POST', '/metrics', {
      key: ingest.key,
      body: aRecord('in-keyed'),
    });
    expect([sent.status, sent.body.data]).toMatchObject([200, { accepted: 1 }]);
    expect((await world.ask('GET', '/agents', { key: ingest.key })).status).toBe(403);
    const read = await world.aKey(['read'], 'keyed');
    const agents = await world.must<{ agentId: string }[]>('GET', '/agents', { key: read.key });
    expect(agents.map(({ agentId }) => agentId)).toEqual(['in-keyed']);
  });

  it('are refused when they are wrong, cut, in the address, or of another scheme', async () => {
    const { key } = await world.aKey(['read']);
    const last = key.endsWith('a') ? 'b' : 'a';
    for (const wrong of [key.slice(0, -1), `${key.slice(0, -1)}${last}`, `${key}a`, 'apt_', 'x']) {
      const answer = await world.ask('GET', '/agents', { key: wrong });
      expect([wrong, answer.status, answer.body.code]).toEqual([wrong, 401, 'unauthenticated']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const basic = { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` };
    expect((await world.ask('GET', '/agents', { headers: basic })).status).toBe(401);
    for (const name of ['apiKey', 'api_key', 'key', 'token', 'access_token']) {
      const answer = await world.ask('GET', `/agents?${name}=${key}`);
      expect([name, answer.status]).toEqual([name, 401]);
      expect(answer.text).not.toContain(key);
    }
  });

  it('end when they are revoked, at once here and soon in another process', async () => {
    const other = await processBeside(world);
    try {
      const { key, keyId } = await world.aKey(['read']);
      const asks = (url: string): Promise<number> =>
        fetch(`${url}/api/v1/agent-performance/agents`, {
          headers: { authorization: `Bearer ${key}` },
        }).then(({ status }) => status);
      expect(await asks(world.url)).toBe(200);
      expect(await asks(other.url)).toBe(200);
      const revoked = await world.ask('DELETE', `/keys/${keyId}`, { key: world.admin });
      expect(revoked.status).toBe(204);
      const begunMs = performance.now();
      expect(await asks(world.url)).toBe(401);
      await eventually(async () => (await asks(other.url)) === 401 || undefined);
      expect(performance.now() - begunMs).toBeLessThan(1500);
      const listed = (await world.keys()).find((one) => one.keyId === keyId);
      expect(listed?.revokedAt).not.toBeNull();
    } finally {
      await other.close();
    }
  });

  it('end when they expire', async () => {
    const expiresAt = new Date(Date.now() + 1500).toISOString();
    const { key } = await world.aKey(['read'], 'default', { expiresAt });
    expect((await world.ask('GET', '/agents', { key })).status).toBe(200);
    await eventually(
      async () => (await world.ask('GET', '/agents', { key })).status === 401 || undefined,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  it('tell when they were used last, written at most once a minute', async () => {
    const { key, keyId } = await world.aKey(['read']);
    const lastUsed = async (): Promise<string | null | undefined> =>
      (await world.keys()).find((one) => one.keyId === keyId)?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await world.ask('GET', '/agents', { key });
    const first = await eventually(async () => (await lastUsed()) ?? undefined);
    for (let n = 0; n < 5; n += 1) await world.ask('GET', '/agents', { key });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await lastUsed()).toBe(first);
  });

  it.each<[string, object, string]>([
    ['no name', { scopes: ['read'] }, 'name'],
    ['a blank name', { name: ' ', scopes: ['read'] }, 'name'],
    ['no scopes', { name: 'x', scopes: [] }, 'scopes'],
    ['an unknown scope', { name: 'x', scopes: ['root'] }, 'scopes'],
    [
      'an expiry that has passed',
      { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' },
      'expiresAt',
    ],
    [
      'an expiry that is no date',
      { name: 'x', scopes: ['read'], expiresAt: '2030-02-31T00:00:00Z' },
      'expiresAt',
    ],
    ['its own id', { name: 'x', scopes: ['read'], keyId: 'x' }, 'keyId'],
    ['a project id', { name: 'x', scopes: ['read'], projectId: 2 }, 'projectId'],
    ['who made it', { name: 'x', scopes: ['read'], createdBy: 'root' }, 'createdBy'],
    ['a text for a flag', { name: 'x', scopes: ['read'], allProjects: 'yes' }, 'allProjects'],
  ])('are not made with %s', async (_, body, path) => {
    const answer = await world.ask('POST', '/keys', { key: world.admin, body });
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, path]);
  });

  it('of every project are made only by administrators of every project', async () => {
    const local = await world.aKey(['admin']);
    const body = { name: 'all', scopes: ['read'], allProjects: true };
    expect((await world.ask('POST', '/keys', { key: local.key, body })).status).toBe(403);
    const made = await world.must<CreatedApiKey>('POST', '/keys', { key: world.admin, body });
    expect(made.project).toBeNull();
    for (const project of ['default', 'sample']) {
      const path = `/agents?project=${project}`;
      expect((await world.ask('GET', path, { key: made.key })).status).toBe(200);
    }
    const seen = await world.must<ApiKey[]>('GET', '/keys', { key: local.key });
    expect(seen.some(({ keyId }) => keyId === made.keyId)).toBe(false);
    const revoked = await world.ask('DELETE', `/keys/${made.keyId}`, { key: local.key });
    expect([revoked.status, revoked.body.code]).toEqual([404, 'unknown-key']);
  });

  it('are limited per key, told in the standard fields', async () => {
    const limited = await AccessWorld.boot({ env: { RATE_LIMIT_PER_SECOND: '5' } });
    try {
      const { key } = await limited.aKey(['read']);
      const neighbour = await limited.aKey(['read']);
      const answers = await Promise.all(
        Array.from({ length: 25 }, () => limited.ask('GET', '/agents', { key })),
      );
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
      expect(refused[0]?.body.code).toBe('rate-limited');
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(refused[0]?.headers.get('ratelimit-policy')).toBe('"requests";q=10;w=2');
      expect(refused[0]?.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
      expect((await limited.ask('GET', '/agents', { key: neighbour.key })).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it('that are guessed at are not looked at any more, and valid ones still are', async () => {
    const guessed = await AccessWorld.boot();
    try {
      const wrong = `apt_aaaaaaaa_${'a'.repeat(32)}`;
      const statuses: number[] = [];
      for (let n = 0; n < 35; n += 1) {
        statuses.push((await guessed.ask('GET', '/agents', { key: wrong })).status);
      }
      expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true);
      expect(statuses.slice(30)).toEqual([429, 429, 429, 429, 429]);
      expect((await guessed.ask('GET', '/agents', { key: guessed.admin })).status).toBe(200);
      const forwarded = { 'x-forwarded-for': '203.0.113.9' };
      const again = await guessed.ask('GET', '/agents', { key: wrong, headers: forwarded });
      expect(again.status).toBe(429);
    } finally {
      await guessed.close();
    }
  });

  it('leave a trace of who made and revoked them', async () => {
    const made = await world.aKey(['read'], 'default', { name: 'traced' });
    await world.must('DELETE', `/keys/${made.keyId}`, { key: world.admin });
    const entries = await world.must<AuditEntry[]>('GET', `/audit?subject=${made.keyId}`, {
      key: world.admin,
    });
    expect(entries.map(({ action }) => action)).toEqual(['key.revoke', 'key.create']);
    expect(entries[1]).toMatchObject({
      project: 'default',
      actorKind: 'key',
      actor: 'First administrator',
      after: { name: 'traced', scopes: ['read'] },
    });
    expect(entries[1]?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

/** A second process on the same database. */
async function processBeside(world: AccessWorld): Promise<{ url: string; close(): Promise<void> }> {
  const { createApp } = await import('../../apps/api/src/setup-app.js');
  const { loadConfig } = await import('@app/platform');
  const databaseUrl = world.server.databaseUrl;
  const config = loadConfig({ LOG_LEVEL: 'error', DATABASE_URL: databaseUrl, AUTH: 'required' });
  const app = await createApp({ config, databaseUrl });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.getHttpServer().address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}
