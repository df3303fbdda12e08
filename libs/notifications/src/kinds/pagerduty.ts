import { createHash } from 'node:crypto';

import type { HttpMessage } from '../guarded-http.js';
import { oneLine } from '../message.js';
import type { Message } from '../message.js';
import { JSON_HEADERS, PRODUCT, alertLink, inboxLink } from './outgoing.js';
import type { Outgoing } from './outgoing.js';

export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
/** Of `payload.summary`, by the Events API. */
const SUMMARY_LENGTH = 1024;

type Action = 'trigger' | 'acknowledge' | 'resolve';

/**
 * Events of the Events API v2: a group of alerts is one incident, open as long as any of them is.
 * A test opens an incident and closes it.
 */
export function pagerDutyRequests(outgoing: Outgoing): HttpMessage[] {
  const { message } = outgoing;
  const actions: Action[] = message.test ? ['trigger', 'resolve'] : [actionOf(message)];
  return actions.map((action) => event(action, outgoing));
}

function actionOf({ open, acknowledged, notices }: Message): Action {
  if (open === 0) return 'resolve';
  const quiet = notices.every(({ transition }) =>
    ['acknowledged', 'resolved'].includes(transition),
  );
  return quiet && acknowledged === open ? 'acknowledge' : 'trigger';
}

function event(action: Action, outgoing: Outgoing): HttpMessage {
  const { message, settings, secrets, composedAt } = outgoing;
  const body = {
    routing_key: secrets.routingKey,
    event_action: action,
    dedup_key: dedupKey(outgoing),
    ...(action === 'trigger' && {
      client: PRODUCT,
      ...links(outgoing),
      payload: {
        summary: oneLine(message.title, SUMMARY_LENGTH),
        source: message.project,
        severity: message.severity,
        timestamp: composedAt.toISOString(),
        group: message.groupKey,
        class: message.notices[0]?.alert.type,
        custom_details: {
          open: message.open,
          acknowledged: message.acknowledged,
          alerts: message.notices.slice(0, 20).map(({ transition, alert }) => ({
            transition,
            agent: alert.agentId,
            severity: alert.severity,
            message: oneLine(alert.message),
          })),
        },
      },
    }),
  };
  const url = typeof settings.url === 'string' ? settings.url : PAGERDUTY_URL;
  return { url, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

function links(outgoing: Outgoing): object {
  const inbox = inboxLink(outgoing);
  const [first] = outgoing.message.notices;
  const alert = first && alertLink(outgoing, first.alert);
  return {
    ...(inbox !== undefined && { client_url: inbox }),
    ...(alert !== undefined && { links: [{ href: alert, text: 'Open the alert' }] }),
  };
}

/** The same for all events of a group on a channel. */
function dedupKey({ channelId, deliveryId, message }: Outgoing): string {
  if (message.test) return `apt-test-${deliveryId}`;
  const name = `${channelId}/${message.groupKey}`;
  return `apt-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
}
