import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, CreatedInvitation, Invitation, Session, User } from '@app/contracts';

import { AccessWorld, PASSWORD, cookieOf } from '../support/access-world.js';
import type { Reply } from '../support/access-world.js';

describe('people', () => {
  let world: AccessWorld;
  let nowMs = Date.now();

  beforeAll(async () => {
    world = await AccessWorld.boot({ clock: { now: () => new Date(nowMs) } });
    await world.aProject('blue');
  });
  afterAll(async () => world?.close());

  const tryAs = (name: string, password: string, headers = {}): Promise<Reply<Session>> =>
    world.ask<Session>('POST', '/auth/session', { body: { name, password }, headers });
  const invite = (body: object = { role: 'viewer' }): Promise<CreatedInvitation> =>
    world.must<CreatedInvitation>('POST', '/invitations?project=blue', { key: world.admin, body });
  const statusWith = async (cookie: string, path = '/auth/session'): Promise<number> =>
    (await world.ask('GET', path, { cookie })).status;

  it('sign in with name and password, and are themselves', async () => {
    await world.aUser('maria', 'operator', 'blue');
    const answer = await tryAs('Maria ', PASSWORD);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({
      kind: 'user',
      name: 'maria',
      everywhere: [],
      projects: [{ slug: 'blue', scopes: ['operate', 'read'] }],
    });
    const cookie = cookieOf(answer.headers) ?? '';
    expect(await statusWith(cookie, '/agents')).toBe(200);
    expect(await statusWith(cookie, '/agents?project=default')).toBe(404);
    expect(await statusWith(cookie, '/keys')).toBe(403);
    const rule = {
      type: 'threshold',
      name: 'r',
      statistic: 'successRate',
      operator: 'lt',
      warning: 90,
    };
    const made = await world.ask<{ createdBy: string }>('POST', '/alerts/rules', {
      cookie,
      body: { ...rule, author: 'somebody else' },
    });
    expect([made.status, made.body.data?.createdBy]).toEqual([201, 'maria']);
    const projects = await world.must<{ slug: string }[]>('GET', '/projects', { cookie });
    expect(projects.map(({ slug }) => slug)).toEqual(['blue']);
  });

  it('sign in with a key, and lose the session with it', async () => {
    const { key, keyId } = await world.aKey(['read'], 'blue', { name: 'wall screen' });
    const cookie = await world.signIn({ key });
    const { data } = (await world.ask<Session>('GET', '/auth/session', { cookie })).body;
    expect(data).toMatchObject({ kind: 'key', name: 'wall screen' });
    await world.must('DELETE', `/keys/${keyId}?project=blue`, { key: world.admin });
    expect(await statusWith(cookie)).toBe(401);
  });

  it('are kept with argon2id, and nothing they type is found again', async () => {
    const rows = await world.query<{ password_hash: string }>('SELECT password_hash FROM users');
    for (const { password_hash: hash } of rows) {
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    }
    const cookie = await world.signInAs('maria');
    const token = cookie.split('=')[1] ?? '';
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const { text } = await world.ask('GET', '/audit?limit=500', { key: world.admin });
    const sessions = await world.query<{ row: string }>(
      'SELECT s::text AS row FROM user_sessions s',
    );
    const kept = text + sessions.map(({ row }) => row).join();
    expect(kept).not.toContain(PASSWORD);
    expect(kept).not.toContain(token);
  });

  it('get a cookie that scripts and other sites do not get at', async () => {
    const { headers } = await tryAs('maria', PASSWORD);
    expect(headers.getSetCookie()).toHaveLength(1);
    const [first = '', ...attributes] = (headers.getSetCookie()[0] ?? '').split('; ');
    expect(first).toMatch(/^apt_session=/);
    expect(attributes).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=604800']);
  });

  it('are told the same, and wait as long, whether the name or the password is wrong', async () => {
    const wrong = await tryAs('maria', 'not the password');
    const unknown = await tryAs('nobody-here', 'not the password');
    const plain = ({ text }: Reply): string => text.replace(/"requestId":"[^"]+"/, '');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body.code).toBe('sign-in-failed');
    expect(plain(unknown)).toBe(plain(wrong));
    expect(unknown.headers.getSetCookie()).toEqual([]);
  });

  it('are guessed at only a few times from one address, and get in from their own', async () => {
    const proxied = await AccessWorld.boot({ env: { TRUST_PROXY: '127.0.0.1,::1' } });
    try {
      await proxied.aUser('victim', 'viewer');
      const from = (address: string, password: string): Promise<Reply> =>
        proxied.ask('POST', '/auth/session', {
          body: { name: 'victim', password },
          headers: { 'x-forwarded-for': address },
        });
      const statuses: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        statuses.push((await from('203.0.113.66', `guess number ${n}`)).status);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
      const right = await from('203.0.113.66', PASSWORD);
      expect([right.status, right.body.code]).toEqual([429, 'rate-limited']);
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60);
      expect((await from('198.51.100.7', PASSWORD)).status).toBe(200);
    } finally {
      await proxied.close();
    }
  });

  it('cannot be guessed at behind a header that nobody vouches for', async () => {
    const plain = await AccessWorld.boot();
    try {
      await plain.aUser('victim', 'viewer');
      const statuses: number[] = [];
      for (let n = 0; n < 6; n += 1) {
        const { status } = await plain.ask('POST', '/auth/session', {
          body: { name: 'victim', password: `guess number ${n}` },
          headers: { 'x-forwarded-for': `203.0.113.${n}` },
        });
        statuses.push(status);
      }
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await plain.close();
    }
  });

  it('are invited by a link that works once', async () => {
    const made = await invite({ role: 'operator', note: 'for Ada' });
    expect(made.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(made.url).toBe(`/agent-performance/invitation#${made.token}`);
    const kept = await world.query<{ row: string }>('SELECT i::text AS row FROM invitations i');
    expect(kept.map(({ row }) => row).join()).not.toContain(made.token);
    const offer = await world.ask('POST', '/auth/invitation', { body: { token: made.token } });
    expect(offer.body.data).toMatchObject({ projectName: 'blue', role: 'operator' });
    const body = { token: made.token, name: 'ada', password: PASSWORD };
    const accepted = await world.ask<Session>('POST', '/auth/invitation/accept', { body });
    expect(accepted.body.data).toMatchObject({
      name: 'ada',
      projects: [{ slug: 'blue', scopes: ['operate', 'read'] }],
    });
    const again = await world.ask('POST', '/auth/invitation/accept', {
      body: { ...body, name: 'eve' },
    });
    expect([again.status, again.body.code]).toEqual([404, 'unknown-invitation']);
    const [listed] = await world.must<Invitation[]>('GET', '/invitations?project=blue', {
      key: world.admin,
    });
    expect(listed).toMatchObject({ usedBy: 'ada' });
  });

  it('cannot both use the same link at the same time', async () => {
    const { token } = await invite();
    const answers = await Promise.all(
      ['race-1', 'race-2', 'race-3'].map((name) =>
        world.ask('POST', '/auth/invitation/accept', { body: { token, name, password: PASSWORD } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const users = await world.must<User[]>('GET', '/users', { key: world.admin });
    expect(users.filter(({ name }) => name.startsWith('race-'))).toHaveLength(1);
  });

  it('are not let in by links that are over, taken back or made up', async () => {
    const late = await invite({ role: 'viewer', validHours: 1 });
    const back = await invite();
    const path = `/invitations/${back.invitationId}`;
    expect(
      (await world.ask('DELETE', `${path}?project=default`, { key: world.admin })).status,
    ).toBe(404);
    // Neither another project's administrator nor who is none takes it back, and it stays.
    const strangers = [await world.aKey(['admin']), await world.aKey(['operate'], 'blue')];
    const refusals = await Promise.all(
      strangers.map(async ({ key }, at) => {
        const asked = await world.ask(
          'DELETE',
          `${path}?project=${['default', 'blue'][at] ?? ''}`,
          { key },
        );
        return asked.status;
      }),
    );
    expect(refusals).toEqual([404, 403]);
    const { token } = back;
    expect((await world.ask('POST', '/auth/invitation', { body: { token } })).status).toBe(200);
    await world.must('DELETE', `${path}?project=blue`, { key: world.admin });
    nowMs += 3_600_000 + 1000;
    for (const token of [late.token, back.token, 'A'.repeat(43)]) {
      const body = { token, name: 'intruder', password: PASSWORD };
      const answer = await world.ask('POST', '/auth/invitation/accept', { body });
      expect([answer.status, answer.body.code]).toEqual([404, 'unknown-invitation']);
    }
  });

  it('cannot take over somebody’s name by a link', async () => {
    const { token } = await invite({ role: 'admin' });
    const body = { token, name: 'maria', password: 'not her password' };
    const stolen = await world.ask('POST', '/auth/invitation/accept', { body });
    expect(stolen.status).toBe(401);
    const own = await world.ask<Session>('POST', '/auth/invitation/accept', {
      body: { ...body, password: PASSWORD },
    });
    expect(own.body.data.projects).toEqual([
      { slug: 'blue', name: 'blue', scopes: ['admin', 'operate', 'read'] },
    ]);
  });

  it('lose at once what an administrator takes from them', async () => {
    const userId = await world.aUser('fading', 'operator', 'blue');
    const cookie = await world.signInAs('fading');
    expect(await statusWith(cookie, '/agents')).toBe(200);
    const path = `/members/${userId}?project=blue`;
    await world.must('DELETE', path, { key: world.admin });
    expect(await statusWith(cookie, '/agents?project=blue')).toBe(404);
    const local = await world.aKey(['admin'], 'blue');
    const taken = await world.ask('PUT', path, { key: local.key, body: { role: 'admin' } });
    expect([taken.status, taken.body.code]).toEqual([404, 'unknown-user']);
    await world.must('PATCH', `/users/${userId}`, { key: world.admin, body: { disabled: true } });
    expect(await statusWith(cookie)).toBe(401);
    expect((await tryAs('fading', PASSWORD)).status).toBe(401);
  });

  it('cannot all stop being administrators', async () => {
    const body = { name: 'only-one', password: PASSWORD, administrator: true };
    const { userId } = await world.must<User>('POST', '/users', { key: world.admin, body });
    const change = (what: object): Promise<Reply> =>
      world.ask('PATCH', `/users/${userId}`, { key: world.admin, body: what });
    for (const what of [{ administrator: false }, { disabled: true }]) {
      expect((await change(what)).body.code).toBe('last-administrator');
    }
    const gone = await world.ask('DELETE', `/users/${userId}`, { key: world.admin });
    expect(gone.body.code).toBe('last-administrator');
    const administrator = await world.signInAs('only-one');
    expect(await statusWith(administrator, '/users')).toBe(200);
  });

  it.each<[string, string, object, string]>([
    ['/users', 'a name with blanks', { name: 'a b', password: PASSWORD }, 'name'],
    ['/users', 'a short password', { name: 'x1', password: 'short' }, 'password'],
    ['/users', 'its own id', { name: 'x1', password: PASSWORD, userId: 'x' }, 'userId'],
    ['/users', 'a hash', { name: 'x1', password: PASSWORD, passwordHash: 'x' }, 'passwordHash'],
    [
      '/users',
      'a text for a flag',
      { name: 'x1', password: PASSWORD, administrator: 1 },
      'administrator',
    ],
    ['/invitations', 'an unknown role', { role: 'root' }, 'role'],
    ['/invitations', 'an expiry of its own', { role: 'viewer', expiresAt: 'x' }, 'expiresAt'],
    ['/invitations', 'its own token', { role: 'viewer', token: 'x' }, 'token'],
    ['/projects', 'a slug with capitals', { slug: 'Blue', name: 'x' }, 'slug'],
    ['/projects', 'its own id', { slug: 'x', name: 'x', projectId: 1 }, 'projectId'],
  ])('%s refuses %s', async (path, _, body, field) => {
    const answer = await world.ask('POST', path, { key: world.admin, body });
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, field]);
  });

  it('find every change of theirs in the audit log, in pages and by filter', async () => {
    await world.aUser('auditor', 'admin', 'blue');
    const cookie = await world.signInAs('auditor');

    const startsAt = new Date(nowMs).toISOString();
    const endsAt = new Date(nowMs + 3_600_000).toISOString();
    const matchers = [{ field: 'agentId', operator: 'equals', value: 'a' }];
    const body = { comment: 'quiet', matchers, startsAt, endsAt };
    const silence = await world.ask('POST', '/alerts/silences?project=blue', { cookie, body });
    const ask = async (query: string): Promise<Reply<AuditEntry[]> & { next: string | null }> => {
      const answer = await world.ask<AuditEntry[]>('GET', `/audit?project=blue&${query}`, {
        cookie,
      });
      const { page } = answer.body as unknown as { page?: { nextCursor: string | null } };
      return { ...answer, next: page?.nextCursor ?? null };
    };
    expect([silence.status, silence.text]).toEqual([201, silence.text]);
    const [entry] = (await ask('actor=auditor')).body.data;
    expect(entry).toMatchObject({
      action: 'alerts.silences.create',
      actorKind: 'user',
      after: { comment: 'quiet' },
    });
    const whole = (await ask('limit=500')).body.data;
    expect(whole.every(({ project }) => project === 'blue')).toBe(true);
    const paged: AuditEntry[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await ask(`limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.body.data.length).toBeLessThanOrEqual(3);
      paged.push(...page.body.data);
      cursor = page.next;
    }
    expect(paged).toEqual(whole);
    const invitations = (await ask('action=invitation')).body.data;
    expect(invitations.length).toBeGreaterThan(3);
    expect(invitations.every(({ action }) => action.startsWith('invitation.'))).toBe(true);
    const accepted = invitations.filter(({ action }) => action === 'invitation.accept');
    expect(accepted.map(({ actor }) => actor)).toContain('ada');
    expect(accepted.every(({ actorKind }) => actorKind === 'user')).toBe(true);
    for (const query of ['cursor=x', 'limit=0', 'limit=501', 'from=yesterday', 'order=asc']) {
      expect([query, (await ask(query)).status]).toEqual([query, 400]);
    }
  });
});
