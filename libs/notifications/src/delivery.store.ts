import { Injectable } from '@nestjs/common';
import type { DeliveryError, DeliveryState, NotificationDelivery } from '@app/contracts';
import { DataSource } from 'typeorm';

import type { ChannelRow } from './channel.js';
import type { DeliveryFailure } from './delivery-failure.js';
import type { Message } from './message.js';

/** A delivery that this process may attempt now, with its channel. */
export type ClaimedDelivery = ChannelRow & {
  delivery_id: string;
  message: Message;
  attempts: number;
  composed_at: Date;
};

/** Until when a worker may hold what it took. */
export interface Lease {
  id: string;
  until: Date;
}

export interface AttemptOutcome {
  /** `pending`: to be tried again. */
  state: 'sent' | 'failed' | 'pending';
  /** When it ended, or when the next attempt is due. */
  at: Date;
  status?: number;
  failure?: DeliveryFailure;
}

/** A row of the log. */
interface DeliveryRow {
  delivery_id: string;
  channel_id: string;
  channel_name: string | null;
  kind: NotificationDelivery['kind'];
  state: DeliveryState;
  is_test: boolean;
  title: string;
  alert_count: number;
  attempts: number;
  next_attempt_at: Date;
  composed_at: Date;
  finished_at: Date | null;
  response_status: number | null;
  error_code: DeliveryError | null;
  error_detail: string | null;
}

/** Place in the log, newest first: the last delivery that was shown. */
export interface DeliveryPosition {
  composedAt: Date;
  deliveryId: string;
}

export interface DeliveryFilter {
  projectId: number;
  deliveryId?: string;
  channelId?: string;
  state?: DeliveryState;
  after?: DeliveryPosition;
  limit: number;
}

/** Due, or left behind by a worker that died. */
const free = `(d.state = 'pending' AND d.next_attempt_at <= $1::timestamptz
  OR d.state = 'sending' AND d.lease_until <= $1::timestamptz)`;

// One at a time per channel, so that a receiver that hangs holds up itself only, and in order
// within a group, so that what resolves never overtakes what fires. The row locks make sure that
// no two workers take the same; whoever comes second finds it taken and skips it.
const claim = `
WITH open AS (
  SELECT delivery_id, channel_id, state, next_attempt_at, lease_until, composed_at,
    row_number() OVER (PARTITION BY channel_id, group_key
      ORDER BY composed_at, delivery_id) AS place,
    bool_or(state = 'sending' AND lease_until > $1::timestamptz)
      OVER (PARTITION BY channel_id) AS busy
  FROM notification_deliveries WHERE state IN ('pending', 'sending')
), next AS (
  SELECT delivery_id, row_number() OVER (PARTITION BY channel_id
    ORDER BY next_attempt_at, composed_at, delivery_id) AS nth
  FROM open d WHERE place = 1 AND NOT busy AND ${free}
), taken AS (
  SELECT d.delivery_id FROM notification_deliveries d
  WHERE d.delivery_id IN (SELECT delivery_id FROM next WHERE nth = 1) AND ${free}
  ORDER BY d.next_attempt_at, d.delivery_id LIMIT $4::integer
  FOR UPDATE SKIP LOCKED
)
UPDATE notification_deliveries d SET state = 'sending', lease_id = $2::uuid,
  lease_until = $3::timestamptz, attempts = d.attempts + 1
FROM taken, notification_channels c
WHERE d.delivery_id = taken.delivery_id AND c.channel_id = d.channel_id
RETURNING c.*, d.delivery_id, d.message, d.attempts, d.composed_at`;

const logged = `
SELECT d.delivery_id, d.channel_id, c.name AS channel_name, c.kind, d.state, d.is_test,
  d.message->>'title' AS title, (d.message->>'alertCount')::integer AS alert_count, d.attempts,
  d.next_attempt_at, d.composed_at, d.finished_at, d.response_status, d.error_code, d.error_detail
FROM notification_deliveries d
LEFT JOIN notification_channels c ON c.channel_id = d.channel_id
WHERE d.project_id = $1::integer
  AND ($2::uuid IS NULL OR d.channel_id = $2::uuid)
  AND ($3::text IS NULL OR d.state = $3::text)
  AND ($4::uuid IS NULL OR d.delivery_id = $4::uuid)
  AND ($5::timestamptz IS NULL OR (d.composed_at, d.delivery_id) < ($5::timestamptz, $6::uuid))
ORDER BY d.composed_at DESC, d.delivery_id DESC LIMIT $7::integer`;

/** The table of deliveries: queue and log in one. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Takes what is due; until the lease ends nobody else will. */
  async claim(now: Date, lease: Lease, limit: number): Promise<ClaimedDelivery[]> {
    const [rows] = await this.dataSource.query<[ClaimedDelivery[], number]>(claim, [
      now,
      lease.id,
      lease.until,
      limit,
    ]);
    return rows;
  }

  /**
   * Writes down how an attempt ended.
   * @returns whether the delivery was still this worker's
   */
  async settle(id: string, leaseId: string, outcome: AttemptOutcome): Promise<boolean> {
    const { state, at, status, failure } = outcome;
    const over = state !== 'pending';
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE notification_deliveries SET state = $3, lease_id = NULL, lease_until = NULL,
         next_attempt_at = coalesce($4::timestamptz, next_attempt_at), finished_at = $5::timestamptz,
         response_status = $6, error_code = $7, error_detail = $8
       WHERE delivery_id = $1 AND lease_id = $2 AND state = 'sending'`,
      [
        id,
        leaseId,
        state,
        over ? null : at,
        over ? at : null,
        status ?? failure?.options.status ?? null,
        failure?.code ?? null,
        failure?.message ?? null,
      ],
    );
    return count > 0;
  }

  /** Writes down a test that is about to be sent. */
  async insertTest(
    channel: ChannelRow,
    id: string,
    lease: Lease,
    message: Message,
    now: Date,
  ): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO notification_deliveries (delivery_id, project_id, channel_id, group_key, is_test,
         message, state, attempts, next_attempt_at, lease_id, lease_until, composed_at)
       VALUES ($1, $2, $3, $4, true, $5::jsonb, 'sending', 1, $8, $6, $7, $8)`,
      [
        id,
        channel.project_id,
        channel.channel_id,
        // A group of its own: tests neither wait for others nor hold them up.
        `test/${id}`,
        JSON.stringify(message),
        lease.id,
        lease.until,
        now,
      ],
    );
  }

  /** Makes a failed one due again, with all its attempts. @returns whether it had failed */
  async retry(projectId: number, id: string, now: Date): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE notification_deliveries SET state = 'pending', attempts = 0, next_attempt_at = $3,
         finished_at = NULL
       WHERE delivery_id = $2 AND project_id = $1 AND state = 'failed'
         AND channel_id IN (SELECT channel_id FROM notification_channels WHERE enabled)`,
      [projectId, id, now],
    );
    return count > 0;
  }

  /** Newest first. */
  async list(
    filter: DeliveryFilter,
  ): Promise<{ deliveries: NotificationDelivery[]; next: DeliveryPosition | null }> {
    const rows = await this.dataSource.query<DeliveryRow[]>(logged, [
      filter.projectId,
      filter.channelId ?? null,
      filter.state ?? null,
      filter.deliveryId ?? null,
      filter.after?.composedAt ?? null,
      filter.after?.deliveryId ?? null,
      filter.limit + 1,
    ]);
    const shown = rows.slice(0, filter.limit);
    const last = rows.length > filter.limit ? shown.at(-1) : undefined;
    return {
      deliveries: shown.map(toDelivery),
      next: last ? { composedAt: last.composed_at, deliveryId: last.delivery_id } : null,
    };
  }

  /** Forgets notices and deliveries that are older than their time. */
  async forget(noticesBefore: Date, deliveriesBefore: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM notification_outbox WHERE enqueued_at < $1', [
      noticesBefore,
    ]);
    await this.dataSource.query(
      `DELETE FROM notification_deliveries WHERE composed_at < $1
         AND state IN ('sent', 'failed', 'discarded')`,
      [deliveriesBefore],
    );
  }
}

function toDelivery(row: DeliveryRow): NotificationDelivery {
  return {
    id: row.delivery_id,
    channelId: row.channel_id,
    channelName: row.channel_name,
    kind: row.kind,
    state: row.state,
    test: row.is_test,
    title: row.title,
    alertCount: row.alert_count,
    attempts: row.attempts,
    createdAt: row.composed_at.toISOString(),
    nextAttemptAt: row.state === 'pending' ? row.next_attempt_at.toISOString() : null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    responseStatus: row.response_status,
    errorCode: row.error_code,
    errorDetail: row.error_detail,
  };
}
