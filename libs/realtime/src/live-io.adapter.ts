import { IoAdapter } from '@nestjs/platform-socket.io';
import { UpgradeRouter } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import type { Server, ServerOptions } from 'socket.io';

import { LIVE_LIMITS } from './live.limits.js';

/**
 * Socket.IO with our guards. `cors` would not keep foreign pages out (it does not apply to
 * WebSockets), so every handshake is asked for its Host and Origin. Connection state recovery
 * stays off: it would let a client back in without asking.
 */
export class LiveIoAdapter extends IoAdapter {
  constructor(private readonly application: INestApplicationContext) {
    super(application);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const guarded = {
      ...options,
      serveClient: false,
      maxHttpBufferSize: LIVE_LIMITS.messageBytes,
      perMessageDeflate: false,
      connectTimeout: LIVE_LIMITS.admissionMs,
      // The engine would cut the other doors' upgrades when the project's look-up takes a second,
      // and keep a timer for each: the upgrade router refuses what belongs to nobody.
      destroyUpgrade: false,
      allowRequest: (request, decide) => {
        const refused = this.application.get(UpgradeRouter).refuseForeign(request.headers);
        // Who has not said who they are holds a place as well: in the engine, and not for long.
        const isFull = server.engine.clientsCount >= LIVE_LIMITS.connections;
        decide(refused?.code ?? (isFull ? 'overloaded' : null), refused === null && !isFull);
      },
    } satisfies Partial<ServerOptions>;
    const server = super.createIOServer(port, guarded as ServerOptions);
    return server;
  }
}
