import { describe, expect, it } from '@jest/globals';

import { isServedHost, isTrustedHost, isTrustedOrigin } from './trusted-origin.js';

describe(isTrustedHost.name, () => {
  it.each(['localhost', 'LOCALHOST:9999', '127.0.0.1:9999', '127.8.8.8', '[::1]:9999', '[::1]'])(
    'trusts %s',
    (host) => {
      expect(isTrustedHost(host)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:9999',
    'evil.example#localhost',
    'user@localhost',
    '10.0.0.1',
    'localhost:9999:1',
  ])('refuses %s', (host) => {
    expect(isTrustedHost(host)).toBe(false);
  });
});

describe(isTrustedOrigin.name, () => {
  it('trusts no origin and the origin that serves the page', () => {
    expect(isTrustedOrigin(undefined, 'localhost:9999')).toBe(true);
    expect(isTrustedOrigin('http://localhost:9999', 'localhost:9999')).toBe(true);
  });

  it.each(['null', 'http://evil.example', 'http://localhost:8080', 'https://localhost:9999', 'x'])(
    'refuses %s',
    (origin) => {
      expect(isTrustedOrigin(origin, 'localhost:9999')).toBe(false);
    },
  );
});

describe(isServedHost.name, () => {
  const publicUrl = 'https://tracker.example.com';

  it('knows only this machine and the public address on a loopback address', () => {
    const door = { host: '127.0.0.1', publicUrl };
    expect(isServedHost('localhost:9999', door)).toBe(true);
    expect(isServedHost('tracker.example.com', door)).toBe(true);
    expect(isServedHost('evil.example', door)).toBe(false);
    expect(isServedHost('evil.example', { host: '127.0.0.1' })).toBe(false);
  });

  it('leaves names free on other addresses, as long as they are names', () => {
    const door = { host: '0.0.0.0' };
    expect(isServedHost('tracker.lan:9999', door)).toBe(true);
    expect(isServedHost('10.0.0.7:9999', door)).toBe(true);
    for (const host of [undefined, '', 'a/b', 'a@b', 'a:b', 'a:1:2']) {
      expect(isServedHost(host, door)).toBe(false);
    }
  });

  it('trusts pages of the public address and of the address that was asked', () => {
    const door = { host: '0.0.0.0', publicUrl };
    expect(isTrustedOrigin(publicUrl, '10.0.0.7:9999', door)).toBe(true);
    expect(isTrustedOrigin('http://10.0.0.7:9999', '10.0.0.7:9999', door)).toBe(true);
    expect(isTrustedOrigin('http://tracker.example.com', '10.0.0.7:9999', door)).toBe(false);
    expect(isTrustedOrigin('http://evil.example', '10.0.0.7:9999', door)).toBe(false);
  });
});
