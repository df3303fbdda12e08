import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { Injectable } from '@nestjs/common';
import type { Severity, SystemAlert, SystemCondition } from '@app/contracts';
import { DataSource } from 'typeorm';

import type { Change, Episode } from './conditions.js';

/** A process that has not spoken of its episode for so long is gone. */
export const FORSAKEN_MS = 60_000;
/** What waits for the database to come back; older news gives way. */
const MOST_WAITING = 200;

interface Row {
  alert_id: string;
  process: string;
  condition: SystemCondition;
  severity: Severity;
  detail: string;
  fired_at: Date;
  last_seen_at: Date;
  resolved_at: Date | null;
}

interface Entry {
  id: string;
  episode: Episode;
  resolvedAtMs: number | null;
}

const write = `
INSERT INTO system_alerts (alert_id, process, condition, severity, detail, fired_at, last_seen_at,
  resolved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (alert_id) DO UPDATE SET severity = EXCLUDED.severity, detail = EXCLUDED.detail,
  last_seen_at = EXCLUDED.last_seen_at, resolved_at = EXCLUDED.resolved_at`;

/** The episodes of all processes, kept for ninety days. */
@Injectable()
export class SystemAlertStore {
  private readonly process = `${hostname()}/${process.pid}`;
  private readonly ids = new Map<SystemCondition, string>();
  private waiting = new Map<string, Entry>();

  constructor(private readonly dataSource: DataSource) {}

  /** Notes what has changed; it is written as soon as the database takes it. */
  note(changes: readonly Change[], nowMs: number): void {
    for (const { kind, episode } of changes) {
      const id = this.ids.get(episode.condition) ?? randomUUID();
      if (kind === 'resolved') this.ids.delete(episode.condition);
      else this.ids.set(episode.condition, id);
      this.waiting.set(id, { id, episode, resolvedAtMs: kind === 'resolved' ? nowMs : null });
    }
    for (const id of this.waiting.keys()) {
      if (this.waiting.size <= MOST_WAITING) break;
      this.waiting.delete(id);
    }
  }

  /** @throws the database's error; what was not written stays noted */
  async flush(): Promise<void> {
    for (const [id, entry] of this.waiting) {
      const { condition, severity, detail, firedAtMs, lastBadMs } = entry.episode;
      await this.dataSource.query(write, [
        id,
        this.process,
        condition,
        severity,
        detail,
        new Date(firedAtMs ?? lastBadMs),
        new Date(lastBadMs),
        entry.resolvedAtMs === null ? null : new Date(entry.resolvedAtMs),
      ]);
      // Something newer may have been noted meanwhile.
      if (this.waiting.get(id) === entry) this.waiting.delete(id);
    }
  }

  /** Newest first, of all processes. */
  async recent(now: Date, limit = 50): Promise<SystemAlert[]> {
    const rows = await this.dataSource.query<Row[]>(
      'SELECT * FROM system_alerts ORDER BY fired_at DESC, alert_id LIMIT $1',
      [limit],
    );
    return rows.map((row) => {
      const forsaken = now.getTime() - row.last_seen_at.getTime() > FORSAKEN_MS;
      const over = row.resolved_at ?? (forsaken ? row.last_seen_at : null);
      return {
        id: row.alert_id,
        process: row.process,
        condition: row.condition,
        severity: row.severity,
        detail: row.detail,
        firedAt: row.fired_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
        resolvedAt: over?.toISOString() ?? null,
      };
    });
  }

  async forget(before: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM system_alerts WHERE last_seen_at < $1', [before]);
  }
}
