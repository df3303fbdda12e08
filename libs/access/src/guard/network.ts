import { isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';

const NETWORK_BITS = 64;

/**
 * What of an address tells people apart. Whoever has one IPv6 address has all of its network
 * (RFC 6177): counted one by one, they could begin anew 2^64 times.
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined || !isIPv6(address)) return address ?? '';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const kept = parsed.toByteArray().map((byte, at) => (at < NETWORK_BITS / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(kept).toString()}/${NETWORK_BITS}`;
}
