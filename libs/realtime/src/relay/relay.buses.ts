import { createHash } from 'node:crypto';

import type { AppConfig } from '@app/platform';
import { createAdapter as createPostgresAdapter } from '@socket.io/postgres-adapter';
import { createAdapter as createRedisAdapter } from '@socket.io/redis-streams-adapter';
import type { Namespace } from 'socket.io';
import type { DataSource } from 'typeorm';

import { AdapterBus } from './adapter.bus.js';
import { PostgresLink } from './postgres.link.js';
import { RedisLink } from './redis.link.js';
import type { RelayBus } from './relay.bus.js';

/** Made by a migration. */
const ATTACHMENTS = 'live_attachments';
const PREFIX = 'apt-live';
/** The relay has beats of its own; the adapter's are of no use to it. */
const ADAPTER_BEATS = { heartbeatInterval: 60_000, heartbeatTimeout: 180_000 };

/** Makes the bus to the other processes; null where there can be none. */
export type MakeRelayBus = (namespace: Namespace) => RelayBus | null;

export const MAKE_RELAY_BUS = Symbol('MAKE_RELAY_BUS');

/**
 * Redis where one is configured, otherwise the database. An embedded database has one process
 * only.
 */
export function relayBuses(
  { redisUrl, databaseUrl }: Pick<AppConfig, 'redisUrl' | 'databaseUrl'>,
  dataSource?: DataSource,
): MakeRelayBus {
  return (namespace) => {
    if (databaseUrl === undefined || !dataSource) return null;
    if (redisUrl === undefined) return postgresBus(namespace, databaseUrl);
    return redisBus(namespace, redisUrl, () => nameOf(dataSource, databaseUrl));
  };
}

function postgresBus(namespace: Namespace, url: string): RelayBus {
  const link = new PostgresLink(url);
  const makeAdapter = (): ((nsp: Namespace) => unknown) =>
    createPostgresAdapter(link as never, {
      ...ADAPTER_BEATS,
      channelPrefix: PREFIX,
      tableName: ATTACHMENTS,
      // Failures are told by the link.
      errorHandler: () => undefined,
    });
  return new AdapterBus(namespace, () => Promise.resolve(makeAdapter()), link);
}

function redisBus(namespace: Namespace, url: string, name: () => Promise<string>): RelayBus {
  const link = new RedisLink(url);
  const prepare = async (): Promise<(nsp: Namespace) => unknown> => {
    const prefix = `${PREFIX}:${await name()}`;
    return createRedisAdapter(link.client, { streamName: prefix, channelPrefix: prefix });
  };
  return new AdapterBus(namespace, prepare, link);
}

/** Tells databases apart that share one Redis, however their addresses are spelt. */
async function nameOf(dataSource: DataSource, url: string): Promise<string> {
  const rows = await dataSource
    .query<{ name: string }[]>(
      `SELECT system_identifier || ':' || (SELECT oid FROM pg_database
         WHERE datname = current_database()) AS name FROM pg_control_system()`,
    )
    // Where it may not be asked, the address has to do.
    .catch(() => []);
  const { host, pathname } = new URL(url);
  const name = rows[0]?.name ?? host + pathname;
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}
