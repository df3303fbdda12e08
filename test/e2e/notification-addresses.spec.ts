import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CONFIG, loadConfig } from '@app/platform';

import { AddressGuard, HostResolver } from '../../libs/notifications/src/address-guard.js';
import { NotificationsWorld, SECRET } from '../support/notifications-world.js';

describe('notifications reach no address that they must not', () => {
  let world: NotificationsWorld;
  beforeAll(async () => {
    world = await NotificationsWorld.boot();
  });
  afterEach(() => world.reset());
  afterAll(() => world.close());

  it('whatever a name resolves to at the time, and whatever proxy is set', async () => {
    const inside = await world.receiver();
    const port = inside.address.split(':')[1];
    const resolver = world.app.get(HostResolver);
    const honest = resolver.resolve.bind(resolver);
    const asked: string[] = [];
    const environment = { ...process.env };
    process.env.HTTP_PROXY = process.env.http_proxy = `http://${inside.address}`;
    process.env.HTTPS_PROXY = process.env.https_proxy = `http://${inside.address}`;
    try {
      resolver.resolve = (host) => {
        asked.push(host);
        const address = host === 'mixed.example.org' ? '93.184.216.34' : '127.0.0.1';
        const both = host === 'mixed.example.org' ? ['::1', address] : [address];
        return Promise.resolve(
          both.map((one) => ({ address: one, family: one.includes(':') ? 6 : 4 })),
        );
      };
      for (const host of ['rebound.example.org', 'mixed.example.org']) {
        const settings = { url: `http://${host}/x`, secret: SECRET };
        const channel = await world.channel({ kind: 'webhook', settings });
        await world.enqueue(world.aNotice());
        await world.deliver();
        expect(await world.deliveriesOf(channel)).toMatchObject([
          { state: 'failed', errorCode: 'blocked_address', attempts: 1, responseStatus: null },
        ]);
        await world.send('DELETE', `/channels/${channel.id}`);
      }
      expect(asked).toEqual(['rebound.example.org', 'mixed.example.org']);
      expect(inside.received).toHaveLength(0);

      world.allowHost(`hooks.example.org:${String(port)}`);
      const allowed = await world.channel({
        kind: 'webhook',
        settings: { url: `http://hooks.example.org:${String(port)}/y`, secret: SECRET },
      });
      await world.enqueue(world.aNotice());
      await world.deliver();
      expect(await world.deliveriesOf(allowed)).toMatchObject([{ state: 'sent' }]);
      expect(inside.received).toMatchObject([
        { path: '/y', headers: { host: `hooks.example.org:${String(port)}` } },
      ]);
    } finally {
      resolver.resolve = honest;
      process.env = environment;
    }
  });

  it('also where a literal got into the table past the check', async () => {
    const inside = await world.receiver();
    const channel = await world.webhook(inside);
    const port = Number(inside.address.split(':')[1]);
    await world.dataSource.query(
      `UPDATE notification_channels SET settings = jsonb_build_object('url', $1::text)`,
      [`http://[::ffff:127.0.0.1]:${String(port)}/`],
    );
    await world.enqueue(world.aNotice());
    await world.deliver();
    expect(await world.deliveriesOf(channel)).toMatchObject([{ errorCode: 'blocked_address' }]);
    expect(inside.received).toHaveLength(0);
  });

  it('and the environment allows exactly what it names', () => {
    const config = world.app.get<Record<string, unknown>>(CONFIG);
    const before = config.notifyAllowHosts;
    const guard = world.app.get(AddressGuard);
    try {
      config.notifyAllowHosts = loadConfig({
        NOTIFY_ALLOW_HOSTS: '10.0.0.5:9093,alerts.internal,[fd00::7]:8080',
      }).notifyAllowHosts;
      const verdicts = [
        guard.refusalOf('10.0.0.5', 9093, 'http'),
        guard.refusalOf('alerts.internal', 1234, 'http'),
        guard.refusalOf('fd00::7', 8080, 'http'),
      ];
      expect(verdicts).toEqual([null, null, null]);
      expect(guard.refusalOf('10.0.0.5', 9094, 'http')).toContain('not a public address');
      expect(guard.refusalOf('10.0.0.6', 9093, 'http')).toContain('not a public address');
      expect(guard.refusalOf('fd00::7', 443, 'http')).toContain('not a public address');
      expect(guard.refusalOf('x.alerts.internal', 443, 'http')).toContain('internal network');
    } finally {
      config.notifyAllowHosts = before;
    }
  });
});
