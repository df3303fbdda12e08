import { builtin } from './runtime.js';

/** Lets an open connection stop, and again begin, to keep the process alive. */
export interface SocketHold {
  /** No longer looks for the connection. */
  end(): void;
  keep(): void;
  /** @returns whether the connection no longer keeps the process alive */
  release(): boolean;
}

interface TcpSocket {
  ref(): void;
  unref(): void;
}

interface HeadersSent {
  request?: { origin?: unknown; path?: unknown; upgrade?: unknown };
  socket?: TcpSocket;
}

const CHANNEL = 'undici:client:sendHeaders';

/**
 * The TCP socket below a WebSocket that is about to be made. A WebSocket has no `unref`, but Node's
 * tells through a diagnostics channel on which socket it asks for the upgrade. Where it does not,
 * an idle connection has to be closed soon instead.
 */
export function holdOf(url: string): SocketHold {
  let tcp: TcpSocket | undefined;
  const { pathname, search } = new URL(url);
  const seen = (message: unknown): void => {
    const { request, socket } = message as HeadersSent;
    if (request?.upgrade === 'websocket' && request.path === pathname + search) tcp ??= socket;
  };
  const channels = builtin('node:diagnostics_channel');
  channels?.subscribe(CHANNEL, seen);
  return {
    end: () => void channels?.unsubscribe(CHANNEL, seen),
    keep: () => tcp?.ref(),
    release: () => {
      tcp?.unref();
      return tcp !== undefined;
    },
  };
}
