import { Inject, Injectable } from '@nestjs/common';
import { AccessPolicy } from '@app/access';
import { RollupService } from '@app/aggregation';
import type { Project, ProjectRetention, RetentionTimes, Status, StoreSize } from '@app/contracts';
import { IngestPipe, RetentionBook, dayOfPartition } from '@app/metrics';
import { APP_VERSION, CLOCK, CONFIG, readDurability } from '@app/platform';
import type { AppConfig, Clock } from '@app/platform';

import { ReadDatabase } from './read/read-database.js';
import { readStoreSize } from './store-size.reader.js';

const MEASURED_FOR_MS = 60_000;

/** The tracker about itself. */
@Injectable()
export class StatusService {
  private readonly startedAt: Date;
  private measured: StoreSize | undefined;

  constructor(
    private readonly reads: ReadDatabase,
    private readonly pipe: IngestPipe,
    private readonly rollups: RollupService,
    private readonly book: RetentionBook,
    private readonly policy: AccessPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {
    this.startedAt = clock.now();
  }

  /**
   * `live` is filled in by whoever knows the sockets.
   * @param isKnown tells by its id whether a project is to be named
   */
  async status(isKnown: (projectId: number) => boolean): Promise<Omit<Status, 'live'>> {
    const [dirty] = await this.reads.query<{ count: number; oldest: Date | null }>(
      `SELECT coalesce(sum(count), 0)::int AS count, min(oldest) AS oldest FROM (
         SELECT sum(marks) AS count, min(first_bucket) AS oldest FROM dirty_groups
         UNION ALL SELECT count(*), min(bucket_start)
         FROM (SELECT DISTINCT agent_key, bucket_start FROM dirty_buckets) AS single
       ) AS marks`,
    );
    return {
      version: APP_VERSION,
      startedAt: this.startedAt.toISOString(),
      database: await this.database(),
      access: this.policy.reliesOnProxy ? 'open' : 'guarded',
      ingest: {
        queuedRecords: this.pipe.queuedRecords,
        accepted: this.pipe.counts.accepted,
        duplicates: this.pipe.counts.duplicates,
        rejected: this.pipe.counts.rejected,
        refused: this.pipe.counts.refused,
        refusedUnread: this.pipe.counts.refusedUnread,
      },
      aggregation: {
        dirtyBuckets: dirty?.count ?? 0,
        oldestDirtyAt: dirty?.oldest?.toISOString() ?? null,
        lagMs: await this.rollups.lagMs(),
        lastJob: await this.rollups.lastJob(),
      },
      retention: {
        rawDays: this.config.rawRetentionDays,
        oldestRawDay: await this.oldestRawDay(),
        projects: await this.retention(isKnown),
        defaults: this.defaults(),
      },
      store: await this.store(),
    };
  }

  /** @param isKnown tells by its id whether a project is to be listed */
  async projects(isKnown: (projectId: number) => boolean = () => true): Promise<Project[]> {
    const rows = await this.reads.query<{
      project_id: number;
      slug: string;
      name: string;
      agents: number;
      last_active: Date | null;
    }>(
      `SELECT p.project_id, p.slug, p.name, count(a.agent_key)::int AS agents, max(a.last_seen_at) AS last_active
       FROM projects p LEFT JOIN agents a ON a.project_id = p.project_id
       WHERE p.archived_at IS NULL
       GROUP BY p.project_id, p.slug, p.name ORDER BY p.project_id`,
    );
    const known = rows.filter((row) => isKnown(row.project_id));
    return known.map((row) => ({
      slug: row.slug,
      name: row.name,
      agentCount: row.agents,
      lastActiveAt: row.last_active?.toISOString() ?? null,
    }));
  }

  private async database(): Promise<Status['database']> {
    const [row] = await this.reads.query<{ version: string }>(
      `SELECT current_setting('server_version') AS version`,
    );
    return {
      version: row?.version ?? '',
      embedded: this.config.databaseUrl === undefined,
      ...(await readDurability((sql, parameters) => this.reads.query(sql, parameters))),
    };
  }

  private async retention(isKnown: (projectId: number) => boolean): Promise<ProjectRetention[]> {
    const own = await this.book.read();
    const rows = await this.reads.query<{ project_id: number; slug: string; at: Date | null }>(
      `SELECT p.project_id, p.slug, h.at FROM projects p
       LEFT JOIN rollup_horizons h ON h.project_id = p.project_id AND h.period = 'raw'
       WHERE p.project_id = ANY ($1::int[]) ORDER BY p.project_id`,
      [[...own.keys()].filter(isKnown)],
    );
    return rows.map((row) => {
      const { version: _v, updatedAt: _u, ...times } = this.book.of(row.project_id);
      return { project: row.slug, ...times, rawFrom: row.at?.toISOString() ?? null };
    });
  }

  private defaults(): RetentionTimes {
    const { version: _v, updatedAt: _u, ...times } = this.book.defaults();
    return times;
  }

  /** Asks the file system about every table and index: not for each of those who look. */
  private async store(): Promise<StoreSize> {
    const now = this.clock.now();
    const known = this.measured;
    if (known && now.getTime() - Date.parse(known.measuredAt) < MEASURED_FOR_MS) return known;
    this.measured = await readStoreSize(
      (sql, parameters) => this.reads.query(sql, parameters),
      now,
    );
    return this.measured;
  }

  private async oldestRawDay(): Promise<string | null> {
    const [row] = await this.reads.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY c.relname LIMIT 1`,
    );
    return (
      dayOfPartition(row?.name ?? '')
        ?.toISOString()
        .slice(0, 10) ?? null
    );
  }
}
