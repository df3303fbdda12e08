import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { ConfigError, configDefaults, loadConfig } from './config.js';

function refusal(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('accepted');
}

describe(loadConfig.name, () => {
  it('has a default for everything but the database address', () => {
    expect({ ...loadConfig({}) }).toEqual({
      port: 9999,
      host: '127.0.0.1',
      auth: 'auto',
      trustProxy: undefined,
      rateLimitPerSecond: 1000,
      dataDir: '.data',
      databaseUrl: undefined,
      databasePoolSize: 10,
      databaseReadPoolSize: 7,
      readTimeoutMs: 15_000,
      redisUrl: undefined,
      sampleSwarm: true,
      sampleSwarmSeconds: 300,
      rawRetentionDays: 30,
      runningTimeoutMinutes: 15,
      secretKey: undefined,
      notifyAllowHosts: undefined,
      publicUrl: undefined,
      logLevel: 'log',
      logFormat: 'auto',
      drainSeconds: 0,
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: ' ' })).toEqual(loadConfig({}));
  });

  it('names every bad variable, with the reason and what is allowed', () => {
    expect(
      refusal({ PORT: '99999', RAW_RETENTION_DAYS: '0', LOG_LEVEL: 'loud' }).split('\n'),
    ).toEqual([
      'PORT: "99999" is not a whole number from 1 to 65535',
      'RAW_RETENTION_DAYS: "0" is not a whole number from 1 to 3650',
      'LOG_LEVEL: "loud" is not one of: error, warn, log, debug',
    ]);
  });

  it.each(['-1', '1e3', '0x50', '80.5', 'NaN', '١'])('refuses %s as a port', (text) => {
    expect(refusal({ PORT: text })).toContain('PORT: ');
  });

  it.each(['127.0.0.1', '::1', 'LOCALHOST', '0.0.0.0', '::', '10.0.0.1', 'tracker.example.org'])(
    'binds to %s',
    (host) => {
      expect(loadConfig({ HOST: host }).host).toBe(host.toLowerCase());
    },
  );

  it.each(['127.1', '256.0.0.1', '[::1]', 'http://x', 'a b', '-a', 'localhost:80'])(
    'refuses to bind to %s',
    (host) => {
      expect(refusal({ HOST: host })).toContain('is not an IP address or a host name');
    },
  );

  it('switches access control off on this machine only', () => {
    for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) {
      expect(loadConfig({ AUTH: 'off', HOST: host }).auth).toBe('off');
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org']) {
      expect(refusal({ AUTH: 'off', HOST: host })).toContain('AUTH: "off" is for loopback');
      expect(loadConfig({ AUTH: 'required', HOST: host }).auth).toBe('required');
    }
    expect(refusal({ AUTH: 'none' })).toContain('AUTH: ');
  });

  it('reads the proxies to be believed', () => {
    expect(loadConfig({ TRUST_PROXY: '10.0.0.0/8, ::1,fd00::/8' }).trustProxy).toEqual([
      '10.0.0.0/8',
      '::1',
      'fd00::/8',
    ]);
    for (const text of ['true', '*', '10.0.0.0/33', 'proxy', '10.0.0.1/8/8', '10.0.0.1,']) {
      expect(refusal({ TRUST_PROXY: text })).toContain('TRUST_PROXY: ');
    }
  });

  it('reads a key of 32 bytes in hexadecimal and in base64, and repeats no other', () => {
    const bytes = Buffer.alloc(32, 0xa7);
    for (const text of [bytes.toString('hex'), bytes.toString('base64')]) {
      expect(loadConfig({ SECRET_KEY: text }).secretKey).toEqual(bytes);
    }
    for (const text of ['hunter2', 'ab'.repeat(31), bytes.toString('base64').slice(1)]) {
      expect(refusal({ SECRET_KEY: text })).toContain('SECRET_KEY: not 32 bytes');
      expect(refusal({ SECRET_KEY: text })).not.toContain(text);
    }
  });

  it('reads the hosts that notifications may reach', () => {
    const text = 'Hooks.internal, 10.0.0.5:9093,[fd00::7]:8080, [::1]';
    expect(loadConfig({ NOTIFY_ALLOW_HOSTS: text }).notifyAllowHosts).toEqual([
      'hooks.internal',
      '10.0.0.5:9093',
      '[fd00::7]:8080',
      '[::1]',
    ]);
  });

  it.each(['http://x', 'a b', 'host:0', 'host:70000', 'host/path', 'me@host', '::1', 'a,', '*'])(
    'refuses %s as a host for notifications',
    (text) => {
      expect(refusal({ NOTIFY_ALLOW_HOSTS: text })).toContain('NOTIFY_ALLOW_HOSTS: ');
    },
  );

  it('accepts both spellings of a PostgreSQL address', () => {
    expect(loadConfig({ DATABASE_URL: 'postgres://a/b' }).databaseUrl).toBe('postgres://a/b');
    expect(loadConfig({ DATABASE_URL: 'postgresql://a/b' }).databaseUrl).toBe('postgresql://a/b');
  });

  it('accepts an address of Redis, and repeats no refused one', () => {
    expect(loadConfig({ REDIS_URL: 'rediss://a:1' }).redisUrl).toBe('rediss://a:1');
    expect(refusal({ REDIS_URL: 'http://me:hunter2@a' })).toMatch(
      /^REDIS_URL: not a URL(?!.*hunter2)/,
    );
  });

  it('does not repeat a refused database address, which may hold a password', () => {
    expect(refusal({ DATABASE_URL: 'mysql://me:hunter2@db/x' })).not.toContain('hunter2');
    expect(refusal({ DATABASE_URL: 'hunter2' })).not.toContain('hunter2');
  });
});

describe('.env.example', () => {
  it('lists each variable with its default', () => {
    const file = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
    const listed = [...file.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map((m) => [m[1], m[2] || undefined]);
    expect(listed).toEqual([...configDefaults()]);
  });
});
