import { Injectable } from '@nestjs/common';
import type { ChannelKind } from '@app/contracts';

import { BlockedAddress } from './address-guard.js';
import { DeliveryFailure } from './delivery-failure.js';
import { DeliveryLimits } from './delivery.limits.js';
import { GuardedHttp } from './guarded-http.js';
import type { HttpMessage } from './guarded-http.js';
import { GuardedSmtp } from './guarded-smtp.js';
import { alertmanagerRequest } from './kinds/alertmanager.js';
import { emailOf } from './kinds/email.js';
import type { Outgoing } from './kinds/outgoing.js';
import { pagerDutyRequests } from './kinds/pagerduty.js';
import { slackRequest } from './kinds/slack.js';
import { webhookRequest } from './kinds/webhook.js';

/** Makes one attempt at one message, whatever the kind of its channel. */
@Injectable()
export class ChannelSender {
  constructor(
    private readonly http: GuardedHttp,
    private readonly smtp: GuardedSmtp,
    private readonly limits: DeliveryLimits,
  ) {}

  /**
   * @param stopping aborts the attempt; its outcome is unknown then
   * @returns the receiver's status, HTTP or SMTP
   * @throws DeliveryFailure and nothing else
   */
  async send(kind: ChannelKind, outgoing: Outgoing, stopping: AbortSignal): Promise<number> {
    const deadline = AbortSignal.timeout(this.limits.timeoutMs);
    const signal = AbortSignal.any([deadline, stopping]);
    try {
      return await Promise.race([this.attempt(kind, outgoing, signal), aborted(signal)]);
    } catch (error) {
      if (stopping.aborted) throw new DeliveryFailure('interrupted', 'The tracker was stopped');
      if (deadline.aborted) {
        throw new DeliveryFailure('timeout', `No answer within ${this.limits.timeoutMs} ms`);
      }
      throw asFailure(error);
    }
  }

  private attempt(kind: ChannelKind, outgoing: Outgoing, signal: AbortSignal): Promise<number> {
    switch (kind) {
      case 'webhook':
        return this.http.post(webhookRequest(outgoing), signal);
      case 'slack':
        return this.http.post(slackRequest(outgoing), signal);
      case 'alertmanager':
        return this.http.post(alertmanagerRequest(outgoing), signal);
      case 'pagerduty':
        return this.postAll(pagerDutyRequests(outgoing), signal);
      case 'email': {
        const { settings, secrets } = outgoing;
        return this.smtp.send(emailOf(outgoing), settings, secrets.password, signal);
      }
    }
  }

  private async postAll(requests: readonly HttpMessage[], signal: AbortSignal): Promise<number> {
    let status = 0;
    for (const request of requests) status = await this.http.post(request, signal);
    return status;
  }
}

/** Rejects with the abort. Asking for an address cannot be aborted, only left behind. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function asFailure(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  if (error instanceof BlockedAddress) {
    return new DeliveryFailure('blocked_address', error.message, { permanent: true });
  }
  const { code } = error as NodeJS.ErrnoException;
  return new DeliveryFailure('unreachable', `The receiver cannot be reached (${code ?? 'error'})`);
}
