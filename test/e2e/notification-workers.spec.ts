import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CONFIG, createDataSource } from '@app/platform';
import type { DataSource } from 'typeorm';

import { ChannelSender } from '../../libs/notifications/src/channel.sender.js';
import { DeliveryStore } from '../../libs/notifications/src/delivery.store.js';
import { DeliveryWorker } from '../../libs/notifications/src/delivery.worker.js';
import { MessageComposer } from '../../libs/notifications/src/message.composer.js';
import { SecretBox } from '../../libs/notifications/src/secret-box.js';
import { NotificationsWorld } from '../support/notifications-world.js';
import { until } from '../support/receivers.js';

describe('workers of notifications', () => {
  let world: NotificationsWorld;
  beforeAll(async () => {
    world = await NotificationsWorld.boot();
  });
  afterEach(() => world.reset());
  afterAll(() => world.close());

  /** Another process on the same database. */
  function anotherWorker(dataSource: DataSource): DeliveryWorker {
    const clock = { now: () => new Date(world.nowMs) };
    return new DeliveryWorker(
      new MessageComposer(dataSource, clock),
      new DeliveryStore(dataSource),
      world.app.get(ChannelSender),
      world.app.get(SecretBox),
      world.limits,
      clock,
      world.app.get(CONFIG),
    );
  }

  async function anotherConnection(): Promise<DataSource> {
    const { options } = world.dataSource;
    const url = 'url' in options ? String(options.url) : '';
    return createDataSource({ url, poolSize: 3 }).initialize();
  }

  it('lets a receiver that hangs hold up itself only', async () => {
    const [hung, well] = [await world.receiver(), await world.receiver()];
    hung.respond = () => undefined;
    world.limits.timeoutMs = 2000;
    const [hungChannel, wellChannel] = [await world.webhook(hung), await world.webhook(well)];
    const beganMs = performance.now();
    await world.enqueue(world.aNotice());
    await world.worker.tick();
    await until(() => well.received.length === 1);
    await until(async () => (await world.deliveriesOf(wellChannel))[0]?.state === 'sent');
    expect(await world.deliveriesOf(hungChannel)).toMatchObject([{ state: 'sending' }]);
    await world.worker.idle();
    expect(performance.now() - beganMs).toBeGreaterThan(1900);
    expect(await world.deliveriesOf(hungChannel)).toMatchObject([
      { state: 'pending', errorCode: 'timeout', attempts: 1 },
    ]);
  });

  it('reads of an endless answer no more than it must', async () => {
    const receiver = await world.receiver();
    let written = 0;
    receiver.respond = (response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        written += 1024;
        response.write(Buffer.alloc(1024));
        setImmediate(more);
      };
      more();
    };
    const channel = await world.webhook(receiver);
    await world.enqueue(world.aNotice());
    await world.deliver();
    expect(await world.deliveriesOf(channel)).toMatchObject([{ state: 'sent' }]);
    const atTheEnd = written;
    await until(async () => {
      const before = written;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return written === before;
    });
    expect(atTheEnd).toBeLessThan(50 * 1024 * 1024);
  });

  it('sends again, with the same id, what a worker died over', async () => {
    const receiver = await world.receiver();
    const channel = await world.webhook(receiver);
    const doomed = await anotherConnection();
    receiver.respond = async (response, nth) => {
      // Received, yet the worker loses its database before it can write that down.
      if (nth === 1) await doomed.destroy();
      response.writeHead(204).end();
    };
    await world.enqueue(world.aNotice());
    const dying = anotherWorker(doomed);
    await dying.tick();
    await dying.idle();
    expect(receiver.received).toHaveLength(1);
    await world.pass(world.limits.leaseMs - 1000);
    expect(receiver.received).toHaveLength(1);
    await world.pass(2000);
    expect(receiver.received).toHaveLength(2);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(await world.deliveriesOf(channel)).toMatchObject([
      { id: first?.headers['webhook-id'], state: 'sent', attempts: 2 },
    ]);
    await world.pass(10 * world.limits.leaseMs);
    expect(receiver.received).toHaveLength(2);
  });

  it('never sends the same from two workers, nor a channel two at once', async () => {
    let mostAtOnce = 0;
    const connections = await Promise.all([anotherConnection(), anotherConnection()]);
    try {
      const receivers = await Promise.all(Array.from({ length: 8 }, () => world.receiver()));
      for (const receiver of receivers) {
        let open = 0;
        receiver.respond = (response) => {
          mostAtOnce = Math.max(mostAtOnce, ++open);
          setTimeout(() => {
            open -= 1;
            response.writeHead(204).end();
          }, 5);
        };
        await world.webhook(receiver, { groupBy: 'alert' });
      }
      await world.enqueue(...Array.from({ length: 20 }, () => world.aNotice()));
      const workers = [world.worker, ...connections.map(anotherWorker)];
      await until(async () => {
        await Promise.all(workers.map((worker) => worker.tick()));
        await Promise.all(workers.map((worker) => worker.idle()));
        return (await world.deliveries('state=sent')).length === 160;
      });
      const ids = receivers.flatMap(({ received }) =>
        received.map((one) => one.headers['webhook-id']),
      );
      expect([ids.length, new Set(ids).size]).toEqual([160, 160]);
      expect(mostAtOnce).toBe(1);
    } finally {
      await Promise.all(connections.map((connection) => connection.destroy()));
    }
  });

  it('gives back what is under way when it has to stop', async () => {
    const receiver = await world.receiver();
    receiver.respond = () => undefined;
    const channel = await world.webhook(receiver);
    const worker = anotherWorker(world.dataSource);
    await world.enqueue(world.aNotice());
    world.limits.patienceMs = 50;
    await worker.tick();
    await until(() => receiver.received.length === 1);
    await worker.beforeApplicationShutdown();
    expect(await world.deliveriesOf(channel)).toMatchObject([
      { state: 'pending', errorCode: 'interrupted' },
    ]);
    receiver.respond = (response) => void response.writeHead(204).end();
    await world.deliver();
    expect(receiver.received[1]?.headers['webhook-id']).toBe(
      receiver.received[0]?.headers['webhook-id'],
    );
  });
});
