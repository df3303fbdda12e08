import { SYSTEM_NOTICE_TYPE } from '@app/contracts';
import type { NoticeAlert } from '@app/contracts';

import type { ChannelSettings } from '../channel.js';
import type { Message } from '../message.js';
import type { Secrets } from '../secret-box.js';

/** One message on its way to one channel. */
export interface Outgoing {
  /** The same over all attempts. */
  deliveryId: string;
  channelId: string;
  channelName: string;
  message: Message;
  settings: ChannelSettings;
  secrets: Secrets;
  /** Address of the dashboard's server; undefined: no links. */
  publicUrl: string | undefined;
  /** When it was put together. */
  composedAt: Date;
  /** Of this attempt. */
  now: Date;
}

export const PRODUCT = 'Agent Performance Tracker';

/** Where the dashboard shows the alert; undefined where its address is not known, or in a test. */
export function alertLink(
  { publicUrl, message }: Pick<Outgoing, 'publicUrl' | 'message'>,
  alert: NoticeAlert,
): string | undefined {
  if (publicUrl === undefined || message.test) return undefined;
  if (alert.type === SYSTEM_NOTICE_TYPE) return `${publicUrl}/agent-performance/status`;
  const query = new URLSearchParams({ project: alert.project, alert: alert.id });
  return `${publicUrl}/agent-performance/alerts?${query.toString()}`;
}

/** Where the dashboard shows the open alerts of the message's project, or what is wrong with it. */
export function inboxLink({
  publicUrl,
  message,
}: Pick<Outgoing, 'publicUrl' | 'message'>): string | undefined {
  if (publicUrl === undefined) return undefined;
  const isAboutItself = message.notices.every(({ alert }) => alert.type === SYSTEM_NOTICE_TYPE);
  if (isAboutItself) return `${publicUrl}/agent-performance/status`;
  const query = new URLSearchParams({ project: message.project });
  return `${publicUrl}/agent-performance/alerts?${query.toString()}`;
}

export const JSON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'agent-performance-tracker',
};
