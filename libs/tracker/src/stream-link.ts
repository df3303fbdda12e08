import { KEY_SUBPROTOCOL, LIVE_SUBPROTOCOL } from '@app/contracts';
import type { Timer } from './timer.js';
import type { SocketLike } from './web-like.js';
import type { StreamSettings } from './stream-options.js';

const OPEN = 1;

export interface LinkEvents {
  message(type: string, data: unknown, seq: number | undefined): void;
  /** Called once, however it came to that. */
  ended(code: number, reason: string): void;
}

/** One WebSocket connection: made within a time, asked for signs of life, ended once. */
export class StreamLink {
  private readonly socket: SocketLike;
  private timer: Timer | null = null;
  private over = false;

  constructor(
    private readonly settings: StreamSettings,
    private readonly events: LinkEvents,
  ) {
    const { webSocket: Socket, socketUrl, apiKey, timeoutMs } = settings;
    const protocols = [
      LIVE_SUBPROTOCOL,
      ...(apiKey === undefined ? [] : [KEY_SUBPROTOCOL + apiKey]),
    ];
    const socket = new Socket(socketUrl, protocols);
    this.socket = socket;
    this.expectWithin(timeoutMs, 'no answer');
    socket.onopen = () => this.expectWithin(timeoutMs, 'no welcome');
    socket.onmessage = ({ data }: { data: unknown }) => this.read(data);
    // An error is followed by a close, but not in every class before it was open.
    socket.onerror = () => {
      if (socket.readyState !== OPEN) this.end(1006, 'cannot connect');
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.end(code, reason);
  }

  send(message: object): void {
    if (this.over || this.socket.readyState !== OPEN) return;
    this.socket.send(JSON.stringify(message));
  }

  close(): void {
    this.over = true;
    this.release();
  }

  private read(data: unknown): void {
    if (this.over) return;
    const message = messageOf(data);
    if (message === null) return this.end(1002, 'not understood');
    this.waitForSilence();
    this.events.message(message.type, message.data, message.seq);
  }

  private waitForSilence(): void {
    const { silenceMs, timeoutMs } = this.settings;
    this.clearTimer();
    this.timer = setTimeout(() => {
      this.expectWithin(timeoutMs, 'silent');
      this.send({ type: 'ping', requestId: 'alive' });
    }, silenceMs);
  }

  private expectWithin(ms: number, otherwise: string): void {
    this.clearTimer();
    this.timer = setTimeout(() => this.end(1006, otherwise), ms);
  }

  private end(code: number, reason: string): void {
    if (this.over) return;
    this.over = true;
    this.release();
    this.events.ended(code, reason);
  }

  private release(): void {
    this.clearTimer();
    const { socket } = this;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // One without a listener would end a Node process.
    socket.onerror = () => undefined;
    try {
      socket.close();
    } catch {
      // Not yet open, or closed already.
    }
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

function messageOf(data: unknown): { type: string; data: unknown; seq: number | undefined } | null {
  try {
    const message = JSON.parse(String(data)) as { type?: unknown; data?: unknown; seq?: unknown };
    const { type, seq } = message;
    if (typeof type !== 'string') return null;
    return { type, data: message.data, seq: typeof seq === 'number' ? seq : undefined };
  } catch {
    return null;
  }
}
