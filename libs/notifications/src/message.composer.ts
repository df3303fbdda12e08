import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { NoticeAlert, NoticeTransition } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { ChannelRow } from './channel.js';
import { composeMessage } from './message.js';
import type { Message, Notice } from './message.js';

const MINUTE_MS = 60_000;
/** So many notices become one message at most; of more there are several. */
const LARGEST_GROUP = 5000;

interface WaitingNotice {
  notice_id: string;
  transition: NoticeTransition;
  alert: NoticeAlert;
  occurred_at: Date;
}

const waitingGroups = `
SELECT o.group_key FROM notification_outbox o
WHERE o.channel_id = $1 AND o.composed_at IS NULL
GROUP BY o.group_key
HAVING min(o.enqueued_at) <= $2::timestamptz
  AND o.group_key NOT IN (SELECT group_key FROM notification_deliveries
    WHERE channel_id = $1 AND composed_at > $3::timestamptz)
  AND o.group_key NOT IN (SELECT group_key FROM notification_deliveries
    WHERE channel_id = $1 AND state IN ('pending', 'sending'))
ORDER BY min(o.enqueued_at), o.group_key LIMIT $4::integer`;

const waitingNotices = `
SELECT notice_id, transition, alert, occurred_at FROM notification_outbox
WHERE channel_id = $1 AND group_key = $2 AND composed_at IS NULL
ORDER BY occurred_at, notice_id LIMIT $3::integer`;

const told = `
INSERT INTO notification_open_alerts (channel_id, alert_id, group_key, acknowledged, told_at)
SELECT $1::uuid, alert_id, $2::text, acknowledged, $5::timestamptz
FROM unnest($3::text[], $4::boolean[]) AS t(alert_id, acknowledged)
ORDER BY alert_id
ON CONFLICT (channel_id, alert_id) DO UPDATE SET
  group_key = EXCLUDED.group_key, acknowledged = EXCLUDED.acknowledged, told_at = EXCLUDED.told_at`;

/**
 * Makes messages of waiting notices: those of a group that came within its wait are one message,
 * the next one comes not before its interval, and no channel gets more than its most per minute.
 * What is over the cap waits, and is told together; so does what comes while the message before is
 * still on its way.
 */
@Injectable()
export class MessageComposer {
  private readonly logger = new Logger(MessageComposer.name);

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many messages were made */
  async compose(): Promise<number> {
    const channels = await this.dataSource.query<{ channel_id: string }[]>(
      `SELECT channel_id FROM notification_channels c
       WHERE enabled AND EXISTS (SELECT 1 FROM notification_outbox o
         WHERE o.channel_id = c.channel_id AND o.composed_at IS NULL)
       ORDER BY channel_id`,
    );
    let made = 0;
    for (const { channel_id: id } of channels) {
      made += await this.dataSource.transaction((manager) => this.composeFor(manager, id));
    }
    return made;
  }

  /** One process at a time per channel; the others leave it to that one. */
  private async composeFor(manager: EntityManager, channelId: string): Promise<number> {
    const [channel] = await manager.query<ChannelRow[]>(
      `SELECT * FROM notification_channels WHERE channel_id = $1 AND enabled
       FOR NO KEY UPDATE SKIP LOCKED`,
      [channelId],
    );
    if (!channel) return 0;
    const now = this.clock.now();
    const groups = await manager.query<{ group_key: string }[]>(waitingGroups, [
      channelId,
      new Date(now.getTime() - channel.group_wait_ms),
      new Date(now.getTime() - channel.group_interval_ms),
      await this.budget(manager, channel, now),
    ]);
    let made = 0;
    for (const { group_key: groupKey } of groups) {
      made += await this.composeGroup(manager, channel, groupKey, now);
    }
    return made;
  }

  private async budget(manager: EntityManager, channel: ChannelRow, now: Date): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `SELECT count(*)::integer AS n FROM notification_deliveries
       WHERE channel_id = $1 AND composed_at > $2 AND NOT is_test`,
      [channel.channel_id, new Date(now.getTime() - MINUTE_MS)],
    );
    return Math.max(0, channel.max_per_minute - (row?.n ?? 0));
  }

  private async composeGroup(
    manager: EntityManager,
    channel: ChannelRow,
    groupKey: string,
    now: Date,
  ): Promise<number> {
    const id = channel.channel_id;
    const waiting = await manager.query<WaitingNotice[]>(waitingNotices, [
      id,
      groupKey,
      LARGEST_GROUP,
    ]);
    const known = await this.knownOf(manager, id, waiting);
    const notices = newsOf(waiting, channel, known);
    await this.remember(manager, id, groupKey, waiting, known, now);
    const deliveryId = notices.length > 0 ? randomUUID() : null;
    if (deliveryId !== null) {
      const counts = await this.openCounts(manager, id, groupKey);
      const message = composeMessage(notices, { groupKey, ...counts });
      await this.insert(manager, channel, deliveryId, message, now);
    }
    await manager.query(
      `UPDATE notification_outbox SET composed_at = $3, delivery_id = $4
       WHERE channel_id = $1 AND notice_id = ANY($2::text[])`,
      [id, waiting.map((row) => row.notice_id), now, deliveryId],
    );
    this.logger.debug({ event: 'notification.composed', deliveryId, notices: waiting.length });
    return deliveryId === null ? 0 : 1;
  }

  /** Which of the alerts the channel was told of and not yet untold. */
  private async knownOf(
    manager: EntityManager,
    channelId: string,
    waiting: readonly WaitingNotice[],
  ): Promise<Set<string>> {
    const rows = await manager.query<{ alert_id: string }[]>(
      `SELECT alert_id FROM notification_open_alerts
       WHERE channel_id = $1 AND alert_id = ANY($2::text[])`,
      [channelId, [...new Set(waiting.map(({ alert }) => alert.id))]],
    );
    return new Set(rows.map((row) => row.alert_id));
  }

  private async remember(
    manager: EntityManager,
    channelId: string,
    groupKey: string,
    waiting: readonly WaitingNotice[],
    known: ReadonlySet<string>,
    now: Date,
  ): Promise<void> {
    const newest = [...new Map(waiting.map((row) => [row.alert.id, row])).values()];
    const over = newest.filter(({ transition }) => transition === 'resolved');
    const open = newest.filter(
      ({ transition, alert }) =>
        transition !== 'resolved' && (transition !== 'acknowledged' || known.has(alert.id)),
    );
    await manager.query(told, [
      channelId,
      groupKey,
      open.map(({ alert }) => alert.id),
      open.map(({ transition }) => transition === 'acknowledged'),
      now,
    ]);
    await manager.query(
      `DELETE FROM notification_open_alerts WHERE channel_id = $1 AND alert_id = ANY($2::text[])`,
      [channelId, over.map(({ alert }) => alert.id)],
    );
  }

  private async openCounts(
    manager: EntityManager,
    channelId: string,
    groupKey: string,
  ): Promise<Pick<Message, 'open' | 'acknowledged'>> {
    const [row] = await manager.query<Pick<Message, 'open' | 'acknowledged'>[]>(
      `SELECT count(*)::integer AS open,
         count(*) FILTER (WHERE acknowledged)::integer AS acknowledged
       FROM notification_open_alerts WHERE channel_id = $1 AND group_key = $2`,
      [channelId, groupKey],
    );
    return row ?? { open: 0, acknowledged: 0 };
  }

  private async insert(
    manager: EntityManager,
    channel: ChannelRow,
    deliveryId: string,
    message: Message,
    now: Date,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO notification_deliveries (delivery_id, project_id, channel_id, group_key, is_test,
         message, state, attempts, next_attempt_at, composed_at)
       VALUES ($1, $2, $3, $4, false, $5::jsonb, 'pending', 0, $6, $6)`,
      [
        deliveryId,
        channel.project_id,
        channel.channel_id,
        message.groupKey,
        JSON.stringify(message),
        now,
      ],
    );
  }
}

/**
 * The newest of each alert that its channel cares about. That something is over, or someone's, is
 * news only to who knows that it began.
 */
function newsOf(
  waiting: readonly WaitingNotice[],
  { kind, send_resolved: sendResolved }: ChannelRow,
  known: ReadonlySet<string>,
): Notice[] {
  const began = new Set(known);
  const newest = new Map<string, Notice>();
  for (const { transition, alert, occurred_at: occurredAt } of waiting) {
    const follows = transition === 'resolved' || transition === 'acknowledged';
    if (!follows) began.add(alert.id);
    if (follows && !began.has(alert.id)) continue;
    if (transition === 'resolved' && !sendResolved) continue;
    // Alertmanager has no word for it.
    if (transition === 'acknowledged' && kind === 'alertmanager') continue;
    newest.set(alert.id, { transition, alert, occurredAt: occurredAt.toISOString() });
  }
  return [...newest.values()];
}
