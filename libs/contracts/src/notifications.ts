import { ALERT_TYPES } from './alerts.js';
import type { Alert, Severity } from './alerts.js';

export const CHANNEL_KINDS = ['webhook', 'slack', 'email', 'pagerduty', 'alertmanager'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What happened to an alert that people may want to be told. */
export const NOTICE_TRANSITIONS = [
  'fired',
  'escalated',
  'renotified',
  'acknowledged',
  'resolved',
] as const;
export type NoticeTransition = (typeof NOTICE_TRANSITIONS)[number];

/** What channels are told of the tracker itself, with the condition as `ruleId`. */
export const SYSTEM_NOTICE_TYPE = 'system_condition';

/** What channels can be told of: alerts by type, and what is wrong with the tracker itself. */
export const NOTICE_TYPES = [...ALERT_TYPES, SYSTEM_NOTICE_TYPE] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** An alert as channels are told of it. */
export interface NoticeAlert extends Omit<Alert, 'type'> {
  type: NoticeType;
}

/** Which alerts share a message: those of a rule, of a rule and agent, or none. */
export const CHANNEL_GROUPINGS = ['rule', 'agent', 'alert'] as const;
export type ChannelGrouping = (typeof CHANNEL_GROUPINGS)[number];

/** Which alerts a channel is told of; what is absent lets everything pass. */
export interface ChannelFilter {
  minSeverity?: Severity;
  alertTypes?: NoticeType[];
  /** Ids of agents; `*` stands for any run of characters. */
  agents?: string[];
  /** Types of agents; `*` as above. */
  agentTypes?: string[];
}

/** A secret as it is shown: never itself. */
export interface SecretHint {
  set: true;
  /** Its last four characters; null for one too short to show any of. */
  last4: string | null;
}

/** Where a project's alerts are told. */
export interface NotificationChannel {
  id: string;
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  sendResolved: boolean;
  filter: ChannelFilter;
  groupBy: ChannelGrouping;
  /** How long a first alert waits for others of its group, in seconds. */
  groupWaitSeconds: number;
  /** Least time between two messages about one group, in seconds. */
  groupIntervalSeconds: number;
  /** Most messages a minute; what is beyond waits and is told together. */
  maxPerMinute: number;
  /** By kind; see the API description. */
  settings: Record<string, unknown>;
  secrets: Record<string, SecretHint>;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** Body of `POST /notifications/channels`. */
export interface NewChannel {
  name: string;
  kind: ChannelKind;
  enabled?: boolean;
  sendResolved?: boolean;
  filter?: ChannelFilter;
  groupBy?: ChannelGrouping;
  groupWaitSeconds?: number;
  groupIntervalSeconds?: number;
  maxPerMinute?: number;
  /** By kind, secrets among them. */
  settings: Record<string, unknown>;
}

/** Body of `PATCH /notifications/channels/:id`: what is left out keeps its value. */
export type ChannelChange = Partial<Omit<NewChannel, 'kind'>>;

/**
 * `pending` waits for its (next) attempt, `sending` is under way, `failed` used up its attempts or
 * was refused for good, `discarded` was given up because its channel went away.
 */
export const DELIVERY_STATES = ['pending', 'sending', 'sent', 'failed', 'discarded'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why an attempt did not succeed. */
export const DELIVERY_ERRORS = [
  'blocked_address',
  'timeout',
  'unreachable',
  'redirect_refused',
  'rejected',
  'unavailable',
  'secret_unreadable',
  'interrupted',
  'channel_gone',
] as const;
export type DeliveryError = (typeof DELIVERY_ERRORS)[number];

/** One message to one channel. */
export interface NotificationDelivery {
  /** The same over all attempts; receivers get it too, to tell a repetition. */
  id: string;
  channelId: string;
  channelName: string | null;
  kind: ChannelKind | null;
  state: DeliveryState;
  test: boolean;
  title: string;
  alertCount: number;
  attempts: number;
  createdAt: string;
  nextAttemptAt: string | null;
  finishedAt: string | null;
  /** HTTP or SMTP status of the newest attempt. */
  responseStatus: number | null;
  errorCode: DeliveryError | null;
  errorDetail: string | null;
}
