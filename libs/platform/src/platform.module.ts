import { Global, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { CLOCK, systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { AppConfig } from './config.js';
import { CONFIG } from './config.token.js';
import { EventBus } from './event-bus.js';
import { PoolWatch } from './pool-watch.js';
import type { WatchedPool } from './pool-watch.js';
import { UpgradeRouter } from './sockets/upgrade.router.js';

export interface PlatformOptions {
  config: AppConfig;
  /** Initialised and migrated. Closed when the application closes. */
  dataSource: DataSource;
  clock?: Clock;
}

/** What every room may ask for: configuration, clock, bus, upgrades and database. */
@Global()
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(private readonly dataSource: DataSource) {}

  static forRoot(options: PlatformOptions): DynamicModule {
    const pools = new PoolWatch();
    const { master } = options.dataSource.driver as unknown as { master?: WatchedPool };
    if (master) pools.watch('main', master);
    return {
      module: PlatformModule,
      providers: [
        EventBus,
        UpgradeRouter,
        { provide: PoolWatch, useValue: pools },
        { provide: CONFIG, useValue: options.config },
        { provide: CLOCK, useValue: options.clock ?? systemClock },
        { provide: DataSource, useValue: options.dataSource },
      ],
      exports: [EventBus, PoolWatch, UpgradeRouter, CONFIG, CLOCK, DataSource],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
