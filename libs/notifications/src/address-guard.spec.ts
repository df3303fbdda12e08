import { isIPv6 } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import type { AppConfig } from '@app/platform';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';

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

/** IANA's registries of special-purpose addresses, as far as they are not reachable globally. */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const SPECIAL_V6 = [
  '::/96',
  '::ffff:0:0/104',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const valueOf = (address: string, bits: number): bigint =>
  ipaddr
    .parse(address)
    .toByteArray()
    .reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) &
  ((1n << BigInt(bits)) - 1n);

function written(value: bigint, bits: 32 | 128): string {
  const bytes = Array.from({ length: bits / 8 }, (_, at) =>
    Number((value >> BigInt(bits - 8 - 8 * at)) & 0xffn),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

/** Any address of a range. */
function within(cidr: string, bits: 32 | 128): fc.Arbitrary<string> {
  const [network = '', length = ''] = cidr.split('/');
  const free = BigInt(bits) - BigInt(length);
  const first = (valueOf(network, bits) >> free) << free;
  return fc.bigInt({ min: first, max: first + (1n << free) - 1n }).map((at) => written(at, bits));
}

describe(isPublic.name, () => {
  it('holds for no address of a special range', () => {
    const special = fc.oneof(
      ...SPECIAL_V4.map((cidr) => within(cidr, 32)),
      ...SPECIAL_V6.map((cidr) => within(cidr, 128)),
    );
    fc.assert(
      fc.property(special, (address) =>
        expect([address, isPublic(address)]).toEqual([address, false]),
      ),
      { numRuns: 5000 },
    );
  });

  it('holds for the rest of IPv4, but for the agents of a cloud', () => {
    const ranges = SPECIAL_V4.map((cidr) => ipaddr.IPv4.parseCIDR(cidr));
    // Reachable, but of the machinery of the network: nobody receives messages there.
    const machinery = ['192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24'];
    const others = machinery.map((cidr) => ipaddr.IPv4.parseCIDR(cidr));
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const parsed = ipaddr.IPv4.parse(address);
        fc.pre(![...ranges, ...others].some((range) => parsed.match(range)));
        expect([address, isPublic(address)]).toEqual([address, address !== '168.63.129.16']);
      }),
      { numRuns: 2000 },
    );
  });
});

describe(normalHost.name, () => {
  it('writes every host in one way, which a request would reach', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const host = normalHost(text);
        if (host === null) return;
        expect(normalHost(host)).toBe(host);
        const url = new URL(`http://${isIPv6(host) ? `[${host}]` : host}/`);
        expect([url.port, url.username, url.pathname, url.hash]).toEqual(['', '', '/', '']);
      }),
      { numRuns: 3000 },
    );
  });
});
