import { createHmac } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NotificationOutbox } from '@app/notifications';

import { NotificationsWorld, SECRET } from '../support/notifications-world.js';
import type { HookBody } from '../support/notifications-world.js';

describe('notifications', () => {
  let world: NotificationsWorld;
  beforeAll(async () => {
    world = await NotificationsWorld.boot();
  });
  afterEach(() => world.reset());
  afterAll(() => world.close());

  it('signs webhooks so that a receiver can tell whose they are', async () => {
    const receiver = await world.receiver();
    await world.webhook(receiver);
    await world.enqueue(world.aNotice());
    await world.deliver();
    const [sent] = receiver.received;
    expect(sent).toMatchObject({ method: 'POST', path: '/hook' });
    const id = String(sent?.headers['webhook-id']);
    const timestamp = String(sent?.headers['webhook-timestamp']);
    const expected = createHmac('sha256', Buffer.from(SECRET.slice('whsec_'.length), 'base64'))
      .update([id, timestamp, sent?.body].join('.'))
      .digest('base64');
    expect(sent?.headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(Number(timestamp)).toBe(Math.floor(world.nowMs / 1000));
    expect(await world.deliveries()).toMatchObject([{ id, state: 'sent', attempts: 1 }]);
    expect(receiver.bodies<HookBody>()[0]?.data).toMatchObject({
      deliveryId: id,
      title: '[WARNING] Planner 1 took 2 s',
      openCount: 1,
    });
  });

  it('tells nothing of what was rolled back', async () => {
    const receiver = await world.receiver();
    await world.webhook(receiver);
    const outcome = world.dataSource.transaction(async (manager) => {
      const outbox = world.app.get(NotificationOutbox);
      await outbox.enqueue((sql, parameters) => manager.query(sql, parameters), [world.aNotice()]);
      throw new Error('rolled back');
    });
    await expect(outcome).rejects.toThrow('rolled back');
    await world.deliver();
    expect(receiver.received).toHaveLength(0);
  });

  it('keeps a notice once per channel, however often it is written', async () => {
    const receivers = [await world.receiver(), await world.receiver()];
    for (const receiver of receivers) await world.webhook(receiver);
    const notice = world.aNotice();
    await world.enqueue(notice, notice);
    await world.deliver();
    await world.enqueue(notice);
    await world.pass(60_000);
    expect(receivers.map(({ received }) => received.length)).toEqual([1, 1]);
  });

  it('tells of a storm in few messages', async () => {
    const receiver = await world.receiver();
    await world.webhook(receiver, {
      groupWaitSeconds: 10,
      groupIntervalSeconds: 60,
      maxPerMinute: 20,
    });
    const storm = Array.from({ length: 1000 }, (_, index) =>
      world.aNotice({
        on: { agentId: `agent-${index}`, severity: index === 7 ? 'critical' : 'warning' },
      }),
    );
    for (let start = 0; start < 1000; start += 100) {
      await world.enqueue(...storm.slice(start, start + 100));
      await world.pass(500);
    }
    expect(receiver.received).toHaveLength(0);
    await world.pass(5000);
    const [first] = receiver.bodies<HookBody>();
    expect(receiver.received).toHaveLength(1);
    expect(first?.data).toMatchObject({ alertCount: 1000, omittedCount: 950, openCount: 1000 });
    expect(first?.data.title).toBe('[CRITICAL] 1000 agents slow');
    expect(first?.data.notices[0]?.alert.id).toBe(storm[7]?.alert.id);

    await world.enqueue(...storm.slice(0, 12).map((notice) => world.later(notice, 'resolved')));
    await world.pass(30_000);
    expect(receiver.received).toHaveLength(1);
    await world.pass(31_000);
    expect(receiver.bodies<HookBody>()[1]?.data).toMatchObject({
      title: '[resolved] 12 agents slow',
      openCount: 988,
    });
  });

  it('sends a channel no more than its most in a minute, and the rest together', async () => {
    const receiver = await world.receiver();
    await world.webhook(receiver, { groupBy: 'alert', maxPerMinute: 5 });
    await world.enqueue(...Array.from({ length: 12 }, () => world.aNotice()));
    await world.deliver();
    expect(receiver.received).toHaveLength(5);
    await world.pass(30_000);
    expect(receiver.received).toHaveLength(5);
    await world.pass(31_000);
    expect(receiver.received).toHaveLength(10);
    await world.pass(61_000);
    expect(receiver.received).toHaveLength(12);
  });

  it('says what is over only to who was told that it began, if they want to know', async () => {
    const [all, unresolved, late] = [
      await world.receiver(),
      await world.receiver(),
      await world.receiver(),
    ];
    await world.webhook(all);
    await world.webhook(unresolved, { sendResolved: false });
    const notice = world.aNotice();
    await world.enqueue(notice);
    await world.deliver();
    await world.webhook(late);
    await world.enqueue(world.later(notice, 'resolved'));
    await world.pass(60_000);
    const told = [all, unresolved, late].map((receiver) =>
      receiver.bodies<HookBody>().flatMap(({ data }) => data.notices.map((one) => one.transition)),
    );
    expect(told).toEqual([['fired', 'resolved'], ['fired'], []]);
  });

  it('tells channels what passes their filter', async () => {
    const receiver = await world.receiver();
    await world.webhook(receiver, {
      groupBy: 'alert',
      filter: {
        minSeverity: 'warning',
        alertTypes: ['slow_execution', 'resource_overuse'],
        agents: ['plan*-?', 'plan*-1'],
        agentTypes: ['*orchestrator'],
      },
    });
    const wanted = world.aNotice();
    await world.enqueue(
      wanted,
      world.aNotice({ on: { severity: 'info' } }),
      world.aNotice({ on: { type: 'high_failure_rate' } }),
      world.aNotice({ on: { agentId: 'planner-2' } }),
      world.aNotice({ on: { agentType: 'orchestrators' } }),
      world.aNotice({ projectId: 2, project: 'sample' }),
    );
    await world.deliver();
    const told = receiver.bodies<HookBody>().map(({ data }) => data.notices[0]?.alert.id);
    expect(told).toEqual([wanted.alert.id]);
  });

  it('backs off, asks again with the same id and body, and gives up in the end', async () => {
    const receiver = await world.receiver();
    receiver.respond = (response) => void response.writeHead(500).end();
    const channel = await world.webhook(receiver);
    world.limits.random = () => 0;
    await world.enqueue(world.aNotice());
    await world.deliver();
    const waits: number[] = [];
    for (let attempt = 1; attempt < 12; attempt++) {
      const [delivery] = await world.deliveriesOf(channel);
      expect(delivery).toMatchObject({
        state: 'pending',
        attempts: attempt,
        responseStatus: 500,
        errorCode: 'unavailable',
      });
      const dueMs = Date.parse(delivery?.nextAttemptAt ?? '');
      waits.push(dueMs - world.nowMs);
      world.nowMs = dueMs - 1;
      await world.deliver();
      expect(receiver.received).toHaveLength(attempt);
      await world.pass(1);
      expect(receiver.received).toHaveLength(attempt + 1);
    }
    expect(waits).toEqual(
      [2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800].map((seconds) => seconds * 1000),
    );
    const [failed] = await world.deliveriesOf(channel);
    expect(failed).toMatchObject({ state: 'failed', attempts: 12, nextAttemptAt: null });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([failed?.id]),
    );
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);

    receiver.respond = (response) => void response.writeHead(200).end('ok');
    const retried = await world.send('POST', `/deliveries/${String(failed?.id)}/retry`);
    expect(retried).toMatchObject({ status: 200, data: { state: 'pending', attempts: 0 } });
    await world.deliver();
    expect(await world.deliveriesOf(channel)).toMatchObject([{ state: 'sent', attempts: 1 }]);
    expect(await world.send('POST', `/deliveries/${String(failed?.id)}/retry`)).toMatchObject({
      status: 409,
      problem: { code: 'delivery-not-failed' },
    });
  });

  it.each([
    [301, 'failed', 'redirect_refused'],
    [400, 'failed', 'rejected'],
    [404, 'failed', 'rejected'],
    [408, 'pending', 'unavailable'],
    [429, 'pending', 'unavailable'],
    [503, 'pending', 'unavailable'],
  ])('takes %s for %s (%s)', async (status, state, errorCode) => {
    const [receiver, elsewhere] = [await world.receiver(), await world.receiver()];
    receiver.respond = (response) =>
      void response
        .writeHead(status, { location: elsewhere.url(), 'retry-after': '600' })
        .end('secret');
    const channel = await world.webhook(receiver);
    await world.enqueue(world.aNotice());
    await world.deliver();
    const [delivery] = await world.deliveriesOf(channel);
    expect(delivery).toMatchObject({ state, errorCode, responseStatus: status, attempts: 1 });
    expect(JSON.stringify(delivery)).not.toContain('secret');
    expect(elsewhere.received).toHaveLength(0);
    if (state !== 'pending') return;
    expect(Date.parse(delivery?.nextAttemptAt ?? '') - world.nowMs).toBe(600_000);
  });
});
