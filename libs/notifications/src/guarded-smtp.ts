import { isIP } from 'node:net';

import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import type { Options as SmtpOptions } from 'nodemailer/lib/smtp-transport/index.js';

import { AddressGuard } from './address-guard.js';
import type { ResolvedAddress } from './address-guard.js';
import type { ChannelSettings } from './channel.js';
import { DeliveryFailure } from './delivery-failure.js';
import { DeliveryLimits } from './delivery.limits.js';

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
}

const ACCEPTED = 250;

/** Hands mail to SMTP servers that the guard lets pass. */
@Injectable()
export class GuardedSmtp {
  constructor(
    private readonly guard: AddressGuard,
    private readonly limits: DeliveryLimits,
  ) {}

  /**
   * @param settings of a channel of kind `email`
   * @returns the status, 250
   * @throws DeliveryFailure, BlockedAddress, Error of the network
   */
  async send(
    mail: SendMailOptions,
    settings: ChannelSettings,
    password: string | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const host = String(settings.host);
    const addresses = await this.guard.addressesOf(host, Number(settings.port), 'smtp');
    signal.throwIfAborted();
    const transport = createTransport(this.options(addresses, settings, password));
    const abandon = (): void => transport.close();
    signal.addEventListener('abort', abandon);
    try {
      await transport.sendMail(mail);
      return ACCEPTED;
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error as SmtpError);
    } finally {
      signal.removeEventListener('abort', abandon);
      transport.close();
    }
  }

  /** The connection goes to the address that was checked; the certificate must be the name's. */
  private options(
    addresses: readonly ResolvedAddress[],
    settings: ChannelSettings,
    password: string | undefined,
  ): SmtpOptions {
    const [first] = addresses as [ResolvedAddress];
    const host = String(settings.host);
    const timeout = this.limits.timeoutMs;
    return {
      host: first.address,
      port: Number(settings.port),
      secure: settings.security === 'tls',
      requireTLS: settings.security === 'starttls',
      ignoreTLS: settings.security === 'none',
      tls: {
        minVersion: 'TLSv1.2',
        // An address is not allowed as a server name (RFC 6066, section 3).
        ...(isIP(host) === 0 && { servername: host }),
      },
      ...(typeof settings.user === 'string' && {
        auth: { user: settings.user, pass: password ?? '' },
      }),
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      dnsTimeout: timeout,
    };
  }
}

/** What the server said is its own text: only its number is told. */
function failureOf({ code, responseCode: status }: SmtpError): Error {
  if (status === undefined) {
    return new DeliveryFailure('unreachable', `The mail server cannot be used (${code ?? 'SMTP'})`);
  }
  const permanent = status >= 500;
  return new DeliveryFailure(
    permanent ? 'rejected' : 'unavailable',
    `The mail server answered ${status}`,
    { permanent, status },
  );
}
