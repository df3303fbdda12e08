import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert, Answer, NotificationChannel, NotificationDelivery } from '@app/contracts';
import { NotificationOutbox } from '@app/notifications';
import { DataSource } from 'typeorm';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { HttpReceiver, until } from '../support/receivers.js';

describe('notifications of the whole server', () => {
  let server: BootedApp;
  let receiver: HttpReceiver;
  let closed = false;

  beforeAll(async () => {
    receiver = await HttpReceiver.listen();
    server = await bootApp({
      env: {
        SECRET_KEY: randomBytes(32).toString('hex'),
        NOTIFY_ALLOW_HOSTS: receiver.address,
      },
    });
  });
  afterAll(async () => {
    if (!closed) await server.close();
    await receiver.close();
  });

  async function enqueue(): Promise<void> {
    const alert = {
      id: `1~${randomUUID()}`,
      project: 'default',
      type: 'slow_execution',
      severity: 'warning',
      agentId: 'planner-1',
      agentType: 'orchestrator',
      message: 'Planner 1 took 2 s',
    } as Alert;
    const notice = {
      noticeId: randomUUID(),
      projectId: 1,
      project: 'default',
      transition: 'fired' as const,
      alert,
      occurredAt: new Date(),
    };
    await server.app
      .get(DataSource)
      .transaction((manager) =>
        server.app
          .get(NotificationOutbox)
          .enqueue((sql, parameters) => manager.query(sql, parameters), [notice]),
      );
  }

  it('are delivered without anybody asking, and what hangs does not hold up its end', async () => {
    const made = await server.send<Answer<NotificationChannel>>('POST', '/notifications/channels', {
      name: 'hook',
      kind: 'webhook',
      groupWaitSeconds: 0,
      groupIntervalSeconds: 0,
      settings: {
        url: receiver.url('/hook'),
        secret: `whsec_${randomBytes(32).toString('base64')}`,
      },
    });
    expect(made.status).toBe(201);
    await enqueue();
    await until(() => receiver.received.length === 1);
    const sent = async (): Promise<NotificationDelivery[]> => {
      const path = '/notifications/deliveries?state=sent';
      return (await server.get<Answer<NotificationDelivery[]>>(path)).body.data;
    };
    await until(async () => (await sent()).length === 1);
    expect((await sent())[0]?.id).toBe(receiver.received[0]?.headers['webhook-id']);

    receiver.respond = () => undefined;
    await enqueue();
    await until(() => receiver.received.length === 2);
    const beganMs = performance.now();
    closed = true;
    await server.close();
    // The product promises an end within 10 s; an attempt alone may take as long.
    expect(performance.now() - beganMs).toBeLessThan(9000);
  });
});
