import { isIP } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, isLoopbackName, isTrustedHost, isTrustedOrigin } from '@app/platform';
import type { AppConfig } from '@app/platform';

/** What a proxy adds; who comes through one is somebody else. */
const FORWARDING = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-client-ip',
];

/** What is needed of a request to know who asks. */
export interface Caller {
  headers: IncomingHttpHeaders;
  /** Of the connection itself, whatever a header says. */
  remoteAddress: string | undefined;
  /** Of the one who asks, as far as proxies are believed. */
  address: string | undefined;
}

/** What the configuration means for those who come without a credential. */
@Injectable()
export class AccessPolicy {
  constructor(@Inject(CONFIG) private readonly config: AppConfig) {}

  /** Whether everybody is let in as an administrator, whatever they show. */
  get isOff(): boolean {
    return this.config.auth === 'off';
  }

  /**
   * Whether nobody is asked although people come from elsewhere: a proxy that signs them in is all
   * that stands between the network and an administrator's rights.
   */
  get reliesOnProxy(): boolean {
    return this.isOff && this.isFronted;
  }

  /**
   * Whether nobody is let in without a credential. A proxy in front may call us `localhost` and
   * not say for whom it asks, so where there is one, everybody is asked.
   */
  get asksAlways(): boolean {
    const { auth, host } = this.config;
    return auth === 'required' || (auth === 'auto' && (!isLoopbackName(host) || this.isFronted));
  }

  /** Whether people come from elsewhere, by way of a proxy on this machine. */
  private get isFronted(): boolean {
    const { publicUrl, trustProxy } = this.config;
    const isElsewhere = publicUrl !== undefined && !isLoopbackName(new URL(publicUrl).hostname);
    return isElsewhere || trustProxy !== undefined;
  }

  /** Whether cookies are for TLS only. */
  isSecure(protocol: string): boolean {
    return protocol === 'https' || this.config.publicUrl?.startsWith('https:') === true;
  }

  get publicUrl(): string | undefined {
    return this.config.publicUrl;
  }

  get requestsPerSecond(): number {
    return this.config.rateLimitPerSecond ?? 0;
  }

  /**
   * Whether a request without a credential acts as an administrator: it comes from this machine,
   * through nobody, to this machine's name, and not from another site's page.
   */
  letsIn({ headers, remoteAddress }: Caller): boolean {
    if (this.isOff) return true;
    if (this.asksAlways) return false;
    return (
      isLoopbackAddress(remoteAddress) &&
      isTrustedHost(headers.host) &&
      isTrustedOrigin(headers.origin, headers.host) &&
      FORWARDING.every((name) => headers[name] === undefined)
    );
  }

  /**
   * Whether a browser would have sent this only from our own page. Cookies go along with whatever
   * page asks, so what they are to do has to show where it comes from.
   */
  comesFromOurPage({ headers }: Caller): boolean {
    if (headers.origin !== undefined) {
      return isTrustedOrigin(headers.origin, headers.host, this.config);
    }
    return headers['sec-fetch-site'] === 'same-origin';
  }
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:/, '');
  return isIP(plain) !== 0 && isLoopbackName(plain);
}
