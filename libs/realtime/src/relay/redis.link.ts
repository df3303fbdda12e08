import { Logger } from '@nestjs/common';
import { createClient } from 'redis';

import type { AdapterLink } from './adapter.bus.js';

type RedisClient = ReturnType<typeof createClient>;

const LONGEST_PAUSE_MS = 3000;
/** Several connections come back one after the other: they are announced together. */
const ANNOUNCE_MS = 50;

/** The connections that the adapter for Redis streams makes, watched. */
export class RedisLink implements AdapterLink {
  pending = 0;
  onConnected: () => void = () => undefined;
  /** What the adapter is given. */
  readonly client: RedisClient;
  private readonly logger = new Logger(RedisLink.name);
  private readonly clients: RedisClient[] = [];
  private announcing?: NodeJS.Timeout;
  private isAway = false;
  private closed = false;

  constructor(url: string) {
    this.client = this.watch(
      createClient({
        url,
        pingInterval: 10_000,
        commandsQueueMaxLength: 10_000,
        socket: {
          reconnectStrategy: (failures) =>
            Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures) * (0.5 + Math.random() / 2),
        },
      }),
    );
    this.countPublished();
    // Goes on trying until the server is there, or this is closed.
    this.client.connect().catch(() => undefined);
  }

  get isConnected(): boolean {
    return this.client.isReady;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.announcing);
    for (const client of this.clients) {
      // One that is just connecting has nothing to destroy yet.
      if (client.isOpen) client.destroy();
    }
    await Promise.resolve();
  }

  private watch(client: RedisClient): RedisClient {
    this.clients.push(client);
    client.on('error', (error: Error) => {
      if (this.isAway || this.closed) return;
      this.isAway = true;
      this.logger.warn({ event: 'relay.disconnected', error: error.message });
    });
    client.on('ready', () => {
      this.isAway = false;
      clearTimeout(this.announcing);
      this.announcing = setTimeout(() => this.onConnected(), ANNOUNCE_MS);
    });
    const duplicate = client.duplicate.bind(client);
    client.duplicate = ((...overrides: never[]) => this.watch(duplicate(...overrides))) as never;
    // The adapter calls it when it is done, perhaps after the connection has ended.
    client.disconnect = () => {
      if (client.isOpen) client.destroy();
      return Promise.resolve();
    };
    return client;
  }

  /** The adapter does not look at what becomes of what it publishes; a failure must not go astray. */
  private countPublished(): void {
    const publish = this.client.publish.bind(this.client) as (
      ...given: unknown[]
    ) => Promise<number>;
    const counted = async (...given: unknown[]): Promise<number> => {
      this.pending += 1;
      try {
        return await publish(...given);
      } catch {
        // Its number will be missing, which the others notice.
        return 0;
      } finally {
        this.pending -= 1;
      }
    };
    Object.assign(this.client, { publish: counted });
  }
}
