import { describe, expect, it } from '@jest/globals';

import { actionOf } from './audit.hook.js';
import { withoutSecrets } from './redaction.js';

describe(withoutSecrets.name, () => {
  it('hides what is secret by its name, and where addresses hold secrets', () => {
    expect(
      withoutSecrets({
        name: 'On call',
        secret: 'whsec_x',
        settings: { url: 'https://hooks.example/T1/B2/verysecret?x=1', routingKey: 'r', port: 5 },
        secrets: { password: 'p' },
        apiKey: 'k',
        token: null,
        newPassword: true,
        channels: [{ authorization: 'Bearer x' }],
      }),
    ).toEqual({
      name: 'On call',
      secret: '[hidden]',
      settings: { url: 'https://hooks.example/[hidden]', routingKey: '[hidden]', port: 5 },
      secrets: '[hidden]',
      apiKey: '[hidden]',
      token: null,
      newPassword: true,
      channels: [{ authorization: '[hidden]' }],
    });
  });

  it('makes anything storable and short', () => {
    let deep: unknown = 'end';
    for (let n = 0; n < 100; n += 1) deep = [deep];
    expect(JSON.stringify(withoutSecrets(deep)).length).toBeLessThan(100);
    expect(withoutSecrets('a\0b\ud800')).toBe('a\ufffdb\ufffd');
    expect((withoutSecrets('x'.repeat(5000)) as string).length).toBe(1000);
    expect((withoutSecrets(Array(500).fill(1)) as unknown[]).length).toBe(100);
  });
});

describe(actionOf.name, () => {
  it.each([
    ['POST', '/alerts/:id/resolve', 'alerts.resolve'],
    ['POST', '/alerts/rules', 'alerts.rules.create'],
    ['PUT', '/alerts/rules/:id', 'alerts.rules.set'],
    ['PATCH', 'notifications/channels/:id', 'notifications.channels.change'],
    ['DELETE', '/benchmarks/:id', 'benchmarks.delete'],
  ])('calls %s %s %s', (method, path, action) => {
    expect(actionOf(method, path)).toBe(action);
  });
});
