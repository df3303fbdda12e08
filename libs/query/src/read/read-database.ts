import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { streaming } from '@app/aggregation';
import type { Query, StreamingQuery } from '@app/aggregation';
import { CONFIG, DomainError, PoolWatch } from '@app/platform';
import type { AppConfig } from '@app/platform';
import { DataSource } from 'typeorm';

import { Canceller } from './canceller.js';
import { askedRequestId, clientSignal } from './client-signal.js';
import { ReadPool, reportLost } from './read-pool.js';
import type { Loan } from './read-pool.js';

/** Exports run for minutes; more than this many at once wait for each other. */
const EXPORTS_AT_ONCE = 2;

/** How long a read may go on when the server stops. */
const GRACE_MS = 2000;

/** What a read can ask while its snapshot lasts. */
export interface Reader {
  query: StreamingQuery;
  /** The rows of a statement a few thousand at a time, for results that must not be held whole. */
  pages<R>(sql: string, parameters: unknown[], rows?: number): AsyncGenerator<R[]>;
}

/**
 * The one door of this room to the database. Reads have connections of their own and never take
 * those of the writers; each is cancelled in the database when its client leaves or its time is up.
 */
@Injectable()
export class ReadDatabase implements BeforeApplicationShutdown, OnApplicationShutdown {
  /** How long one read, or one page of an export, may take. */
  timeLimitMs: number;
  private readonly reads: ReadPool;
  private readonly exports: ReadPool;
  private readonly closing = new AbortController();

  constructor(dataSource: DataSource, pools: PoolWatch, @Inject(CONFIG) config: AppConfig) {
    const { url = '' } = dataSource.options as { url?: string };
    this.timeLimitMs = config.readTimeoutMs;
    const statementTimeoutMs = 2 * config.readTimeoutMs;
    const size = config.databaseReadPoolSize - EXPORTS_AT_ONCE;
    const logger = new Logger(Canceller.name);
    const application_name = 'agent-performance-tracker-cancel';
    const canceller = new Canceller({ connectionString: url, application_name }, (error) =>
      reportLost(logger, error),
    );
    const common = { url, statementTimeoutMs };
    this.reads = new ReadPool({ ...common, name: 'read', size }, canceller);
    this.exports = new ReadPool({ ...common, name: 'export', size: EXPORTS_AT_ONCE }, canceller);
    pools.watch('read', this.reads.watched);
    pools.watch('export', this.exports.watched);
  }

  beforeApplicationShutdown(): void {
    setTimeout(() => this.closing.abort(), GRACE_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.reads.end(), this.exports.end()]);
  }

  /**
   * Runs reads that all see one instant of the database, and write nothing.
   * @throws DomainError `query-timeout` or `overloaded` (503)
   */
  async snapshot<T>(read: (reader: Reader) => Promise<T>): Promise<T> {
    // A timer that is stopped: thousands of signals that end by themselves would all still do so.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.timeLimitMs);
    const signal = this.signalWith(late.signal);
    const loan = await this.reads.lend(signal).catch((error: unknown) => {
      clearTimeout(timer);
      throw error;
    });
    try {
      const result = await read(readerOf(loan, signal, begin('read')));
      // Nobody need wait until the connection is free again.
      void loan.giveBack();
      return result;
    } catch (error) {
      await loan.giveBack();
      throw signal.aborted ? this.brokenOff() : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The rows of a single statement. */
  readonly query: Query = <R>(sql: string, parameters?: unknown[]) =>
    this.snapshot(({ query }) => query<R>(sql, parameters));

  /**
   * The rows of one statement as of one instant, however many, a page at a time. A page is only
   * read when the one before was taken, so memory stays flat; each has the time of a whole read.
   */
  async *export<R>(sql: string, parameters: unknown[], rows: number): AsyncGenerator<R[]> {
    const late = new AbortController();
    const signal = this.signalWith(late.signal);
    const clock = (): NodeJS.Timeout => setTimeout(() => late.abort(), this.timeLimitMs);
    let timer = clock();
    const loan = await this.exports.lend(signal).finally(() => clearTimeout(timer));
    try {
      timer = clock();
      await loan.client.query(begin('export'));
      // Everything will be read: the plan that gives the first rows soonest is the wrong one.
      await loan.client.query('SET LOCAL cursor_tuple_fraction = 1');
      for await (const page of readerOf(loan, signal).pages<R>(sql, parameters, rows)) {
        clearTimeout(timer);
        yield page;
        timer = clock();
      }
    } catch (error) {
      throw signal.aborted ? this.brokenOff() : error;
    } finally {
      clearTimeout(timer);
      await loan.giveBack();
    }
  }

  /** Aborts with the limit, or when the client leaves, or when the server stops. */
  private signalWith(limit: AbortSignal): AbortSignal {
    return AbortSignal.any([limit, this.closing.signal, clientSignal() ?? limit]);
  }

  private brokenOff(): DomainError {
    return new DomainError(this.closing.signal.aborted ? 'shutting-down' : 'query-timeout', 503);
  }
}

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * Begins a read, and has the database name the request that it is for: in `pg_stat_activity` and
 * its log, in the same round trip. As much of the id as the name has room for.
 */
function begin(pool: 'read' | 'export'): string {
  const requestId = askedRequestId()?.replaceAll('-', '').slice(0, 30) ?? '';
  if (!/^[0-9a-f]+$/.test(requestId)) return BEGIN;
  return `${BEGIN}; SET LOCAL application_name = 'agent-performance-tracker-${pool}/${requestId}'`;
}

/** @param opening a statement that goes before the first one, with it where that can be */
function readerOf(loan: Loan, signal: AbortSignal, opening = ''): Reader {
  let cursors = 0;
  let unsaid = opening;
  const prefix = (): string => {
    signal.throwIfAborted();
    const first = unsaid === '' ? '' : `${unsaid}; `;
    unsaid = '';
    return first;
  };
  const run: Query = async <R>(sql: string, parameters?: unknown[]) => {
    const first = prefix();
    if (first !== '') await loan.client.query(first);
    signal.throwIfAborted();
    return (await loan.client.query(sql, parameters)).rows as R[];
  };
  const query = streaming(run, loan.client, prefix);
  return {
    query,
    async *pages<R>(sql: string, parameters: unknown[], rows = 5000) {
      const name = `read_${++cursors}`;
      await query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, parameters);
      for (;;) {
        const page = await query<R>(`FETCH FORWARD ${rows} FROM ${name}`);
        if (page.length > 0) yield page;
        if (page.length < rows) break;
      }
      await query(`CLOSE ${name}`);
    },
  };
}
