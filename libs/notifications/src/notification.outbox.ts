import { Inject, Injectable } from '@nestjs/common';
import type { ChannelFilter, ChannelGrouping } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import type { AlertNotice } from './alert-notice.js';
import { groupKeyOf, passes } from './notice-filter.js';

/** Runs a statement inside the transaction of who calls. */
export type RunQuery = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

interface Subscriber {
  channel_id: string;
  project_id: number;
  filter: ChannelFilter;
  group_by: ChannelGrouping;
}

interface Entry {
  channelId: string;
  groupKey: string;
  notice: AlertNotice;
}

const CHUNK = 1000;

const write = `
INSERT INTO notification_outbox (channel_id, notice_id, group_key, transition, alert, occurred_at,
  enqueued_at)
SELECT channel_id, notice_id, group_key, transition, alert, occurred_at, $7::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::timestamptz[])
  AS n(channel_id, notice_id, group_key, transition, alert, occurred_at)
ORDER BY channel_id, notice_id
ON CONFLICT (channel_id, notice_id) DO NOTHING`;

/** Where news of alerts is left for the channels: written with the alert, told after its commit. */
@Injectable()
export class NotificationOutbox {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * Leaves notices for every enabled channel of their project that wants them. A notice that is
   * there already is left as it is, so the same call may be made again.
   * @param query runs a statement in the transaction that writes the alerts
   */
  async enqueue(query: RunQuery, notices: readonly AlertNotice[]): Promise<void> {
    if (notices.length === 0) return;
    const subscribers = await query<Subscriber>(
      `SELECT channel_id, project_id, filter, group_by FROM notification_channels
       WHERE enabled AND project_id = ANY($1::integer[])`,
      [[...new Set(notices.map(({ projectId }) => projectId))]],
    );
    const entries = subscribers.flatMap((subscriber) => entriesOf(subscriber, notices));
    for (let start = 0; start < entries.length; start += CHUNK) {
      await query(write, this.parameters(entries.slice(start, start + CHUNK)));
    }
  }

  private parameters(entries: readonly Entry[]): unknown[] {
    return [
      entries.map(({ channelId }) => channelId),
      entries.map(({ notice }) => notice.noticeId),
      entries.map(({ groupKey }) => groupKey),
      entries.map(({ notice }) => notice.transition),
      entries.map(({ notice }) => JSON.stringify(notice.alert)),
      entries.map(({ notice }) => notice.occurredAt),
      this.clock.now(),
    ];
  }
}

function entriesOf(subscriber: Subscriber, notices: readonly AlertNotice[]): Entry[] {
  const { channel_id: channelId, project_id: projectId, filter, group_by: groupBy } = subscriber;
  return notices
    .filter((notice) => notice.projectId === projectId && passes(filter, notice.alert))
    .map((notice) => ({ channelId, groupKey: groupKeyOf(groupBy, notice.alert), notice }));
}
