import type {
  ChannelFilter,
  ChannelGrouping,
  ChannelKind,
  NotificationChannel,
  SecretHint,
} from '@app/contracts';

/** Settings that are no secrets; which there are depends on the kind. */
export type ChannelSettings = Record<string, unknown>;

/** A row of `notification_channels` as the database hands it over. */
export interface ChannelRow {
  channel_id: string;
  project_id: number;
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  send_resolved: boolean;
  filter: ChannelFilter;
  group_by: ChannelGrouping;
  group_wait_ms: number;
  group_interval_ms: number;
  max_per_minute: number;
  settings: ChannelSettings;
  sealed_secrets: string | null;
  secret_hints: Record<string, SecretHint>;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** A channel as it is shown: with hints in place of its secrets. */
export function toChannel(row: ChannelRow): NotificationChannel {
  return {
    id: row.channel_id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled,
    sendResolved: row.send_resolved,
    filter: row.filter,
    groupBy: row.group_by,
    groupWaitSeconds: row.group_wait_ms / 1000,
    groupIntervalSeconds: row.group_interval_ms / 1000,
    maxPerMinute: row.max_per_minute,
    settings: row.settings,
    secrets: row.secret_hints,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
