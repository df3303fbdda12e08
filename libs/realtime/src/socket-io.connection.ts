import type { Socket } from 'socket.io';

import type { LiveConnection } from './live.connection.js';
import type { LiveFrame } from './live.frame.js';
import { CLOSINGS } from './live.limits.js';
import type { Closing } from './live.limits.js';

export class SocketIoConnection implements LiveConnection {
  constructor(
    readonly project: string,
    private readonly socket: Socket,
  ) {}

  send(frames: readonly LiveFrame[]): void {
    // Not by emit(): that would encode each event again for each client.
    for (const frame of frames) this.socket.conn.write(frame.socketIo());
  }

  /** What waits in the engine, and what its WebSocket (if it has come to that) has not written. */
  bufferedBytes(): number {
    const { transport } = this.socket.conn;
    const { socket: webSocket } = transport as { socket?: { bufferedAmount?: number } };
    let bytes = webSocket?.bufferedAmount ?? 0;
    // Private to the engine, and the only place that tells; the version is pinned.
    for (const packet of this.socket.conn['writeBuffer']) {
      bytes += (packet.data as string | undefined)?.length ?? 0;
    }
    return bytes;
  }

  close(closing: Closing): void {
    if (closing === CLOSINGS.rateLimited) {
      // Tells the client library not to come back by itself.
      this.socket.disconnect(true);
      return;
    }
    // To the client library this is a broken connection: it comes back and reads the state again.
    this.socket.conn.close(closing === CLOSINGS.slowConsumer);
  }
}
