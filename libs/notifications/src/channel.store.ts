import { Injectable } from '@nestjs/common';
import type { VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { ChannelRow } from './channel.js';

const columns = `channel_id, project_id, name, kind, enabled, send_resolved, filter, group_by,
  group_wait_ms, group_interval_ms, max_per_minute, settings, sealed_secrets, secret_hints, version,
  created_at, updated_at`;

const insert = `
INSERT INTO notification_channels (${columns})
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12::jsonb, $13, $14::jsonb, $15, $16, $17)
ON CONFLICT (project_id, name) DO NOTHING
RETURNING channel_id`;

const update = `
UPDATE notification_channels SET name = $3, kind = $4, enabled = $5, send_resolved = $6, filter = $7::jsonb,
  group_by = $8, group_wait_ms = $9, group_interval_ms = $10, max_per_minute = $11,
  settings = $12::jsonb, sealed_secrets = $13, secret_hints = $14::jsonb, version = $15,
  created_at = $16, updated_at = $17
WHERE channel_id = $1 AND project_id = $2`;

/** What waits for a channel that goes away, or that comes back after a while, is given up. */
const discardWaiting = `DELETE FROM notification_outbox WHERE channel_id = $1 AND composed_at IS NULL`;
const discardPending = `
UPDATE notification_deliveries SET state = 'discarded', finished_at = $2, error_code = 'channel_gone',
  error_detail = $3, lease_id = NULL, lease_until = NULL
WHERE channel_id = $1 AND state IN ('pending', 'sending')`;

/** The table of channels. */
@Injectable()
export class ChannelStore {
  constructor(private readonly dataSource: DataSource) {}

  list(projectId: number): Promise<ChannelRow[]> {
    return this.dataSource.query(
      `SELECT ${columns} FROM notification_channels WHERE project_id = $1 ORDER BY name, channel_id`,
      [projectId],
    );
  }

  async find(projectId: number, channelId: string): Promise<ChannelRow | null> {
    const [row] = await this.dataSource.query<ChannelRow[]>(
      `SELECT ${columns} FROM notification_channels WHERE project_id = $1 AND channel_id = $2`,
      [projectId, channelId],
    );
    return row ?? null;
  }

  async count(projectId: number): Promise<number> {
    const [row] = await this.dataSource.query<{ n: number }[]>(
      'SELECT count(*)::integer AS n FROM notification_channels WHERE project_id = $1',
      [projectId],
    );
    return row?.n ?? 0;
  }

  /** @returns whether its name was free */
  async create(row: ChannelRow): Promise<boolean> {
    const made = await this.dataSource.query<unknown[]>(insert, parameters(row));
    return made.length > 0;
  }

  /**
   * Changes a channel while nobody else does.
   * @param change what it becomes; throws to leave it as it is
   * @returns null when there is none
   */
  change(
    projectId: number,
    channelId: string,
    change: (before: ChannelRow) => ChannelRow,
  ): Promise<ChannelRow | 'name-taken' | null> {
    return this.dataSource.transaction(async (manager) => {
      const before = await this.locked(manager, projectId, channelId);
      if (!before) return null;
      const after = change(before);
      const [taken] = await manager.query<unknown[]>(
        `SELECT 1 FROM notification_channels
         WHERE project_id = $1 AND name = $2 AND channel_id <> $3`,
        [projectId, after.name, channelId],
      );
      if (taken) return 'name-taken';
      await manager.query(update, parameters(after));
      if (before.enabled !== after.enabled) {
        await this.discard(
          manager,
          after.channel_id,
          after.updated_at,
          'The channel was switched off',
        );
      }
      return after;
    });
  }

  /** @returns null when there is none, false when it has none of the wanted versions */
  remove(
    projectId: number,
    channelId: string,
    condition: VersionCondition | null,
    now: Date,
  ): Promise<boolean | null> {
    return this.dataSource.transaction(async (manager) => {
      const before = await this.locked(manager, projectId, channelId);
      if (!before) return null;
      if (Array.isArray(condition) && !condition.includes(before.version)) return false;
      await manager.query('DELETE FROM notification_channels WHERE channel_id = $1', [channelId]);
      await manager.query('DELETE FROM notification_open_alerts WHERE channel_id = $1', [
        channelId,
      ]);
      await this.discard(manager, channelId, now, 'The channel was deleted');
      return true;
    });
  }

  private async locked(
    manager: EntityManager,
    projectId: number,
    channelId: string,
  ): Promise<ChannelRow | undefined> {
    const [row] = await manager.query<ChannelRow[]>(
      `SELECT ${columns} FROM notification_channels
       WHERE project_id = $1 AND channel_id = $2 FOR NO KEY UPDATE`,
      [projectId, channelId],
    );
    return row;
  }

  private async discard(
    manager: EntityManager,
    channelId: string,
    now: Date,
    reason: string,
  ): Promise<void> {
    await manager.query(discardWaiting, [channelId]);
    await manager.query(discardPending, [channelId, now, reason]);
  }
}

function parameters(row: ChannelRow): unknown[] {
  return [
    row.channel_id,
    row.project_id,
    row.name,
    row.kind,
    row.enabled,
    row.send_resolved,
    JSON.stringify(row.filter),
    row.group_by,
    row.group_wait_ms,
    row.group_interval_ms,
    row.max_per_minute,
    JSON.stringify(row.settings),
    row.sealed_secrets,
    JSON.stringify(row.secret_hints),
    row.version,
    row.created_at,
    row.updated_at,
  ];
}
