import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@app/platform';

import { AccessPolicy } from './policy.js';

/** What nginx sends when it is told no more than `proxy_pass http://127.0.0.1:9999`. */
const throughPlainProxy = {
  headers: { host: '127.0.0.1:9999', connection: 'close' },
  remoteAddress: '127.0.0.1',
  address: '127.0.0.1',
};
const policy = (env: Record<string, string>): AccessPolicy => new AccessPolicy(loadConfig(env));

describe(AccessPolicy.name, () => {
  it.each([
    [{ PUBLIC_URL: 'https://tracker.example.com' }],
    [{ PUBLIC_URL: 'http://10.0.0.7:9999' }],
    [{ TRUST_PROXY: '127.0.0.1' }],
    [{ AUTH: 'required' }],
    [{ HOST: '0.0.0.0' }],
  ])('asks everybody where people come from elsewhere: %j', (env) => {
    expect(policy(env).asksAlways).toBe(true);
    expect(policy(env).letsIn(throughPlainProxy)).toBe(false);
  });

  it.each([[{}], [{ PUBLIC_URL: 'http://localhost:9999' }], [{ PUBLIC_URL: 'http://[::1]:9999' }]])(
    'asks nobody of this machine where that is all there is: %j',
    (env) => {
      expect(policy(env).letsIn(throughPlainProxy)).toBe(true);
    },
  );

  it.each([
    [{ AUTH: 'off' }, false],
    [{ AUTH: 'off', PUBLIC_URL: 'http://localhost:9999' }, false],
    [{ AUTH: 'off', PUBLIC_URL: 'https://tracker.example.com' }, true],
    [{ AUTH: 'off', TRUST_PROXY: '127.0.0.1' }, true],
    [{ PUBLIC_URL: 'https://tracker.example.com' }, false],
    [{ AUTH: 'required', TRUST_PROXY: '127.0.0.1' }, false],
  ])('knows whether a proxy alone keeps people out: %j', (env, expected) => {
    expect(policy(env).reliesOnProxy).toBe(expected);
  });

  it('knows proxies by what they add', () => {
    for (const name of ['x-forwarded-for', 'via', 'cf-connecting-ip', 'true-client-ip']) {
      const headers = { ...throughPlainProxy.headers, [name]: '203.0.113.7' };
      expect([name, policy({}).letsIn({ ...throughPlainProxy, headers })]).toEqual([name, false]);
    }
  });
});
