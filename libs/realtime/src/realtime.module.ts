import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { CONFIG } from '@app/platform';
import { DataSource } from 'typeorm';

import { LiveDesk } from './live.desk.js';
import { LiveGateway } from './live.gateway.js';
import { LiveHub } from './live.hub.js';
import { LivePorter } from './live.porter.js';
import { LIVE_QUERIES } from './live.queries.js';
import type { LiveQueries } from './live.queries.js';
import { LiveSnapshots } from './live.snapshots.js';
import { PlainWebSocketDoor } from './plain-websocket.door.js';
import { LIVE_AUDIENCE } from './relay/live.audience.js';
import { LiveRelay } from './relay/live.relay.js';
import { MAKE_RELAY_BUS, relayBuses } from './relay/relay.buses.js';

export interface RealtimeOptions {
  /** Modules that export what `inject` names. */
  imports?: ModuleMetadata['imports'];
  inject?: FactoryProvider['inject'];
  useFactory: (...injected: never[]) => LiveQueries;
}

/**
 * The live stream through both doors. Needs the global PlatformModule and AccessModule, and an
 * application that uses the `LiveIoAdapter`.
 */
@Module({})
export class RealtimeModule {
  /** @param options where the answers to `getAgentMetrics` and `getPerformanceTrends` come from */
  static forRoot(options: RealtimeOptions): DynamicModule {
    const queries = {
      provide: LIVE_QUERIES,
      inject: options.inject ?? [],
      useFactory: options.useFactory as (...injected: unknown[]) => LiveQueries,
    };
    return {
      module: RealtimeModule,
      imports: options.imports ?? [],
      providers: [
        queries,
        LiveHub,
        LiveSnapshots,
        LiveDesk,
        LivePorter,
        LiveGateway,
        PlainWebSocketDoor,
        LiveRelay,
        { provide: LIVE_AUDIENCE, useExisting: LiveHub },
        {
          provide: MAKE_RELAY_BUS,
          inject: [CONFIG, { token: DataSource, optional: true }],
          useFactory: relayBuses,
        },
      ],
      exports: [LiveHub, LiveRelay],
    };
  }
}
