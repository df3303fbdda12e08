import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { AggregationJob } from '@app/contracts';
import { timeOrderedId } from '@app/metrics';
import { CLOCK, DomainError, LOCKS } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';

import { FreshGroups } from './fresh-groups.js';
import { markRange, requireRebuildable } from './refresh-window.js';
import type { RebuildRange } from './refresh-window.js';
import { rollUpDirty, rollUpGroups } from './roller.js';
import { inSnapshot } from './rolling.js';
import { agentsWithout, dropOtherWindows, windowsAt, writeWindows } from './window.keeper.js';

/** Buckets that are recomputed in one transaction. */
const CHUNK = 10_000;
/** Marks whose rows are added in one transaction. */
const FRESH_MARKS = 400_000;
/** Marks of another process that are older than this are nobody's any more. */
const FORSAKEN_MS = 10_000;

interface JobRow {
  job_id: string;
  state: AggregationJob['state'];
  started_at: Date;
  finished_at: Date | null;
  buckets: number;
  error: string | null;
}

/** Runs the roller: one job at a time, whichever process it is in. */
@Injectable()
export class RollupService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(RollupService.name);
  private current: Promise<void> | null = null;
  /** Whether `current` is at work outside of a job. */
  private sweeping = false;
  private stopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly fresh: FreshGroups,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Begins a job. It goes on after this has returned.
   * @param range rebuild everything in it, not only what is dirty
   * @throws DomainError `aggregation-running` (409) when one is at work, here or in another process;
   * `invalid-request` (422) when raw rows of the range were removed
   */
  async start(range?: RebuildRange): Promise<AggregationJob> {
    if (range) {
      await requireRebuildable((sql, values) => this.dataSource.query(sql, values), range);
    }
    const runner = await this.lockForJob();
    if (!runner) throw new DomainError('aggregation-running', 409);
    return this.find(await this.begin(runner, range));
  }

  private async lockForJob(): Promise<QueryRunner | null> {
    // What is done outside of jobs is short, and nobody need know of it.
    if (this.sweeping) await this.current;
    return this.lock();
  }

  private async begin(runner: QueryRunner, range?: RebuildRange): Promise<string> {
    const jobId = randomUUID();
    try {
      const now = this.clock.now();
      // Whoever holds the lock knows that no other job can be alive.
      await runner.query(
        `UPDATE aggregation_jobs SET state = 'failed', finished_at = $1, error = 'The process ended'
         WHERE state = 'running'`,
        [now],
      );
      await runner.query(
        `INSERT INTO aggregation_jobs (job_id, state, started_at) VALUES ($1, 'running', $2)`,
        [jobId, now],
      );
    } catch (error) {
      await this.unlock(runner);
      throw away(error);
    }
    this.current = this.run(runner, jobId, range).finally(() => {
      this.current = null;
      this.sweeping = false;
    });
    return jobId;
  }

  /** Rolls up what is dirty and waits for the end; does nothing when there is nothing to do. */
  async runIfDirty(): Promise<void> {
    const runner = await this.lockForJob();
    if (!runner) return;
    // Asked under the lock: of processes that wake up together only the first finds something.
    if (await this.isDirty(runner)) await this.begin(runner);
    else {
      await this.unlock(runner);
      return this.sweep();
    }
    await this.current;
  }

  private async isDirty(runner: QueryRunner): Promise<boolean> {
    try {
      const [row] = (await runner.query(
        `SELECT EXISTS (SELECT 1 FROM dirty_groups) OR EXISTS (SELECT 1 FROM dirty_buckets) AS dirty`,
      )) as { dirty: boolean }[];
      return row?.dirty ?? false;
    } catch (error) {
      await this.unlock(runner);
      throw away(error);
    }
  }

  /**
   * Between the jobs: rolls up what came through this process, what nobody has taken for a while,
   * and keeps the windows. Does nothing while somebody else is at it.
   */
  async sweep(): Promise<void> {
    if (this.current || this.stopping) return;
    const work = this.sweepLocked().catch((error: unknown) => {
      this.logger.warn({ event: 'rollup.sweep.failed', error: String(error) });
    });
    this.sweeping = true;
    this.current = work.finally(() => {
      this.current = null;
      this.sweeping = false;
    });
    await this.current;
  }

  /** Whether a transaction sees all of the database at one instant, so that reads may remember. */
  get hasOneSnapshot(): boolean {
    return this.fresh.isKept;
  }

  /** @throws DomainError `unknown-job` (404) */
  async find(jobId: string): Promise<AggregationJob> {
    const rows = await this.dataSource.query<JobRow[]>(
      'SELECT * FROM aggregation_jobs WHERE job_id = $1',
      [jobId],
    );
    if (!rows[0]) throw new DomainError('unknown-job', 404);
    return toJob(rows[0]);
  }

  async lastJob(): Promise<AggregationJob | null> {
    const rows = await this.dataSource.query<JobRow[]>(
      'SELECT * FROM aggregation_jobs ORDER BY started_at DESC, job_id LIMIT 1',
    );
    return rows[0] ? toJob(rows[0]) : null;
  }

  /** How long ago the oldest executions were stored that are in no rollup yet, ms. */
  async lagMs(): Promise<number> {
    // Ids of version 7 begin with the time; others are of marks that somebody made by hand.
    const [row] = await this.dataSource.query<{ first: string | null }[]>(
      `SELECT min(id) AS first FROM (
         SELECT min(mark_id::text) AS id FROM dirty_groups
         UNION ALL SELECT min(mark_id::text) FROM dirty_buckets
         WHERE mark_id::text LIKE '______________7%') AS marks`,
    );
    if (!row?.first) return 0;
    return Math.max(0, Date.now() - parseInt(row.first.slice(0, 13).replace('-', ''), 16));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.current;
  }

  private async sweepLocked(): Promise<void> {
    const runner = await this.lock();
    if (!runner) return;
    try {
      const forsaken = this.fresh.isKept ? timeOrderedId(Date.now() - FORSAKEN_MS) : null;
      await this.rollUp(runner, forsaken);
      await this.keepWindows(runner);
    } finally {
      await this.unlock(runner);
    }
  }

  private async run(runner: QueryRunner, jobId: string, range?: RebuildRange): Promise<void> {
    let buckets = 0;
    try {
      if (range) await inSnapshot(runner, ({ query }) => markRange(query, range));
      await this.rollUp(runner, null, (count) => {
        buckets += count;
      });
      await this.finish(runner, jobId, buckets, null);
      this.sweeping = true;
      await this.keepWindows(runner);
    } catch (error) {
      this.logger.error({ event: 'rollup.failed', jobId, error: String(error) });
      // By any connection: the one of the job may be what was lost.
      await this.finish(this.dataSource, jobId, buckets, 'The database refused or was lost').catch(
        () => {
          // Without a database the row stays; the next job marks it as failed.
        },
      );
    } finally {
      await this.unlock(runner);
    }
  }

  /** @param before of what this process does not know, only marks with smaller ids; null for all */
  private async rollUp(
    runner: QueryRunner,
    before: string | null,
    count: (buckets: number) => void = () => undefined,
  ): Promise<void> {
    // What comes in meanwhile is for the next round: rows cost less the more of them go together.
    let waiting = this.fresh.size;
    while (waiting > 0 && !this.stopping) {
      const groups = this.fresh.oldest(FRESH_MARKS);
      count(await inSnapshot(runner, (rolling) => rollUpGroups(rolling, groups)));
      this.fresh.forget(groups.keys());
      waiting -= groups.size;
    }
    const also = this.fresh.unfitIds;
    for (let done = CHUNK; done === CHUNK && !this.stopping; count(done)) {
      done = await inSnapshot(runner, (rolling) =>
        rollUpDirty(rolling, CHUNK, { before, also, except: this.fresh.ids }),
      );
      this.fresh.forget(also);
    }
  }

  private async keepWindows(runner: QueryRunner): Promise<void> {
    const windows = windowsAt(this.clock.now().getTime());
    for (const window of windows) {
      const chunks = await agentsWithout(
        (sql, parameters) => runner.query(sql, parameters),
        window,
      );
      for (const chunk of chunks) {
        if (this.stopping) return;
        await inSnapshot(runner, (rolling) => writeWindows(rolling, chunk, window));
      }
    }
    await dropOtherWindows((sql, parameters) => runner.query(sql, parameters), windows);
  }

  private async finish(
    by: { query(sql: string, parameters: unknown[]): Promise<unknown> },
    jobId: string,
    buckets: number,
    error: string | null,
  ): Promise<void> {
    await by.query(
      `UPDATE aggregation_jobs SET state = $2, finished_at = $3, buckets = $4, error = $5
       WHERE job_id = $1`,
      [jobId, error === null ? 'succeeded' : 'failed', this.clock.now(), buckets, error],
    );
    if (buckets > 0) this.logger.log({ event: 'rollup.finished', jobId, buckets });
  }

  /** A connection that holds the lock, or null when another one does. */
  private async lock(): Promise<QueryRunner | null> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [
        LOCKS.aggregate,
      ])) as { locked: boolean }[];
      if (row?.locked) return runner;
    } catch (error) {
      await runner.release();
      throw away(error);
    }
    await runner.release();
    return null;
  }

  private async unlock(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT pg_advisory_unlock($1)', [LOCKS.aggregate]).catch(() => {
      // A lost connection has lost its lock too.
    });
    await runner.release();
  }
}

/** A runner whose connection was lost between two statements only says that it was released. */
function away(error: unknown): unknown {
  if (!(error instanceof QueryRunnerAlreadyReleasedError)) return error;
  return new DomainError('storage-unavailable', 503, undefined, undefined, 2);
}

function toJob(row: JobRow): AggregationJob {
  return {
    jobId: row.job_id,
    state: row.state,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    buckets: row.buckets,
    error: row.error,
  };
}
