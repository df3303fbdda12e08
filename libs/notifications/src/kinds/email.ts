import type { SendMailOptions } from 'nodemailer';

import { oneLine } from '../message.js';
import { PRODUCT, alertLink, inboxLink } from './outgoing.js';
import type { Outgoing } from './outgoing.js';

const LISTED = 50;

/** Plain text, so that nothing an agent is called can become markup. */
export function emailOf(outgoing: Outgoing): SendMailOptions {
  const { deliveryId, message, settings, channelName, composedAt } = outgoing;
  const listed = message.notices.slice(0, LISTED);
  const more = message.alertCount - listed.length;
  const lines = [
    oneLine(message.title),
    '',
    ...listed.flatMap(({ transition, alert, occurredAt }) => [
      `- ${occurredAt} ${transition}, ${alert.severity}: ${oneLine(alert.message, 1000)}`,
      ...indented(alertLink(outgoing, alert)),
    ]),
    ...(more > 0 ? [`- and ${more} more`, ...indented(inboxLink(outgoing))] : []),
    '',
    ...(message.test
      ? ['This is a test: nothing happened.']
      : [`Open in this group: ${message.open}, of these acknowledged: ${message.acknowledged}.`]),
    '-- ',
    `${PRODUCT}, project ${message.project}, channel ${oneLine(channelName)}`,
  ];
  return {
    from: { name: PRODUCT, address: String(settings.from) },
    to: settings.to as string[],
    subject: `[${message.project}] ${oneLine(message.title, 200)}`,
    text: `${lines.join('\n')}\n`,
    date: composedAt,
    // The same over all attempts, so that a repetition is known as one.
    messageId: `<${deliveryId}@agent-performance-tracker>`,
    headers: { 'auto-submitted': 'auto-generated', 'x-delivery-id': deliveryId },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function indented(link: string | undefined): string[] {
  return link === undefined ? [] : [`  ${link}`];
}
