import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { NotificationsWorld } from '../support/notifications-world.js';
import { SmtpReceiver } from '../support/receivers.js';

describe('kinds of notification channels', () => {
  let world: NotificationsWorld;
  beforeAll(async () => {
    world = await NotificationsWorld.boot();
  });
  afterEach(() => world.reset());
  afterAll(() => world.close());

  it('tells Slack in blocks in which no name is markup', async () => {
    const receiver = await world.receiver();
    await world.channel({ kind: 'slack', settings: { url: receiver.url('/services/T0/B0/x') } });
    const hostile = '<!channel> *bold* <https://evil.example|click> & "co"\nsecond line';
    await world.enqueue(world.aNotice({ on: { message: hostile } }));
    await world.deliver();
    interface SlackText {
      type: string;
      text: string;
    }
    const [body] = receiver.bodies<{
      text: string;
      blocks: { type: string; text?: SlackText; elements?: SlackText[] }[];
    }>();
    expect(body?.text).toBe(
      '[WARNING] &lt;!channel&gt; *bold* &lt;https://evil.example|click&gt; &amp; "co" second line',
    );
    const texts = body?.blocks.flatMap(({ text, elements }) => [
      ...(text ? [text] : []),
      ...(elements ?? []),
    ]);
    expect(texts?.map(({ type }) => type)).toEqual(['plain_text', 'plain_text', 'plain_text']);
    expect(texts?.[0]?.text.length).toBeLessThanOrEqual(150);
  });

  it('opens, acknowledges and resolves one PagerDuty incident per group', async () => {
    const receiver = await world.receiver();
    const routingKey = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY12';
    await world.channel({ kind: 'pagerduty', settings: { routingKey, url: receiver.url() } });
    const [one, two] = [
      world.aNotice(),
      world.aNotice({ on: { agentId: 'b', severity: 'critical' } }),
    ];
    for (const notices of [
      [one],
      [two],
      [world.later(one, 'acknowledged')],
      [world.later(two, 'acknowledged')],
      [world.later(one, 'resolved')],
      [world.later(two, 'resolved')],
    ]) {
      await world.enqueue(...notices);
      await world.pass(1000);
    }
    interface PagerEvent {
      routing_key: string;
      event_action: string;
      dedup_key: string;
      payload?: { severity: string; summary: string };
    }
    const events = receiver.bodies<PagerEvent>();
    expect(events.map((event) => event.event_action)).toEqual([
      'trigger',
      'trigger',
      'trigger',
      'acknowledge',
      'acknowledge',
      'resolve',
    ]);
    expect(new Set(events.map((event) => event.dedup_key)).size).toBe(1);
    expect(events[1]).toMatchObject({ routing_key: routingKey, payload: { severity: 'critical' } });
  });

  it('speaks to what understands Alertmanager', async () => {
    const receiver = await world.receiver();
    const settings = { url: receiver.url('/alerts'), bearerToken: 'a-long-bearer-token' };
    const channel = await world.channel({ kind: 'alertmanager', settings });
    const notice = world.aNotice();
    await world.enqueue(notice);
    await world.deliver();
    await world.enqueue(world.later(notice, 'acknowledged'));
    await world.pass(1000);
    await world.enqueue(world.later(notice, 'resolved'));
    await world.pass(1000);
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer a-long-bearer-token');
    const [firing, resolved] = receiver.bodies<{
      alerts: { fingerprint: string; endsAt: string }[];
    }>();
    expect(firing).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: channel.name,
      groupLabels: { alertname: 'slow_execution' },
      alerts: [
        {
          status: 'firing',
          labels: { agent_id: 'planner-1', severity: 'warning', complexity: '3' },
          endsAt: '0001-01-01T00:00:00Z',
        },
      ],
    });
    expect(resolved).toMatchObject({ status: 'resolved', alerts: [{ status: 'resolved' }] });
    expect(resolved?.alerts[0]?.fingerprint).toBe(firing?.alerts[0]?.fingerprint);
  });

  it('sends e-mail as plain text that nothing can break out of', async () => {
    const smtp = world.allow(await SmtpReceiver.listen());
    const channel = await world.channel({
      kind: 'email',
      settings: {
        host: '127.0.0.1',
        port: smtp.port,
        security: 'none',
        from: 'tracker@example.org',
        to: ['a@example.org', 'b@example.org'],
      },
    });
    await world.enqueue(
      world.aNotice({ on: { message: 'slow\r\nBcc: evil@example.org\r\n\r\n<b>hi</b>' } }),
    );
    await world.deliver();
    const [delivery] = await world.deliveriesOf(channel);
    expect(delivery).toMatchObject({ state: 'sent', responseStatus: 250 });
    const [mail] = smtp.mails;
    expect(mail).toMatchObject({
      from: 'tracker@example.org',
      to: ['a@example.org', 'b@example.org'],
    });
    const [head = '', body = ''] = (mail?.data ?? '').split('\r\n\r\n');
    expect(head).toMatch(
      /^Subject: \[default\] \[WARNING\] slow Bcc: evil@example.org <b>hi<\/b>/m,
    );
    expect(head).not.toMatch(/^bcc:/im);
    expect(head).toContain(`<${String(delivery?.id)}@agent-performance-tracker>`);
    expect(head).toMatch(/^Content-Type: text\/plain/m);
    expect(body).toContain('slow Bcc: evil@example.org <b>hi</b>');
  });

  it('takes what a mail server says for what it means', async () => {
    const smtp = world.allow(await SmtpReceiver.listen());
    const settings = {
      host: '127.0.0.1',
      port: smtp.port,
      security: 'none',
      from: 'tracker@example.org',
      to: ['a@example.org'],
    };
    const channel = await world.channel({ kind: 'email', settings });
    const outcome = async () =>
      (
        await world.send<{ state: string; errorCode: string }>(
          'POST',
          `/channels/${channel.id}/test`,
        )
      ).data;
    smtp.recipientReply = '550 secret reason';
    const refused = await outcome();
    expect(refused).toMatchObject({ state: 'failed', errorCode: 'rejected', responseStatus: 550 });
    expect(JSON.stringify(refused)).not.toContain('secret');
    smtp.recipientReply = '451 later';
    expect(await outcome()).toMatchObject({ errorCode: 'unavailable', responseStatus: 451 });
    world.limits.timeoutMs = 500;
    smtp.mute = true;
    expect(await outcome()).toMatchObject({ errorCode: 'timeout' });
  });

  it('tells neither mail nor password to a server that does not encrypt', async () => {
    const smtp = world.allow(await SmtpReceiver.listen());
    const settings = {
      host: '127.0.0.1',
      port: smtp.port,
      user: 'me',
      password: 'canary-password',
      from: 'tracker@example.org',
      to: ['a@example.org'],
    };
    const channel = await world.channel({ kind: 'email', settings });
    const { data } = await world.send('POST', `/channels/${channel.id}/test`);
    expect(data).toMatchObject({ state: 'failed' });
    expect(smtp.commands.some((command) => command.startsWith('EHLO'))).toBe(true);
    expect(smtp.commands.filter((command) => /^(AUTH|MAIL)/.test(command))).toEqual([]);
    expect(smtp.mails).toEqual([]);
  });

  it('links each kind of message to the alert where the address of the tracker is known', async () => {
    world.set({ publicUrl: 'https://tracker.example.com/apt' });
    const [webhook, slack, pager, manager] = [
      await world.receiver(),
      await world.receiver(),
      await world.receiver(),
      await world.receiver(),
    ];
    const mail = world.allow(await SmtpReceiver.listen());
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    await world.channel({ kind: 'webhook', settings: { url: webhook.url(), secret } });
    await world.channel({ kind: 'slack', settings: { url: slack.url('/services/T0/B0/x') } });
    const routingKey = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY12';
    await world.channel({ kind: 'pagerduty', settings: { routingKey, url: pager.url() } });
    await world.channel({ kind: 'alertmanager', settings: { url: manager.url('/alerts') } });
    await world.channel({
      kind: 'email',
      settings: {
        host: '127.0.0.1',
        port: mail.port,
        from: 'apt@example.com',
        to: ['on-call@example.com'],
        security: 'none',
      },
    });
    const notice = world.aNotice();
    await world.enqueue(notice);
    await world.deliver();
    world.set({ publicUrl: undefined });
    const query = new URLSearchParams({ project: notice.project, alert: notice.alert.id });
    const link = `https://tracker.example.com/apt/agent-performance/alerts?${query.toString()}`;
    expect(webhook.bodies()).toMatchObject([{ data: { notices: [{ url: link }] } }]);
    expect(slack.bodies<{ blocks: object[] }>()[0]?.blocks[1]).toMatchObject({
      accessory: { url: link },
    });
    expect(pager.bodies()).toMatchObject([{ links: [{ href: link }] }]);
    expect(manager.bodies()).toMatchObject([{ alerts: [{ generatorURL: link }] }]);
    const unfolded = mail.mails[0]?.data.replace(/=\r\n/g, '').replaceAll('=3D', '=');
    expect(unfolded).toContain(link);
  });
});
