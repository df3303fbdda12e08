import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedInvitation } from '@app/contracts';

import { AccessWorld } from '../support/access-world.js';
import type { Reply } from '../support/access-world.js';

describe('who may not do it any more', () => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.boot();
  });
  afterAll(async () => world?.close());

  const offer = (token: string): Promise<Reply> =>
    world.ask('POST', '/auth/invitation', { body: { token } });

  it.each<[string, (userId: string) => Promise<unknown>]>([
    [
      'got a lesser role',
      (id) => world.must('PUT', `/members/${id}`, { key: world.admin, body: { role: 'operator' } }),
    ],
    [
      'was taken out of the project',
      (id) => world.must('DELETE', `/members/${id}`, { key: world.admin }),
    ],
    [
      'was disabled',
      (id) => world.must('PATCH', `/users/${id}`, { key: world.admin, body: { disabled: true } }),
    ],
    ['was removed', (id) => world.must('DELETE', `/users/${id}`, { key: world.admin })],
  ])('has left no invitation behind: %s', async (what, end) => {
    const name = what.replaceAll(' ', '-');
    const userId = await world.aUser(name, 'admin');
    const cookie = await world.signInAs(name);
    const { token } = await world.must<CreatedInvitation>('POST', '/invitations', {
      cookie,
      body: { role: 'admin' },
    });
    expect((await offer(token)).status).toBe(200);
    await end(userId);
    expect((await offer(token)).status).toBe(404);
  });
});
