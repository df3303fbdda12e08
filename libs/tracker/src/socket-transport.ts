import {
  INGEST_CLOSINGS,
  INGEST_MESSAGE_BYTES,
  KEY_SUBPROTOCOL,
  LIVE_SUBPROTOCOL,
} from '@app/contracts';
import type { ExecutionRecord, IngestAcknowledgement, RejectedRecord } from '@app/contracts';
import type { DeliveryResult } from './delivery-result.js';
import type { Settings, SocketLike } from './options.js';
import { byteLength, node, unref } from './runtime.js';
import type { Timer } from './runtime.js';
import { holdOf } from './socket-hold.js';
import type { SocketHold } from './socket-hold.js';
import type { TrackerStats } from './stats.js';

/** Messages under way at once. */
const WINDOW = 8;
/** How long an idle connection stays: longer than the pause between two flushes. */
const LINGER_MS = 30_000;
/** The same where the connection cannot help keeping the process alive. */
const SHORT_LINGER_MS = 250;
const CLOSE_WAIT_MS = 500;
const LONGEST_OPENING_MS = 5000;
const OPEN = 1;

interface Message {
  number: number;
  count: number;
  rejected: RejectedRecord[];
  conclude: (result: DeliveryResult) => void;
}

/**
 * Batches as messages on one WebSocket, several under way, acknowledged cumulatively. The
 * connection is made when there is something to send and ends when there has been nothing for a
 * while; what is unacknowledged at its end is to be sent again.
 */
export class SocketTransport {
  /** Connections in a row that ended with messages under way and none acknowledged. */
  barrenConnections = 0;
  private socket: SocketLike | null = null;
  private hold: SocketHold | null = null;
  private opening: Promise<boolean> | null = null;
  private readonly messages: Message[] = [];
  private sent = 0;
  private acked = 0;
  /** Reported duplicates that are not yet attributed to a message. */
  private duplicates = 0;
  private timer: Timer | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly stats: TrackerStats,
  ) {}

  /** One until a connection stands: so the first message on each is alone until it is settled. */
  get window(): number {
    return this.socket?.readyState === OPEN ? WINDOW : 1;
  }

  /** @returns undefined when there is no connection and none can be made */
  async send(records: readonly ExecutionRecord[]): Promise<DeliveryResult | undefined> {
    this.opening ??= this.socket?.readyState === OPEN ? null : this.open();
    if (this.opening !== null && !(await this.opening)) return undefined;
    const { socket } = this;
    if (socket?.readyState !== OPEN) return undefined;
    const text = JSON.stringify(records);
    const bytes = byteLength(text);
    if (bytes > INGEST_MESSAGE_BYTES) return { kind: 'too-large' };
    this.stats.requests += 1;
    this.stats.sentBytes += bytes;
    return new Promise((conclude) => {
      this.sent += 1;
      this.messages.push({ number: this.sent, count: records.length, rejected: [], conclude });
      if (this.messages.length === 1) this.wait();
      socket.send(text);
    });
  }

  abort(): void {
    this.lose('closed');
  }

  /** Says goodbye; waits a little for the answer, so that the process can end cleanly. */
  async close(): Promise<void> {
    const { socket } = this;
    if (socket === null) return;
    this.hold?.keep();
    this.clearTimer();
    await new Promise<void>((resolve) => {
      const giveUp = setTimeout(resolve, CLOSE_WAIT_MS);
      socket.onclose = () => {
        clearTimeout(giveUp);
        resolve();
      };
      socket.close(1000);
    });
    this.hold?.release();
    this.forget(socket);
  }

  private open(): Promise<boolean> {
    const { webSocket: Socket, socketEndpoint, timeoutMs } = this.settings;
    if (Socket === undefined) return Promise.resolve(false);
    const opened = new Promise<boolean>((resolve) => {
      const hold = holdOf(socketEndpoint);
      const socket = new Socket(socketEndpoint, ...handshakeOf(this.settings));
      const giveUp = setTimeout(() => failed(), Math.min(timeoutMs, LONGEST_OPENING_MS));
      const failed = (): void => {
        clearTimeout(giveUp);
        hold.end();
        this.forget(socket);
        closeQuietly(socket);
        resolve(false);
      };
      socket.onerror = socket.onclose = failed;
      socket.onopen = () => {
        clearTimeout(giveUp);
        hold.end();
        this.begin(socket, hold);
        resolve(true);
      };
    });
    return opened
      .catch(() => false)
      .finally(() => {
        this.opening = null;
      });
  }

  private begin(socket: SocketLike, hold: SocketHold): void {
    this.socket = socket;
    this.hold = hold;
    this.sent = this.acked = this.duplicates = 0;
    socket.onmessage = ({ data }: { data: unknown }) => this.read(data);
    // An error is always followed by a close.
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
      this.ended(socket, code, reason);
  }

  private read(data: unknown): void {
    const answer = acknowledgementOf(data);
    if (answer === null || answer.acked > this.sent || answer.acked < this.acked) {
      return this.lose('answer not understood');
    }
    this.duplicates += answer.duplicates;
    for (const { message, ...problem } of answer.rejected ?? []) {
      this.messages.find(({ number }) => number === message)?.rejected.push(problem);
    }
    if (answer.acked === this.acked) return;
    this.acked = answer.acked;
    this.barrenConnections = 0;
    while (this.messages[0] !== undefined && this.messages[0].number <= this.acked) {
      this.settle(this.messages.shift() as Message);
    }
    this.wait();
  }

  /** Counts come for all messages since the last answer; of duplicates the first get most. */
  private settle({ count, rejected, conclude }: Message): void {
    const stored = count - rejected.length;
    const duplicates = Math.min(this.duplicates, stored);
    this.duplicates -= duplicates;
    const result = { accepted: stored - duplicates, duplicates, rejected };
    conclude({ kind: 'stored', result });
  }

  private ended(socket: SocketLike, code: number, reason: string): void {
    if (this.socket !== socket) return;
    const tooLarge = code === INGEST_CLOSINGS.tooLarge.code;
    if (this.messages.length > 0 && this.acked === 0) this.barrenConnections += 1;
    if (code === INGEST_CLOSINGS.tryAgainLater.code || tooLarge) this.barrenConnections = 0;
    if (tooLarge && this.messages.length > 0) {
      // Of several it was any one; the oldest goes alone on the next connection, and so on.
      const kind = this.messages.length === 1 ? 'too-large' : 'again';
      this.drop(socket, { kind });
    } else {
      const cause = reason === '' ? `WebSocket closed (${code})` : reason;
      this.drop(socket, { kind: 'retry', cause, retryAfterMs: 0, reached: true });
    }
  }

  /** Ends a connection that is of no use any more, without waiting for the other side. */
  private lose(cause: string): void {
    const { socket } = this;
    if (socket === null) return;
    if (this.messages.length > 0 && this.acked === 0) this.barrenConnections += 1;
    this.hold?.release();
    closeQuietly(socket);
    this.drop(socket, { kind: 'retry', cause, retryAfterMs: 0, reached: false });
  }

  private drop(socket: SocketLike, result: DeliveryResult): void {
    this.forget(socket);
    for (const { conclude } of this.messages.splice(0)) conclude(result);
  }

  private forget(socket: SocketLike): void {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => undefined;
    if (this.socket !== socket) return;
    this.socket = null;
    this.hold = null;
    this.clearTimer();
  }

  /** For an answer while something is under way, for more to send otherwise. */
  private wait(): void {
    this.clearTimer();
    if (this.messages.length > 0) {
      this.hold?.keep();
      this.timer = setTimeout(() => this.lose('no acknowledgement'), this.settings.timeoutMs);
      unref(this.timer);
    } else {
      const released = this.hold?.release() === true || node === undefined;
      const lingerMs = released ? LINGER_MS : SHORT_LINGER_MS;
      this.timer = unref(setTimeout(() => this.lose('idle'), lingerMs));
    }
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

/**
 * What goes along with the handshake. A browser can send no headers, hence the key as a subprotocol;
 * of the classes that can, some read subprotocols from their options and some do not.
 */
function handshakeOf({ apiKey, headers }: Settings): never[] {
  const protocols = apiKey === undefined ? [] : [LIVE_SUBPROTOCOL, `${KEY_SUBPROTOCOL}${apiKey}`];
  if (Object.keys(headers).length === 0) return protocols.length > 0 ? [protocols as never] : [];
  const authorization = apiKey !== undefined && { authorization: `Bearer ${apiKey}` };
  return [{ headers: { ...headers, ...authorization }, protocols } as never];
}

function acknowledgementOf(data: unknown): IngestAcknowledgement | null {
  try {
    const { acked, accepted, duplicates, rejected } = JSON.parse(
      String(data),
    ) as Partial<IngestAcknowledgement>;
    if (!Number.isSafeInteger(acked)) return null;
    return {
      acked: acked as number,
      accepted: accepted ?? 0,
      duplicates: duplicates ?? 0,
      rejected: rejected ?? [],
    };
  } catch {
    return null;
  }
}

function closeQuietly(socket: SocketLike): void {
  try {
    socket.close();
  } catch {
    // Not yet open, or closed already.
  }
}
