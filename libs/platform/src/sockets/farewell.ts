import type { WebSocket } from 'ws';

/** How long a closed connection may take to say goodbye before it is cut. */
export const CLOSE_GRACE_MS = 1000;

/** A close code (RFC 6455, section 7.4.1) and the reason that is given with it. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** Closes a WebSocket, and cuts it when the other side does not answer. */
export function sayFarewell(webSocket: WebSocket, { code, reason }: Closing): void {
  webSocket.close(code, reason);
  // A paused one would never hear the answer.
  webSocket.resume();
  // One that does not read does not answer either.
  const cut = setTimeout(() => webSocket.terminate(), CLOSE_GRACE_MS).unref();
  webSocket.once('close', () => clearTimeout(cut));
}
