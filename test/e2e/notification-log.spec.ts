import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { NotificationsWorld } from '../support/notifications-world.js';
import type { HookBody, Paged } from '../support/notifications-world.js';

describe('the log of notifications', () => {
  let world: NotificationsWorld;
  beforeAll(async () => {
    world = await NotificationsWorld.boot();
  });
  afterEach(() => world.reset());
  afterAll(() => world.close());

  it('tests a channel at once, whether it is switched on or not', async () => {
    const receiver = await world.receiver();
    const channel = await world.webhook(receiver, { enabled: false });
    await world.enqueue(world.aNotice());
    const { status, data } = await world.send('POST', `/channels/${channel.id}/test`);
    expect([status, data]).toMatchObject([200, { state: 'sent', test: true, responseStatus: 204 }]);
    expect(receiver.bodies<HookBody>()).toMatchObject([
      {
        type: 'alerts.test',
        data: { test: true, title: expect.stringContaining('[TEST]') as unknown as string },
      },
    ]);
    receiver.respond = (response) => void response.writeHead(500).end();
    const failed = await world.send('POST', `/channels/${channel.id}/test`);
    expect(failed.data).toMatchObject({ state: 'failed', errorCode: 'unavailable' });
    await world.pass(3_600_000);
    expect(receiver.received).toHaveLength(2);
  });

  it('gives up what waits for a channel that is switched off or deleted', async () => {
    const [off, gone] = [await world.receiver(), await world.receiver()];
    for (const receiver of [off, gone]) {
      receiver.respond = (response) => void response.writeHead(503).end();
    }
    const [offChannel, goneChannel] = [await world.webhook(off), await world.webhook(gone)];
    await world.enqueue(world.aNotice());
    await world.deliver();
    await world.enqueue(world.aNotice());
    await world.send('PATCH', `/channels/${offChannel.id}`, { enabled: false });
    await world.send('DELETE', `/channels/${goneChannel.id}`);
    await world.send('PATCH', `/channels/${offChannel.id}`, { enabled: true });
    await world.pass(3_600_000);
    expect([off.received.length, gone.received.length]).toEqual([1, 1]);
    const states = (await world.deliveries()).map(({ state, errorCode }) => [state, errorCode]);
    expect(states).toEqual([
      ['discarded', 'channel_gone'],
      ['discarded', 'channel_gone'],
    ]);
  });

  it('pages through the log without missing or repeating', async () => {
    const receiver = await world.receiver();
    await world.webhook(receiver, { groupBy: 'alert' });
    await world.enqueue(...Array.from({ length: 25 }, () => world.aNotice()));
    await world.deliver();
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Paged<{ id: string }[]> = await world.send(
        'GET',
        `/deliveries?limit=10${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.nextCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([25, 25]);
    const other = await world.send<unknown[]>('GET', '/deliveries?project=sample');
    expect(other.data).toEqual([]);
    const hidden = await world.send('GET', `/deliveries/${String(seen[0])}?project=sample`);
    expect(hidden).toMatchObject({ status: 404, problem: { code: 'unknown-delivery' } });
  });

  it('forgets what is long over, and nothing that waits', async () => {
    const receiver = await world.receiver();
    receiver.respond = (response) => void response.writeHead(503).end();
    await world.webhook(receiver);
    await world.enqueue(world.aNotice());
    await world.deliver();
    const well = await world.receiver();
    await world.webhook(well);
    await world.enqueue(world.aNotice());
    await world.deliver();
    world.nowMs += 31 * 24 * 3_600_000;
    await world.worker.forget();
    expect((await world.deliveries()).map(({ state }) => state)).toEqual(['pending']);
  });
});
