import { describe, expect, it } from '@jest/globals';
import type { AppConfig } from '@app/platform';
import fc from 'fast-check';

import { AddressGuard, BlockedAddress, isPublic, normalHost } from './address-guard.js';
import type { HostResolver } from './address-guard.js';

const NEVER = {
  resolve: () => Promise.reject(new Error('asked the name service')),
} as HostResolver;

function guard(allow: string[] = [], resolver = NEVER): AddressGuard {
  return new AddressGuard(resolver, { notifyAllowHosts: allow } as unknown as AppConfig);
}

/** An IPv4 address in one of the spellings that address parsers take. */
function spelt([a, b, c, d]: number[], form: number): string {
  const [w = 0, x = 0, y = 0, z = 0] = [a, b, c, d];
  const whole = ((w << 24) | (x << 16) | (y << 8) | z) >>> 0;
  const spellings = [
    `${w}.${x}.${y}.${z}`,
    `${w}.${x}.${y}.${z}.`,
    String(whole),
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    `0x${w.toString(16)}.0${x.toString(8)}.${y}.${z}`,
    `${w}.${x}.${(y << 8) | z}`,
    `${w}.${(x << 16) | (y << 8) | z}`,
    `${w}.${x}.${y}.${z}`.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    `${w}。${x}．${y}｡${z}`,
    `[::ffff:${w}.${x}.${y}.${z}]`,
    `[0:0:0:0:0:ffff:${((w << 8) | x).toString(16)}:${((y << 8) | z).toString(16)}]`,
    `${w}.${x}.${y}.${z}`.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  ];
  return spellings[form % spellings.length] ?? '';
}

const SPELLINGS = 13;

describe(AddressGuard.name, () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const inside = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), octet, octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    fc.tuple(fc.constant(198), fc.constantFrom(18, 19), octet, octet),
  );

  it('refuses addresses that are not public, however they are spelt', () => {
    fc.assert(
      fc.property(inside, fc.nat(SPELLINGS - 1), (octets, form) => {
        const host = normalHost(spelt(octets, form));
        expect(host).not.toBeNull();
        expect(guard().refusalOf(host ?? '', 443, 'http')).toContain('not a public address');
      }),
      { numRuns: 2000 },
    );
  });

  it('lets public addresses pass, however they are spelt', () => {
    for (let form = 0; form < SPELLINGS; form++) {
      const host = normalHost(spelt([93, 184, 216, 34], form)) ?? '';
      expect([form, guard().refusalOf(host, 443, 'http')]).toEqual([form, null]);
    }
  });

  it.each([
    '::1',
    '::',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    '100::1',
    '169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    '198.51.100.7',
  ])('takes %s for no public address', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each(['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '172.32.0.1', '100.128.0.1'])(
    'takes %s for a public address',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it.each([
    'localhost',
    'LOCALHOST.',
    'x.localhost',
    'printer',
    'nas.local',
    'metadata.google.internal',
    'router.lan',
    '1.0.0.127.in-addr.arpa',
  ])('refuses %s, which names something inside', (name) => {
    expect(guard().refusalOf(normalHost(name) ?? '', 443, 'http')).toContain('internal network');
  });

  it.each(['', 'a/b', 'a@b', 'a:80', 'a:', 'a?b', 'a#b', 'a b', '[::1', '::1%eth0', '1.2.3.256'])(
    'takes %j for no host',
    (text) => expect(normalHost(text)).toBeNull(),
  );

  it.each([22, 25, 5432, 6379, 9200, 0])('refuses port %s for HTTP', (port) => {
    expect(guard().refusalOf('example.org', port, 'http')).toContain(`port ${port}`);
  });

  it('refuses the ports of HTTP for mail, and takes those of mail', () => {
    expect(guard().refusalOf('example.org', 443, 'smtp')).toContain('port 443');
    expect(guard().refusalOf('example.org', 587, 'smtp')).toBeNull();
  });

  it('asks for addresses only where a name may be reached, and refuses if any is inside', async () => {
    await expect(guard().addressesOf('127.0.0.1', 443, 'http')).rejects.toThrow(BlockedAddress);
    await expect(guard().addressesOf('a.internal', 443, 'http')).rejects.toThrow(BlockedAddress);
    const two = { resolve: () => Promise.resolve([inet('93.184.216.34'), inet('10.0.0.1')]) };
    await expect(guard([], two).addressesOf('example.org', 443, 'http')).rejects.toThrow(
      BlockedAddress,
    );
    const one = { resolve: () => Promise.resolve([inet('93.184.216.34')]) };
    const found = await guard([], one).addressesOf('example.org', 443, 'http');
    expect(found).toEqual([inet('93.184.216.34')]);
    await expect(
      guard([], { resolve: () => Promise.resolve([]) }).addressesOf('example.org', 443, 'http'),
    ).rejects.toThrow('has no address');
  });
});

function inet(address: string): { address: string; family: number } {
  return { address, family: 4 };
}
