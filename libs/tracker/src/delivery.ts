import type { ExecutionRecord } from '@app/contracts';
import type { DeliveryResult } from './delivery-result.js';
import { HttpTransport } from './http-transport.js';
import type { Settings } from './options.js';
import { SocketTransport } from './socket-transport.js';
import type { TrackerStats } from './stats.js';

const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 15 * 60_000;
/** Connections in a row that ended without one acknowledgement, before HTTP is preferred. */
const BARREN_CONNECTIONS = 2;

/**
 * Sends batches over the WebSocket while that works, over HTTP while it does not. A browser's
 * WebSocket does not tell a refusal from a server that is away; HTTP then does. After a refusal
 * the socket rests for a minute, then longer; after an outage it is tried again at once.
 */
export class Delivery {
  private readonly http: HttpTransport;
  private readonly socket: SocketTransport | null;
  private restUntilMs = -Infinity;
  private restMs = FIRST_REST_MS;

  constructor(
    private readonly settings: Settings,
    stats: TrackerStats,
  ) {
    this.http = new HttpTransport(settings, stats);
    this.socket = wantsSocket(settings) ? new SocketTransport(settings, stats) : null;
  }

  /** How many batches may be under way at once. */
  get window(): number {
    return this.socketMayTry() ? (this.socket?.window ?? 1) : 1;
  }

  async send(records: readonly ExecutionRecord[]): Promise<DeliveryResult> {
    const socket = this.socketMayTry() ? this.socket : null;
    const result = await socket?.send(records);
    if (result !== undefined) {
      if (result.kind === 'stored') this.restMs = FIRST_REST_MS;
      return result;
    }
    if (this.settings.transport === 'websocket') {
      return { kind: 'retry', cause: 'no WebSocket', retryAfterMs: 0, reached: false };
    }
    if (socket !== null) this.rest();
    const posted = await this.http.send(records);
    const away = posted.kind === 'retry' && !posted.reached;
    if (away && socket !== null) this.endRest();
    return posted;
  }

  /** Gives up what is under way; it ends as `retry`. */
  abort(): void {
    this.http.abort();
    this.socket?.abort();
  }

  async close(): Promise<void> {
    await this.socket?.close();
  }

  private socketMayTry(): boolean {
    if (this.socket === null) return false;
    if (this.settings.transport === 'websocket') return true;
    if (this.settings.clock.monotonicMs() < this.restUntilMs) return false;
    if (this.socket.barrenConnections < BARREN_CONNECTIONS) return true;
    this.socket.barrenConnections = 0;
    this.rest();
    return false;
  }

  private rest(): void {
    this.restUntilMs = this.settings.clock.monotonicMs() + this.restMs;
    this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2);
  }

  private endRest(): void {
    this.restUntilMs = -Infinity;
    this.restMs = FIRST_REST_MS;
  }
}

function wantsSocket({ transport, webSocket, headers }: Settings): boolean {
  if (transport === 'websocket') return true;
  if (transport === 'http' || webSocket === undefined) return false;
  // Only Node's WebSocket can send headers.
  return Object.keys(headers).length === 0 || globalThis.process?.versions?.node !== undefined;
}
