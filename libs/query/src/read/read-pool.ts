import { Logger } from '@nestjs/common';
import { BoundedClient, DomainError } from '@app/platform';
import pg from 'pg';
import type { PoolClient, QueryConfig } from 'pg';

import type { Canceller } from './canceller.js';

/** Not waited for by anybody, so it has a limit of its own, milliseconds. */
const ROLLBACK: QueryConfig & { query_timeout: number } = { text: 'ROLLBACK', query_timeout: 5000 };

export interface ReadPoolOptions {
  url: string;
  name: string;
  size: number;
  /** After this the database gives up by itself, should nobody be left to cancel. */
  statementTimeoutMs: number;
}

/** A connection for a while. */
export interface Loan {
  client: PoolClient;
  /** Ends the transaction; to be called once, whatever happened. */
  giveBack(): Promise<void>;
}

/** Connections that can be taken from their work at any moment. */
export class ReadPool {
  private readonly logger = new Logger(ReadPool.name);
  private readonly pool: pg.Pool;

  /** @param canceller what ends the statements of those who do not wait any more */
  constructor(
    options: ReadPoolOptions,
    private readonly canceller: Canceller,
  ) {
    this.pool = new pg.Pool({
      Client: BoundedClient,
      connectionString: options.url,
      application_name: `agent-performance-tracker-${options.name}`,
      options: '-c timezone=UTC',
      max: options.size,
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout: 120_000,
    });
    // Without listeners a lost connection, idle or at work, would end the process.
    this.pool.on('error', this.report);
    this.pool.on('connect', (client) => client.on('error', this.report));
  }

  /**
   * Lends a connection. When `signal` aborts, what the connection is doing is cancelled in the
   * database and the connection closed: a late cancel must not hit its next user.
   * @throws DomainError `overloaded` (503) if aborted before a connection became free
   */
  async lend(signal: AbortSignal): Promise<Loan> {
    const client = await this.connect(signal);
    let cancelling: Promise<void> | undefined;
    let over = false;
    const cancel = (): void => {
      cancelling = this.cancel(client, () => over);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    const giveBack = async (): Promise<void> => {
      // Nothing was written, so there is nothing to commit.
      if (!signal.aborted) await client.query(ROLLBACK).catch(() => undefined);
      over = true;
      signal.removeEventListener('abort', cancel);
      client.release(signal.aborted);
      await cancelling;
    };
    return { client, giveBack };
  }

  /** For those who observe. */
  get watched(): pg.Pool {
    return this.pool;
  }

  async end(): Promise<void> {
    await this.pool.end();
  }

  private async connect(signal: AbortSignal): Promise<PoolClient> {
    const pending = this.pool.connect();
    let refuse = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      refuse = () =>
        reject(new DomainError('overloaded', 503, 'Too many reads at once', undefined, 2));
    });
    if (signal.aborted) refuse();
    signal.addEventListener('abort', refuse, { once: true });
    try {
      return await Promise.race([pending, aborted]);
    } catch (error) {
      pending.then(
        (client) => client.release(),
        () => undefined,
      );
      throw error;
    } finally {
      signal.removeEventListener('abort', refuse);
    }
  }

  private async cancel(client: PoolClient, over: () => boolean): Promise<void> {
    const { processID, connection } = client as unknown as {
      processID: number;
      connection: { stream: { destroy(): void } };
    };
    try {
      await this.canceller.cancel(processID, over);
    } catch (error) {
      this.report(error);
      connection.stream.destroy();
    }
  }

  private readonly report = (error: unknown): void => reportLost(this.logger, error);
}

export function reportLost(logger: Logger, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  logger.warn({ event: 'database.connection.lost', reason });
}
