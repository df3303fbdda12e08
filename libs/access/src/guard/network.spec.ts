import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { networkOf } from './network.js';

const group = fc.nat(0xffff).map((value) => value.toString(16));
const network = fc.tuple(fc.nat(0x1fff), group, group, group).map(([first, ...rest]) => {
  return [(0x2000 + first).toString(16), ...rest].join(':');
});
const host = fc.tuple(group, group, group, group).map((groups) => groups.join(':'));

describe(networkOf.name, () => {
  it('is the same for all addresses that one customer has', () => {
    fc.assert(
      fc.property(network, host, host, (net, one, other) => {
        expect(networkOf(`${net}:${one}`)).toBe(networkOf(`${net}:${other}`));
      }),
    );
  });

  it('tells networks apart, and addresses of IPv4, mapped or not', () => {
    fc.assert(
      fc.property(network, network, host, (one, other, rest) => {
        fc.pre(one !== other);
        expect(networkOf(`${one}:${rest}`)).not.toBe(networkOf(`${other}:${rest}`));
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        expect(networkOf(`::ffff:${one}`)).toBe(networkOf(one));
        expect(networkOf(one) === networkOf(other)).toBe(one === other);
      }),
    );
  });

  it('takes whatever else stands for an address as it is', () => {
    expect([networkOf(undefined), networkOf(''), networkOf('unknown')]).toEqual([
      '',
      '',
      'unknown',
    ]);
  });
});
