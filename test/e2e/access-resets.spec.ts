import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AuditEntry,
  CreatedPasswordReset,
  PasswordResetOffer,
  Session,
  SessionPlace,
} from '@app/contracts';

import { AccessWorld, PASSWORD } from '../support/access-world.js';
import type { Reply } from '../support/access-world.js';

const NEW = 'tall trees by the river';

describe('people who lost their password, or their sessions', () => {
  let world: AccessWorld;
  let nowMs = Date.now();

  beforeAll(async () => {
    world = await AccessWorld.boot({ clock: { now: () => new Date(nowMs) } });
  });
  afterAll(async () => world?.close());

  const reset = (userId: string): Promise<CreatedPasswordReset> =>
    world.must<CreatedPasswordReset>('POST', `/users/${userId}/reset`, { key: world.admin });
  const accept = (token: string, password = NEW): Promise<Reply<Session>> =>
    world.ask<Session>('POST', '/auth/reset/accept', { body: { token, password } });
  const statusOf = async (name: string, password: string): Promise<number> =>
    (await world.ask('POST', '/auth/session', { body: { name, password } })).status;
  const statusWith = async (cookie: string): Promise<number> =>
    (await world.ask('GET', '/auth/session', { cookie })).status;
  const actions = async (): Promise<string[]> =>
    (await world.must<AuditEntry[]>('GET', '/audit?limit=500', { key: world.admin })).map(
      ({ action, subject }) => `${action} ${subject ?? ''}`,
    );

  it('choose a new one by a link, and are signed out wherever they were', async () => {
    const userId = await world.aUser('rosa', 'viewer');
    const before = await world.signInAs('rosa');
    const made = await reset(userId);
    expect(made).toMatchObject({
      name: 'rosa',
      url: `/agent-performance/new-password#${made.token}`,
    });
    // Nothing is lost by a link that nobody takes up.
    expect(await statusOf('rosa', PASSWORD)).toBe(200);
    const offer = await world.ask<PasswordResetOffer>('POST', '/auth/reset', {
      body: { token: made.token },
    });
    expect([offer.status, offer.body.data.name]).toEqual([200, 'rosa']);
    const weak = await accept(made.token, 'rosa rosa rosa');
    expect([weak.status, weak.body.errors?.[0]?.code]).toEqual([400, 'weak-password']);
    const done = await accept(made.token);
    expect([done.status, done.body.data.name]).toEqual([200, 'rosa']);
    expect(done.headers.getSetCookie()[0]).toMatch(/^apt_session=.+HttpOnly/);
    expect(await statusWith(before)).toBe(401);
    expect([await statusOf('rosa', PASSWORD), await statusOf('rosa', NEW)]).toEqual([401, 200]);
    const again = await accept(made.token);
    expect([again.status, again.body.code]).toEqual([404, 'unknown-reset']);
    expect(await actions()).toEqual(
      expect.arrayContaining(['user.reset rosa', 'user.reset-accept rosa']),
    );
  });

  it('have no use of a link that is replaced, late, made up, or after another password', async () => {
    const userId = await world.aUser('otto', 'viewer');
    const [first, second] = [await reset(userId), await reset(userId)];
    expect((await accept(first.token)).status).toBe(404);
    await world.must('PATCH', `/users/${userId}`, {
      key: world.admin,
      body: { password: 'three quiet blue boats' },
    });
    expect((await accept(second.token)).status).toBe(404);
    const third = await reset(userId);
    nowMs += 24 * 3_600_000 + 1000;
    for (const token of [third.token, 'A'.repeat(43)]) {
      expect((await accept(token)).body.code).toBe('unknown-reset');
    }
    expect((await accept('short')).status).toBe(400);
    const kept = await world.query<{ row: string }>('SELECT u::text AS row FROM users u');
    expect(kept.map(({ row }) => row).join()).not.toContain(third.token);
  });

  it('get no link while they are disabled, and lose the one they have', async () => {
    const userId = await world.aUser('nils', 'viewer');
    const { token } = await reset(userId);
    const change = { key: world.admin, body: { disabled: true } };
    await world.must('PATCH', `/users/${userId}`, change);
    expect((await accept(token)).status).toBe(404);
    const refused = await world.ask('POST', `/users/${userId}/reset`, { key: world.admin });
    expect([refused.status, refused.body.code]).toEqual([409, 'user-disabled']);
    await world.must('PATCH', `/users/${userId}`, { key: world.admin, body: { disabled: false } });
    expect((await accept(token)).status).toBe(404);
    const nobody = '00000000-0000-4000-8000-000000000000';
    const unknown = await world.ask('POST', `/users/${nobody}/reset`, { key: world.admin });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'unknown-user']);
  });

  it('sign out everywhere else, and nobody but themselves', async () => {
    await world.aUser('ines', 'viewer');
    await world.aUser('jan', 'viewer');
    const [here, there, elsewhere, foreign] = [
      await world.signInAs('ines'),
      await world.signInAs('ines'),
      await world.signInAs('ines'),
      await world.signInAs('jan'),
    ];
    await world.must('DELETE', '/auth/sessions', { cookie: here });
    expect([await statusWith(here), await statusWith(there)]).toEqual([200, 401]);
    expect([await statusWith(elsewhere), await statusWith(foreign)]).toEqual([401, 200]);
    const places = await world.must<SessionPlace[]>('GET', '/auth/sessions', { cookie: here });
    expect(places.map(({ current }) => current)).toEqual([true]);
    expect(await actions()).toContain('session.revoke-others ');
  });
});
