import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';

import { Injectable } from '@nestjs/common';

import { AddressGuard, unbracketed } from './address-guard.js';
import type { ResolvedAddress } from './address-guard.js';
import { DeliveryFailure } from './delivery-failure.js';
import { DeliveryLimits } from './delivery.limits.js';

export interface HttpMessage {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Answers that say "later", besides those of 500 and above. */
const LATER = new Set([408, 425, 429]);

/**
 * Posts to addresses that the guard lets pass, and to those only: no redirects, no proxies, one
 * connection each, no matter what the environment says.
 */
@Injectable()
export class GuardedHttp {
  constructor(
    private readonly guard: AddressGuard,
    private readonly limits: DeliveryLimits,
  ) {}

  /**
   * @returns the status, 200–299
   * @throws DeliveryFailure for any other, BlockedAddress, Error of the network
   */
  async post(message: HttpMessage, signal: AbortSignal): Promise<number> {
    const url = new URL(message.url);
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const addresses = await this.guard.addressesOf(unbracketed(url.hostname), port, 'http');
    signal.throwIfAborted();
    const answer = await this.exchange(url, message, addresses, signal);
    return verdict(answer);
  }

  private exchange(
    url: URL,
    message: HttpMessage,
    addresses: readonly ResolvedAddress[],
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const { Agent, request } = url.protocol === 'https:' ? https : http;
    // An agent of our own: the shared one may have been told to use a proxy.
    const agent = new Agent({ keepAlive: false });
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          method: 'POST',
          agent,
          signal,
          lookup: pinned(addresses),
          headers: { ...message.headers, 'content-length': Buffer.byteLength(message.body) },
        },
        (answer) => this.drain(answer, () => resolve(answer)),
      );
      sent.on('error', reject);
      sent.end(message.body);
    });
  }

  /** The status is all that counts; of the rest as much is read as is polite, and dropped. */
  private drain(answer: http.IncomingMessage, done: () => void): void {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= this.limits.answerBytes) answer.destroy();
    });
    // An answer that breaks off or is cut off has told its status all the same.
    answer.on('error', done);
    answer.on('close', done);
  }
}

/** Answers with what was checked, whatever the name service says by now. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) return callback(null, [...addresses]);
    const [first] = addresses as [ResolvedAddress];
    return callback(null, first.address, first.family);
  };
}

function verdict({ statusCode: status = 0, headers }: http.IncomingMessage): number {
  if (status >= 200 && status < 300) return status;
  if (status >= 300 && status < 400) {
    const reason = `The receiver answered ${status}: redirects are not followed`;
    throw new DeliveryFailure('redirect_refused', reason, { permanent: true, status });
  }
  if (status >= 500 || LATER.has(status)) {
    const seconds = /^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0];
    throw new DeliveryFailure('unavailable', `The receiver answered ${status}`, {
      status,
      ...(seconds !== undefined && { retryAfterMs: Number(seconds) * 1000 }),
    });
  }
  const reason = `The receiver answered ${status}`;
  throw new DeliveryFailure('rejected', reason, { permanent: true, status });
}
