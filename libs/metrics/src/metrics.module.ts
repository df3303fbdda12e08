import { Inject, Logger, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { BoundedClient, PoolWatch } from '@app/platform';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';

import { AgentRegistry } from './agent.registry.js';
import { GroupWriter, INGEST_POOL } from './group.writer.js';
import { IngestSocketDoor } from './ingest-socket.door.js';
import { IngestPipe } from './ingest.pipe.js';
import { IngestService } from './ingest.service.js';
import { MetricStore } from './metric.store.js';
import { MetricsController } from './metrics.controller.js';
import { PartitionStore } from './partition.store.js';
import { RetentionBook } from './retention.book.js';
import { RunningStore } from './running.store.js';
import { UpkeepScheduler } from './upkeep.scheduler.js';

/** Two groups are on their way at once at most. */
export const INGEST_CONNECTIONS = 2;

/** Writers have connections of their own, so that slow reads never hold up an ingest. */
function createIngestPool(dataSource: DataSource, pools: PoolWatch): Pool {
  const { url } = dataSource.options as { url?: string };
  const pool = new Pool({
    Client: BoundedClient,
    connectionString: url,
    max: INGEST_CONNECTIONS,
    connectionTimeoutMillis: 5000,
    statement_timeout: 20_000,
    // The server's own limit does not reach us over a link that has gone silent.
    query_timeout: 25_000,
    application_name: 'agent-performance-tracker-ingest',
    // The second setting is a cluster's: one connection per worker, so that what one group writes it
    // also sees. Plain PostgreSQL accepts a dotted setting that it does not know.
    options: '-c timezone=UTC -c citus.max_adaptive_executor_pool_size=1',
  });
  // Without listeners a lost connection, idle or at work, would end the process.
  const report = (error: Error): void => {
    new Logger('IngestPool').warn({ event: 'database.connection.lost', reason: error.message });
  };
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));
  pools.watch('ingest', pool);
  return pool;
}

@Module({
  controllers: [MetricsController],
  providers: [
    AgentRegistry,
    GroupWriter,
    IngestPipe,
    IngestService,
    IngestSocketDoor,
    MetricStore,
    PartitionStore,
    RetentionBook,
    RunningStore,
    UpkeepScheduler,
    { provide: INGEST_POOL, useFactory: createIngestPool, inject: [DataSource, PoolWatch] },
  ],
  exports: [IngestPipe, IngestService, PartitionStore, RetentionBook],
})
export class MetricsModule implements BeforeApplicationShutdown {
  constructor(
    @Inject(INGEST_POOL) private readonly pool: Pool,
    private readonly pipe: IngestPipe,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.pipe.drain();
    await this.pool.end();
  }
}
