import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NotificationChannel } from '@app/contracts';

import { NotificationsWorld, SECRET } from '../support/notifications-world.js';

const EMAIL = {
  host: 'smtp.example.org',
  from: 'a@example.org',
  to: ['b@example.org'],
  user: 'me',
  password: 'canary-password-1234',
};

describe('notification channels', () => {
  let world: NotificationsWorld;
  beforeAll(async () => {
    world = await NotificationsWorld.boot();
  });
  afterEach(() => world.dataSource.query('TRUNCATE notification_channels'));
  afterAll(() => world.close());

  const create = (input: Record<string, unknown>) =>
    world.send<NotificationChannel>('POST', '/channels', input);
  const webhook = (url: unknown, more = {}) => ({
    name: 'hook',
    kind: 'webhook',
    settings: { url, secret: SECRET, ...more },
  });

  it('are created with what is usual, read, listed and deleted', async () => {
    const made = await create(webhook('https://hooks.example.org/a'));
    expect(made).toMatchObject({ status: 201, etag: '"1"' });
    expect(made.data).toMatchObject({
      name: 'hook',
      enabled: true,
      sendResolved: true,
      filter: {},
      groupBy: 'rule',
      groupWaitSeconds: 10,
      settings: { url: 'https://hooks.example.org/a' },
      secrets: { secret: { set: true, last4: SECRET.slice(-4) } },
      version: 1,
    });
    const path = `/channels/${made.data.id}`;
    expect((await world.send('GET', path)).data).toEqual(made.data);
    expect((await world.send('GET', '/channels')).data).toEqual([made.data]);
    expect((await world.send('GET', '/channels?project=sample')).data).toEqual([]);
    expect(await world.send('GET', `${path}?project=sample`)).toMatchObject({ status: 404 });
    expect(await world.send('PATCH', `${path}?project=sample`, { name: 'x' })).toMatchObject({
      status: 404,
    });
    expect(await world.send('DELETE', `${path}?project=sample`)).toMatchObject({ status: 404 });
    expect(await world.send('DELETE', path)).toMatchObject({ status: 204 });
    expect(await world.send('DELETE', path)).toMatchObject({
      status: 404,
      problem: { code: 'unknown-channel' },
    });
  });

  it('never show a secret, nor keep one that can be read', async () => {
    const made = await create({ name: 'mail', kind: 'email', settings: EMAIL });
    const texts = [
      made.text,
      (await world.send('GET', '/channels')).text,
      (await world.send('PATCH', `/channels/${made.data.id}`, { name: 'm' })).text,
      JSON.stringify(await world.dataSource.query('SELECT * FROM notification_channels')),
    ];
    for (const text of texts) expect(text).not.toContain('canary');
    expect(made.data.secrets).toEqual({ password: { set: true, last4: '1234' } });
    expect(made.data.settings).toEqual({
      host: 'smtp.example.org',
      port: 587,
      security: 'starttls',
      user: 'me',
      from: 'a@example.org',
      to: ['b@example.org'],
    });
    const slack = await create({
      name: 'slack',
      kind: 'slack',
      settings: { url: 'https://hooks.slack.example/services/T/B/canary' },
    });
    expect(slack.data).toMatchObject({ settings: {}, secrets: { url: { last4: 'nary' } } });
    expect(slack.text).not.toContain('canary');
  });

  it('change what is given and keep the rest, honouring If-Match', async () => {
    const { data } = await create(webhook('https://hooks.example.org/a'));
    const path = `/channels/${data.id}`;
    const filter = { minSeverity: 'critical' };
    const changed = await world.send('PATCH', path, { filter }, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, etag: '"2"', data: { filter, name: 'hook' } });
    const stale = await world.send('PATCH', path, { name: 'x' }, { 'if-match': '"1"' });
    expect(stale).toMatchObject({ status: 412, problem: { code: 'precondition-failed' } });
    expect(await world.send('DELETE', path, undefined, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
    });
    const both = await Promise.all(
      ['x', 'y'].map((name) => world.send('PATCH', path, { name }, { 'if-match': '"2"' })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const unchanged = await world.send<NotificationChannel>('GET', path);
    expect(unchanged.data.secrets).toEqual(data.secrets);
  });

  it('entrust a secret to another destination only when it is given again', async () => {
    const { data } = await create({ name: 'mail', kind: 'email', settings: EMAIL });
    const path = `/channels/${data.id}`;
    for (const settings of [{ host: 'smtp.evil.example' }, { port: 465 }, { security: 'none' }]) {
      const answer = await world.send('PATCH', path, { settings });
      expect(answer).toMatchObject({
        status: 400,
        problem: { errors: [{ path: 'settings.password', code: 'missing-field' }] },
      });
    }
    const settings = { host: 'smtp.other.example', password: 'another-password' };
    expect(await world.send('PATCH', path, { settings })).toMatchObject({ status: 200 });
    expect(await world.send('PATCH', path, { settings: { from: 'c@example.org' } })).toMatchObject({
      status: 200,
    });
    const none = { user: null, password: null };
    expect(await world.send('PATCH', path, { settings: none })).toMatchObject({
      status: 200,
      data: { secrets: {} },
    });
  });

  it('have each its own name within a project', async () => {
    await create(webhook('https://hooks.example.org/a'));
    const again = await create(webhook('https://hooks.example.org/b'));
    expect(again).toMatchObject({ status: 409, problem: { code: 'channel-name-taken' } });
    const other = await create({ ...webhook('https://hooks.example.org/b'), name: 'other' });
    const renamed = await world.send('PATCH', `/channels/${other.data.id}`, { name: 'hook' });
    expect(renamed).toMatchObject({ status: 409, problem: { code: 'channel-name-taken' } });
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://１２７.０.０.１/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data',
    'http://[fd00:ec2::254]/',
    'http://168.63.129.16/',
    'http://metadata.google.internal/',
    'https://hooks.example.org:22/',
    'https://hooks.example.org:5432/',
    'https://hooks.example.org:6379/',
    'https://me:pw@hooks.example.org/',
    'https://me@hooks.example.org/',
    'file:///etc/passwd',
    'ftp://hooks.example.org/',
    'gopher://hooks.example.org/',
    'data:text/plain,x',
    'hooks.example.org',
    'http://',
    '',
    17,
    ['https://hooks.example.org/'],
    `https://hooks.example.org/${'x'.repeat(2000)}`,
  ])('are not pointed at %j', async (url) => {
    const { status, problem } = await create(webhook(url));
    expect([status, problem.errors?.[0]?.path]).toEqual([400, 'settings.url']);
  });

  it.each([
    [{ secret: 'plain' }, 'settings.secret'],
    [{ secret: `whsec_${Buffer.alloc(23).toString('base64')}` }, 'settings.secret'],
    [{ secret: null }, 'settings.secret'],
    [{ more: 1 }, 'settings.more'],
  ])('refuse the settings %j', async (more, path) => {
    const { status, problem } = await create(webhook('https://hooks.example.org/', more));
    expect(status).toBe(400);
    expect(problem.errors?.map((error) => error.path)).toContain(path);
  });

  it.each([
    [{ host: '127.0.0.1' }, 'settings.host'],
    [{ host: 'localhost' }, 'settings.host'],
    [{ host: 'smtp.example.org:25' }, 'settings.host'],
    [{ port: 22 }, 'settings.port'],
    [{ port: '25' }, 'settings.port'],
    [{ from: 'a@example.org\r\nBcc: x@example.org' }, 'settings.from'],
    [{ to: [] }, 'settings.to'],
    [{ to: ['a'] }, 'settings.to'],
    [{ password: undefined }, 'settings.password'],
    [{ security: 'maybe' }, 'settings.security'],
  ])('refuse the mail settings %j', async (change, path) => {
    const settings = { ...EMAIL, ...change };
    const { status, problem } = await create({ name: 'mail', kind: 'email', settings });
    expect([status, problem.errors?.[0]?.path]).toEqual([400, path]);
  });

  it.each([
    [{ kind: 'pigeon' }, 'kind'],
    [{ name: ' ' }, 'name'],
    [{ name: 'half \ud83d' }, 'name'],
    [{ name: undefined }, 'name'],
    [{ name: null }, 'name'],
    [{ settings: undefined }, 'settings'],
    [{ settings: [] }, 'settings'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ enabled: null }, 'enabled'],
    [{ maxPerMinute: 0 }, 'maxPerMinute'],
    [{ groupWaitSeconds: 0.5 }, 'groupWaitSeconds'],
    [{ filter: { minSeverity: 'grave' } }, 'filter.minSeverity'],
    [{ filter: { agents: [] } }, 'filter.agents'],
    [{ filter: { agents: ['a\0'] } }, 'filter.agents'],
    [{ filter: { else: 1 } }, 'filter.else'],
    [{ filter: [] }, 'filter'],
    [{ secrets: {} }, 'secrets'],
  ])('refuse %j', async (change, path) => {
    const { status, problem } = await create({
      ...webhook('https://hooks.example.org/'),
      ...change,
    });
    expect(status).toBe(400);
    expect(problem.errors?.map((error) => error.path)).toContain(path);
  });

  it.each([
    ['GET', '/channels/17'],
    ['GET', '/deliveries/17'],
    ['POST', '/channels/17/test'],
    ['POST', '/deliveries/17/retry'],
    ['GET', '/channels?wat=1'],
    ['GET', '/deliveries?wat=1'],
    ['GET', '/deliveries?limit=0'],
    ['GET', '/deliveries?limit=1001'],
    ['GET', '/deliveries?state=lost'],
    ['GET', '/deliveries?cursor=zzz'],
    ['GET', '/deliveries?channelId=17'],
  ] as const)('refuse %s %s', async (method, path) => {
    expect(await world.send(method, path)).toMatchObject({ status: 400 });
  });
});
