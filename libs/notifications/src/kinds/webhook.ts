import { createHmac } from 'node:crypto';

import type { HttpMessage } from '../guarded-http.js';
import { JSON_HEADERS, alertLink, inboxLink } from './outgoing.js';
import type { Outgoing } from './outgoing.js';

/** A message signed after Standard Webhooks 1.0.0; its id is the same over all attempts. */
export function webhookRequest(outgoing: Outgoing): HttpMessage {
  const { deliveryId, message, settings, secrets, composedAt, now } = outgoing;
  const body = JSON.stringify({
    type: message.test ? 'alerts.test' : 'alerts.changed',
    timestamp: composedAt.toISOString(),
    data: {
      deliveryId,
      project: message.project,
      title: message.title,
      severity: message.severity,
      group: message.groupKey,
      alertCount: message.alertCount,
      omittedCount: message.alertCount - message.notices.length,
      openCount: message.open,
      acknowledgedCount: message.acknowledged,
      test: message.test,
      url: inboxLink(outgoing),
      notices: message.notices.map((notice) => ({
        ...notice,
        url: alertLink(outgoing, notice.alert),
      })),
    },
  });
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    url: String(settings.url),
    headers: {
      ...JSON_HEADERS,
      'webhook-id': deliveryId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature(secrets.secret ?? '', deliveryId, timestamp, body),
    },
    body,
  };
}

/** @param secret `whsec_` and the key in base64 */
function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
