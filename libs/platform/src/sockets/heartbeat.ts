import type { Socket } from 'node:net';

import { WebSocket } from 'ws';

export const HEARTBEAT_MS = 30_000;

interface Watched {
  socket: Socket;
  /** What else shows that the other side is there, for one that we do not read from. */
  showsLife: () => boolean;
  /** Bytes read when it was last asked; undefined before that. */
  askedAt?: number;
}

/**
 * Finds WebSockets whose other side has silently gone: one of which nothing has come between two
 * beats, not even the answer to a ping, is cut. Anything counts as life, because the answer to a
 * ping may lie behind much that was sent before it.
 */
export class Heartbeat {
  private readonly watched = new Map<WebSocket, Watched>();
  private readonly timer = setInterval(() => this.beat(), HEARTBEAT_MS).unref();

  /** @param socket the connection under the WebSocket */
  watch(webSocket: WebSocket, socket: Socket, showsLife = (): boolean => false): void {
    this.watched.set(webSocket, { socket, showsLife });
    webSocket.once('close', () => this.watched.delete(webSocket));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    for (const [webSocket, watched] of this.watched) {
      const { bytesRead } = watched.socket;
      const showsLife = watched.showsLife();
      if (watched.askedAt === bytesRead && !showsLife) {
        webSocket.terminate();
      } else if (webSocket.readyState === WebSocket.OPEN) {
        watched.askedAt = bytesRead;
        webSocket.ping();
      }
    }
  }
}
