import type { Socket } from 'socket.io';

import type { Entrance } from '@app/access';
import type { Scope } from '@app/contracts';

import type { LiveConnection } from './live.connection.js';
import { CLOSINGS } from './live.limits.js';
import type { Closing } from './live.limits.js';
import type { LiveParcel } from './live.parcel.js';

const REVOKED = 'The key or the session has ended, or may do something else now';

interface Waiting {
  data?: string;
  options?: { wsPreEncodedFrame?: readonly Buffer[] };
}

export class SocketIoConnection implements LiveConnection {
  constructor(
    private readonly entrance: Entrance,
    private readonly socket: Socket,
    readonly isHeld = false,
  ) {}

  get project(): string {
    return this.entrance.project.slug;
  }

  may(scope: Scope): boolean {
    const { principal, project } = this.entrance;
    return principal.may(project.projectId, scope);
  }

  send(parcel: LiveParcel): void {
    const { conn } = this.socket;
    const { texts, webSocketFrames } = parcel.socketIo();
    // Not by emit(): that would encode each event again for each client.
    if (conn.transport.name === 'websocket') {
      // All frames pass for one packet: they are ready, so the engine does not look into them.
      const ready = { compress: false, wsPreEncodedFrame: [webSocketFrames] };
      conn.write(texts[0] ?? '', ready);
      return;
    }
    for (const text of texts) conn.write(text, { compress: false });
  }

  /** What waits in the engine, and what its WebSocket (if it has come to that) has not written. */
  bufferedBytes(): number {
    const { transport } = this.socket.conn;
    const { socket: webSocket } = transport as { socket?: { bufferedAmount?: number } };
    // Private to the engine, and the only place that tells; the version is pinned.
    const waiting = this.socket.conn['writeBuffer'] as readonly Waiting[];
    return waiting.reduce(
      (bytes, { data, options }) =>
        bytes + (options?.wsPreEncodedFrame?.[0]?.length ?? data?.length ?? 0),
      webSocket?.bufferedAmount ?? 0,
    );
  }

  close(closing: Closing): void {
    if (closing === CLOSINGS.revoked)
      this.socket.emit('error', { code: closing.reason, detail: REVOKED });
    if (closing === CLOSINGS.rateLimited || closing === CLOSINGS.revoked) {
      // Tells the client library not to come back by itself.
      this.socket.disconnect(true);
      return;
    }
    // To the client library this is a broken connection: it comes back and reads the state again.
    // Where what is buffered has nowhere to go, waiting for it would hold up the stop for 30 s.
    const { conn } = this.socket;
    conn.close(closing === CLOSINGS.slowConsumer || conn.transport.name === 'polling');
  }
}
