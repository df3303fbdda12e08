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
  /** When it was put together. */
  composedAt: Date;
  /** Of this attempt. */
  now: Date;
}

export const PRODUCT = 'Agent Performance Tracker';

export const JSON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'agent-performance-tracker',
};
