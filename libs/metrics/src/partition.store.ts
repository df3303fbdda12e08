import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, LOCKS } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 3;
const PREFIX = 'agent_performance_metrics_p';

/** Makes the daily partitions of the raw table, ahead of time and for late data on demand. */
@Injectable()
export class PartitionStore {
  private readonly made = new Set<number>();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Today and the days ahead, so that midnight needs no DDL. */
  async ensureAhead(): Promise<void> {
    const now = this.clock.now().getTime();
    await this.ensure(Array.from({ length: AHEAD_DAYS + 1 }, (_, day) => now + day * DAY_MS));
  }

  /** Makes what is missing for rows that started at these instants. */
  async ensure(startedAtMs: Iterable<number>): Promise<void> {
    const days = new Set<number>();
    for (const ms of startedAtMs) {
      const day = Math.floor(ms / DAY_MS);
      if (!this.made.has(day)) days.add(day);
    }
    if (days.size === 0) return;
    await this.dataSource.transaction(async (manager) => {
      // CREATE … IF NOT EXISTS of two processes at once can still collide.
      await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.partitions]);
      for (const day of days) await manager.query(partitionDdl(day));
    });
    for (const day of days) this.made.add(day);
  }

  /** Called when partitions were dropped, so that a late row makes its day anew or is refused. */
  forget(): void {
    this.made.clear();
  }
}

function partitionDdl(day: number): string {
  const from = new Date(day * DAY_MS).toISOString();
  const to = new Date((day + 1) * DAY_MS).toISOString();
  const name = PREFIX + from.slice(0, 10).replaceAll('-', '');
  return `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF agent_performance_metrics
    FOR VALUES FROM ('${from}') TO ('${to}')`;
}

/** Start of the day that a partition holds, or null for a table that is none of ours. */
export function dayOfPartition(name: string): Date | null {
  const digits = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
  if (!/^\d{8}$/.test(digits)) return null;
  return new Date(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}T00:00:00Z`);
}
