import type { Duplex } from 'node:stream';

import { sayFarewell } from '@app/platform';
import type { WebSocket } from 'ws';

import type { Entrance } from '@app/access';
import type { Scope } from '@app/contracts';

import type { LiveConnection } from './live.connection.js';
import type { Closing } from './live.limits.js';
import type { LiveParcel } from './live.parcel.js';

/** `readyState` of a WebSocket that takes frames. */
const OPEN = 1;

export class PlainConnection implements LiveConnection {
  /** @param socket the socket under the WebSocket, for writing frames that are encoded already */
  constructor(
    private readonly entrance: Entrance,
    private readonly webSocket: WebSocket,
    private readonly socket: Duplex,
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
    // Past the library, which would frame the same bytes again for each client. It holds nothing
    // back itself, since nothing is compressed, so the order stays.
    if (this.webSocket.readyState === OPEN) this.socket.write(parcel.plain());
  }

  bufferedBytes(): number {
    return this.webSocket.bufferedAmount;
  }

  close(closing: Closing): void {
    sayFarewell(this.webSocket, closing);
  }
}
