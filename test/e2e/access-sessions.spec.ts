import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session, SessionPlace } from '@app/contracts';

import { AccessWorld, PASSWORD, cookieOf } from '../support/access-world.js';
import type { Reply } from '../support/access-world.js';

describe('people who have signed in', () => {
  let world: AccessWorld;
  let nowMs = Date.now();

  beforeAll(async () => {
    world = await AccessWorld.boot({ clock: { now: () => new Date(nowMs) } });
    await world.aUser('maria', 'operator');
  });
  afterAll(async () => world?.close());

  const tryAs = (name: string, password: string): Promise<Reply<Session>> =>
    world.ask<Session>('POST', '/auth/session', { body: { name, password } });
  const statusWith = async (cookie: string): Promise<number> =>
    (await world.ask('GET', '/auth/session', { cookie })).status;

  it('get a new session when they sign in, and the one before ends', async () => {
    const before = await world.signInAs('maria');
    const again = await world.ask('POST', '/auth/session', {
      cookie: before,
      body: { name: 'maria', password: PASSWORD },
    });
    const after = cookieOf(again.headers) ?? '';
    expect(after).not.toBe(before);
    expect([await statusWith(before), await statusWith(after)]).toEqual([401, 200]);
    const planted = `apt_session=${'x'.repeat(43)}`;
    const fixed = await world.ask('POST', '/auth/session', {
      cookie: planted,
      body: { name: 'maria', password: PASSWORD },
    });
    expect(cookieOf(fixed.headers)).not.toBe(planted);
  });

  it('get a new token from time to time; the old one is good for another minute', async () => {
    const first = await world.signInAs('maria');
    nowMs += 16 * 60_000;
    const answer = await world.ask('GET', '/auth/session', { cookie: first });
    const second = cookieOf(answer.headers) ?? '';
    expect(second).toMatch(/^apt_session=/);
    expect(second).not.toBe(first);
    expect([await statusWith(first), await statusWith(second)]).toEqual([200, 200]);
    nowMs += 61_000;
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
  });

  it('are signed out after a week without use, and after a month in any case', async () => {
    const idle = await world.signInAs('maria');
    nowMs += 7 * 86_400_000 + 1000;
    expect(await statusWith(idle)).toBe(401);
    let cookie = await world.signInAs('maria');
    const statuses: number[] = [];
    for (let days = 0; days <= 31; days += 1) {
      const answer = await world.ask('GET', '/auth/session', { cookie });
      statuses.push(answer.status);
      cookie = cookieOf(answer.headers) ?? cookie;
      nowMs += 86_400_000;
    }
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(statuses[31]).toBe(401);
  });

  it('see where they are signed in, and sign out there', async () => {
    const here = await world.signInAs('maria');
    const there = await world.signInAs('maria');
    const places = await world.must<SessionPlace[]>('GET', '/auth/sessions', { cookie: here });
    expect(places.filter(({ current }) => current)).toHaveLength(1);
    const mine = await world.must<SessionPlace[]>('GET', '/auth/sessions', { cookie: there });
    const { sessionId } = mine.find(({ current }) => current) as SessionPlace;
    await world.aUser('curious', 'viewer');
    const stranger = await world.signInAs('curious');
    const foreign = await world.ask('DELETE', `/auth/sessions/${sessionId}`, { cookie: stranger });
    expect([foreign.status, await statusWith(there)]).toEqual([404, 200]);
    await world.must('DELETE', `/auth/sessions/${sessionId}`, { cookie: here });
    expect([await statusWith(there), await statusWith(here)]).toEqual([401, 200]);
    await world.must('DELETE', '/auth/session', { cookie: here });
    expect(await statusWith(here)).toBe(401);
  });

  it('change their password, which signs them out elsewhere', async () => {
    await world.aUser('changing', 'viewer');
    const here = await world.signInAs('changing');
    const there = await world.signInAs('changing');
    const change = (currentPassword: string, newPassword: string): Promise<Reply> =>
      world.ask('POST', '/auth/password', { cookie: here, body: { currentPassword, newPassword } });
    expect((await change('wrong', 'another good one')).status).toBe(401);
    for (const weak of ['short', 'password123', 'changing it', 'aaaaaaaaaaaa']) {
      expect([weak, (await change(PASSWORD, weak)).status]).toEqual([weak, 400]);
    }
    expect((await change(PASSWORD, 'another good one')).status).toBe(204);
    expect([await statusWith(here), await statusWith(there)]).toEqual([200, 401]);
    expect((await tryAs('changing', PASSWORD)).status).toBe(401);
    expect((await tryAs('changing', 'another good one')).status).toBe(200);
  });
});
