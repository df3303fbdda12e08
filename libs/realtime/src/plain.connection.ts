import type { Duplex } from 'node:stream';

import { sayFarewell } from '@app/platform';
import type { WebSocket } from 'ws';

import type { Entrance } from '@app/access';
import type { Scope } from '@app/contracts';

import type { LiveConnection } from './live.connection.js';
import type { LiveFrame } from './live.frame.js';
import type { Closing } from './live.limits.js';

export class PlainConnection implements LiveConnection {
  /** @param socket the socket under the WebSocket, for writing several frames in one go */
  constructor(
    private readonly entrance: Entrance,
    private readonly webSocket: WebSocket,
    private readonly socket: Duplex,
  ) {}

  get project(): string {
    return this.entrance.project.slug;
  }

  may(scope: Scope): boolean {
    const { principal, project } = this.entrance;
    return principal.may(project.projectId, scope);
  }

  send(frames: readonly LiveFrame[]): void {
    this.socket.cork();
    for (const frame of frames) this.webSocket.send(frame.plain(), { binary: false });
    this.socket.uncork();
  }

  bufferedBytes(): number {
    return this.webSocket.bufferedAmount;
  }

  close(closing: Closing): void {
    sayFarewell(this.webSocket, closing);
  }
}
