import { DataSource } from 'typeorm';
import type { EntityTarget, MigrationInterface, ObjectLiteral } from 'typeorm';

import { BoundedClient } from './bounded-client.js';

/** Keys of PostgreSQL advisory locks, one per thing that only one process may do at a time. */
export const LOCKS = {
  migrate: 71_001,
  aggregate: 71_002,
  retention: 71_003,
  partitions: 71_004,
  abandon: 71_005,
  alerts: 71_006,
  learnBenchmarks: 71_007,
  incidents: 71_008,
} as const;

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  entities?: EntityTarget<ObjectLiteral>[];
  migrations?: (new () => MigrationInterface)[];
  /**
   * How long the database may work on one statement. `Infinity` is for changing large tables, or
   * waiting for one who does: that takes as long as it takes.
   */
  statementTimeoutMs?: number;
}

const STATEMENT_TIMEOUT_MS = 30_000;

/** So much later an answer is not waited for: over a silent link the database's own error never arrives. */
const SILENCE_MS = 5000;

/** The TypeORM data source: never synchronised, always in UTC. */
export function createDataSource(options: DatabaseOptions): DataSource {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const limits = Number.isFinite(statementTimeoutMs) && {
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MS,
  };
  return new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: 'agent-performance-tracker',
    installExtensions: false,
    synchronize: false,
    migrationsRun: false,
    migrationsTransactionMode: 'each',
    poolSize: options.poolSize,
    connectTimeoutMS: 5000,
    extra: { ...limits, Client: BoundedClient, options: '-c timezone=UTC' },
    entities: (options.entities ?? []) as never,
    migrations: (options.migrations ?? []) as never,
  });
}

/**
 * Applies what is missing of the schema. Several processes may start at once: one migrates, the
 * others wait for it.
 * @throws Error when the database was migrated by a newer release
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCKS.migrate]);
    await refuseNewerSchema(dataSource);
    await dataSource.runMigrations();
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCKS.migrate]);
    await lock.release();
  }
}

async function refuseNewerSchema(dataSource: DataSource): Promise<void> {
  const known = new Set(
    dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name),
  );
  const [{ exists }] = (await dataSource.query<{ exists: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS exists`,
  )) as [{ exists: boolean }];
  if (!exists) return;
  const applied = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
  const stranger = applied.find(({ name }) => !known.has(name));
  if (stranger) {
    throw new Error(
      `The database was migrated by a newer release (${stranger.name}): update the tracker or use another database`,
    );
  }
}

/**
 * Runs `work` in a transaction if no other process holds the lock.
 * @returns what `work` returned, or null when another process is at it
 */
export async function withAdvisoryLock<T>(
  dataSource: DataSource,
  key: number,
  work: (query: <R>(sql: string, parameters?: unknown[]) => Promise<R[]>) => Promise<T>,
): Promise<T | null> {
  return dataSource.transaction(async (manager) => {
    const [row] = await manager.query<{ locked: boolean }[]>(
      'SELECT pg_try_advisory_xact_lock($1) AS locked',
      [key],
    );
    if (!row?.locked) return null;
    return work((sql, parameters) => manager.query(sql, parameters));
  });
}
