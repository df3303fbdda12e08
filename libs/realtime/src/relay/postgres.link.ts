import { Socket } from 'node:net';

import { Logger } from '@nestjs/common';
import { BoundedClient } from '@app/platform';
import type pg from 'pg';

import type { AdapterLink } from './adapter.bus.js';

const PATIENCE_MS = 10_000;

/**
 * One connection of its own for everything that the adapter does: LISTEN must not share a pool
 * with ingest, and on one connection what is said stays in order. Takes the place of the pool that
 * the adapter asks for; the adapter sees to reconnecting.
 */
export class PostgresLink implements AdapterLink {
  pending = 0;
  onConnected: () => void = () => undefined;
  private readonly logger = new Logger(PostgresLink.name);
  private client?: pg.Client;
  private closed = false;

  constructor(private readonly url: string) {}

  get isConnected(): boolean {
    return this.client !== undefined;
  }

  /** What the adapter calls for a client to listen with. */
  async connect(): Promise<pg.Client & { release(): void }> {
    if (this.closed) return new Promise(() => undefined);
    const socket = new Socket();
    const client = new BoundedClient({
      connectionString: this.url,
      application_name: 'agent-performance-tracker live',
      connectionTimeoutMillis: PATIENCE_MS,
      // Ends a link that has gone silent: this process says something now and then.
      query_timeout: PATIENCE_MS,
      stream: () => socket,
    });
    // An error is followed by the end, and the end by another attempt.
    client.on('error', () => socket.destroy());
    try {
      await client.connect();
    } catch (error) {
      socket.destroy();
      this.logger.warn({ event: 'relay.unreachable', error: reasonOf(error) });
      throw error;
    }
    client.once('end', () => this.lose(client));
    this.client = client;
    // After the adapter has said LISTEN, which it does next.
    setImmediate(() => this.onConnected());
    return Object.assign(client, { release: () => undefined });
  }

  /** What the adapter calls to notify, and to store and read what is too long for that. */
  async query(sql: string, parameters?: unknown[]): Promise<pg.QueryResult> {
    const { client } = this;
    if (!client) throw new Error('The relay is not connected');
    this.pending += 1;
    try {
      return await client.query(sql, parameters);
    } catch (error) {
      this.logger.warn({ event: 'relay.query.failed', error: reasonOf(error) });
      throw error;
    } finally {
      this.pending -= 1;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const { client } = this;
    this.client = undefined;
    client?.removeAllListeners('end');
    await client?.end().catch(() => undefined);
  }

  private lose(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.logger.warn({ event: 'relay.disconnected' });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
