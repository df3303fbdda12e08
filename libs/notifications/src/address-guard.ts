import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@app/platform';
import type { AppConfig } from '@app/platform';
import ipaddr from 'ipaddr.js';

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** What a connection is for, which decides about its ports. */
export type Protocol = 'http' | 'smtp';

/** Thrown for a host that must not be reached. */
export class BlockedAddress extends Error {
  override readonly name = 'BlockedAddress';
}

/** Asks the name service. Its own class, so that a test can answer instead. */
@Injectable()
export class HostResolver {
  resolve(host: string): Promise<ResolvedAddress[]> {
    return lookup(host, { all: true });
  }
}

const PORTS: Record<Protocol, readonly number[]> = {
  http: [80, 443, 8080, 8443],
  smtp: [25, 465, 587, 2525],
};

/** Zones that only mean something inside a network, and a machine's names for itself. */
const INSIDE = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|corp|home|arpa)$/;

/** A public address that clouds give to their own agents on the machine. */
const CLOUD_AGENTS = ['168.63.129.16'];

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Of those, what IANA keeps for protocols and for documentation (RFC 2928, RFC 9637). */
const KEPT_V6 = ['2001::/23', '3fff::/20'].map((text) => ipaddr.IPv6.parseCIDR(text));

/**
 * Keeps notifications from reaching into the network that the tracker runs in: only public
 * addresses, the usual ports, and what the operator allows by `NOTIFY_ALLOW_HOSTS`. Names are
 * resolved here and the connection goes to what was checked, so a name that changes its mind
 * in between changes nothing.
 */
@Injectable()
export class AddressGuard {
  constructor(
    private readonly resolver: HostResolver,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Whether a host may be kept, as far as can be told without asking for its addresses.
   * @param host as `normalHost` writes it
   * @returns what is wrong, as the end of a sentence, or null
   */
  refusalOf(host: string, port: number, protocol: Protocol): string | null {
    if (this.isAllowed(host, port)) return null;
    if (isIP(host) !== 0 && !isPublic(host)) return `is not a public address (${host})`;
    if (isIP(host) === 0 && (INSIDE.test(host) || !host.includes('.'))) {
      return `is a name of an internal network (${host})`;
    }
    if (PORTS[protocol].includes(port)) return null;
    return `has port ${port}; allowed are ${PORTS[protocol].join(', ')}`;
  }

  /**
   * The addresses to connect to.
   * @throws BlockedAddress when the host, or any of its addresses, must not be reached
   * @throws Error of the name service
   */
  async addressesOf(host: string, port: number, protocol: Protocol): Promise<ResolvedAddress[]> {
    const refusal = this.refusalOf(host, port, protocol);
    if (refusal !== null) throw new BlockedAddress(`${host} ${refusal}`);
    const family = isIP(host);
    const found = family === 0 ? await this.resolver.resolve(host) : [{ address: host, family }];
    if (found.length === 0) throw new Error(`${host} has no address`);
    if (this.isAllowed(host, port)) return found;
    const blocked = found.find(({ address }) => !isPublic(address));
    if (!blocked) return found;
    throw new BlockedAddress(`${host} has an address that is not public`);
  }

  private isAllowed(host: string, port: number): boolean {
    return (this.config.notifyAllowHosts ?? []).some((entry) => {
      const [, name = '', onlyPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
      return normalHost(name) === host && (onlyPort === undefined || Number(onlyPort) === port);
    });
  }
}

/**
 * The one spelling of a host: addresses in decimal, hexadecimal, octal, short or with other
 * scripts' digits become what they stand for (WHATWG URL, section 3.5), names lower case without
 * a trailing dot.
 * @returns null for what is no host
 */
export function normalHost(text: string): string | null {
  const url = `http://${isIPv6(text) ? `[${text}]` : text}`;
  if (text === '' || /[/\\@?#\s]/.test(text) || !URL.canParse(url)) return null;
  // The parser leaves a default port out of what it shows.
  if (/:\d*$/.test(url.replace(/\[.*\]/, '').slice('http://'.length))) return null;
  return unbracketed(new URL(url).hostname);
}

/** @param hostname of a parsed URL */
export function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Whether an address is one of the public network. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (CLOUD_AGENTS.includes(parsed.toString())) return false;
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return true;
  const v6 = parsed as ipaddr.IPv6;
  return v6.match(GLOBAL_UNICAST_V6) && !KEPT_V6.some((kept) => v6.match(kept));
}
