import type { Duplex } from 'node:stream';

import { sayFarewell } from '@app/platform';
import type { WebSocket } from 'ws';

import type { LiveConnection } from './live.connection.js';
import type { LiveFrame } from './live.frame.js';
import type { Closing } from './live.limits.js';

export class PlainConnection implements LiveConnection {
  /** @param socket the socket under the WebSocket, for writing several frames in one go */
  constructor(
    readonly project: string,
    private readonly webSocket: WebSocket,
    private readonly socket: Duplex,
  ) {}

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
