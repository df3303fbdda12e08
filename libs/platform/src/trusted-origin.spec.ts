import { describe, expect, it } from '@jest/globals';

import { isTrustedHost, isTrustedOrigin } from './trusted-origin.js';

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
