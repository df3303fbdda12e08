import type { HttpMessage } from '../guarded-http.js';
import { oneLine } from '../message.js';
import type { Notice } from '../message.js';
import { JSON_HEADERS, PRODUCT, alertLink, inboxLink } from './outgoing.js';
import type { Outgoing } from './outgoing.js';

/** So many alerts are listed; a longer message is not read. */
const LISTED = 10;
const HEADER_LENGTH = 150;

/**
 * Names and messages of agents stand in `plain_text` only, where nothing is markup; the one text
 * that Slack does read as markup, the fallback, is escaped.
 */
export function slackRequest(outgoing: Outgoing): HttpMessage {
  const { message, secrets } = outgoing;
  const listed = message.notices.slice(0, LISTED);
  const more = message.alertCount - listed.length;
  const footer = [
    `Project ${message.project}`,
    ...(more > 0 ? [`${more} more not listed`] : []),
    ...(message.test ? [] : [`${message.open} open, ${message.acknowledged} acknowledged`]),
    PRODUCT,
  ];
  const body = JSON.stringify({
    text: escapeMarkup(oneLine(message.title)),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(oneLine(message.title, HEADER_LENGTH)) },
      ...listed.map((notice) => ({
        type: 'section',
        text: plain(describe(notice)),
        ...button('Open', alertLink(outgoing, notice.alert)),
      })),
      ...(more > 0 ? actions(inboxLink(outgoing)) : []),
      { type: 'context', elements: [plain(oneLine(footer.join(' · ')))] },
    ],
  });
  return { url: secrets.url ?? '', headers: JSON_HEADERS, body };
}

function describe({ transition, alert }: Notice): string {
  const seen = alert.count === 1 ? '' : ` (seen ${alert.count} times)`;
  return oneLine(`${transition}, ${alert.severity}: ${alert.message}`, 1000) + seen;
}

function plain(text: string): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text, emoji: false };
}

/** A link as a section's accessory: nothing in it is read as markup. */
function button(label: string, url: string | undefined): object {
  if (url === undefined) return {};
  return { accessory: { type: 'button', text: plain(label), url } };
}

function actions(url: string | undefined): object[] {
  if (url === undefined) return [];
  return [{ type: 'actions', elements: [{ type: 'button', text: plain('Open all'), url }] }];
}

/** The three characters by which Slack's markup begins mentions, links and entities. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
