import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

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

describe('whatever a request calls us', () => {
  const label = fc.constantFrom(
    'localhost',
    'LOCALHOST',
    'localhost.',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:0:0:1]',
    '::1',
    'evil.example',
    'tracker.example.com',
    '１２７.0.0.1',
  );
  const joint = fc.constantFrom(
    '',
    '.',
    ':',
    ':9999',
    '@',
    '/',
    '#',
    '?',
    '\\',
    ' ',
    '\t',
    '\0',
    ',',
  );
  const host = fc.oneof(
    fc.tuple(label, joint, label, joint).map((parts) => parts.join('')),
    fc.tuple(label, fc.constantFrom('', ':1', ':9999', ':65536', ':+1')).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const meansThisMachine = (hostHeader: string): boolean => {
    const { hostname } = new URL(`http://${hostHeader}/`);
    return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  };

  it('what is taken for this machine is this machine to a browser as well', () => {
    fc.assert(
      fc.property(host, (name) => {
        if (!isTrustedHost(name)) return;
        // A port that no address can have is none of a browser's.
        if (URL.canParse(`http://${name}/`)) expect(meansThisMachine(name)).toBe(true);
        else expect(name).toMatch(/:\d{5}$/);
      }),
      { numRuns: 3000 },
    );
  });

  it('a page acts on loopback only if it was served by the name that it asks', () => {
    const origin = fc.oneof(
      fc
        .tuple(fc.constantFrom('http://', 'https://', 'file://', 'null', ''), host)
        .map((all) => all.join('')),
      host,
    );
    fc.assert(
      fc.property(origin, host, (from, name) => {
        if (!isTrustedOrigin(from, name, { host: '127.0.0.1' })) return;
        const { protocol, host: served } = new URL(from);
        expect([protocol, served]).toEqual(['http:', name.toLowerCase()]);
        expect(meansThisMachine(served)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('neither a user, a path nor a blank hides in a served name', () => {
    fc.assert(
      fc.property(host, fc.constantFrom('127.0.0.1', '0.0.0.0'), (name, bound) => {
        if (!isServedHost(name, { host: bound })) return;
        expect(name).not.toMatch(/[@/\\?#\s,\0]/);
      }),
      { numRuns: 3000 },
    );
  });
});
