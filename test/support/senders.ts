import { INGEST_SOCKET_PATH } from '@app/contracts';
import type { Answer, ExecutionRecord, IngestAcknowledgement, IngestResult } from '@app/contracts';
import { WebSocket } from 'ws';

import { API } from './boot-app.js';

/** `kept`: promised to be stored. `refused`: promised nothing. `unknown`: no answer came. */
export type Outcome = 'kept' | 'refused' | 'unknown';

/** One way to hand records to the server. What a server must never say, it throws. */
export interface Sender {
  send(batch: readonly ExecutionRecord[]): Promise<Outcome>;
  close(): void;
}

export class HttpSender implements Sender {
  constructor(
    private readonly url: string,
    private readonly timeoutMs = 15_000,
  ) {}

  async send(batch: readonly ExecutionRecord[]): Promise<Outcome> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.url}${API}/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(batch),
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      text = await response.text();
    } catch {
      return 'unknown';
    }
    if (response.status === 503 && response.headers.has('retry-after')) return 'refused';
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${text}`);
    const { accepted, duplicates } = (JSON.parse(text) as Answer<IngestResult>).data;
    if (accepted + duplicates !== batch.length) throw new Error(`Not all were taken: ${text}`);
    return 'kept';
  }

  close(): void {
    // Connections are fetch's own.
  }
}

/** How a connection may end while the server or its network is disturbed. */
const EXPECTED_CLOSINGS = new Set([1001, 1006, 1013]);

/** Many batches under way on one connection, which is made anew when it is lost. */
export class SocketSender implements Sender {
  private connection: Promise<WebSocket | null> | null = null;
  private sent = 0;
  private waiting = new Map<number, (outcome: Outcome | Error) => void>();

  constructor(private readonly url: string) {}

  async send(batch: readonly ExecutionRecord[]): Promise<Outcome> {
    const webSocket = await (this.connection ??= this.connect());
    if (webSocket?.readyState !== WebSocket.OPEN) return 'refused';
    const outcome = await new Promise<Outcome | Error>((resolve) => {
      this.waiting.set((this.sent += 1), resolve);
      webSocket.send(JSON.stringify(batch));
    });
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  close(): void {
    void this.connection?.then((webSocket) => webSocket?.close());
  }

  private connect(): Promise<WebSocket | null> {
    const webSocket = new WebSocket(`${this.url.replace('http', 'ws')}${INGEST_SOCKET_PATH}`, {
      handshakeTimeout: 5000,
    });
    webSocket.on('message', (data: Buffer) => {
      const { acked, rejected } = JSON.parse(data.toString()) as IngestAcknowledgement;
      const verdict = rejected ? new Error(`Rejected: ${JSON.stringify(rejected)}`) : 'kept';
      this.settle(acked, verdict);
    });
    return new Promise((resolve) => {
      webSocket.once('open', () => resolve(webSocket));
      // Its end is told by the closing.
      webSocket.on('error', () => undefined);
      webSocket.once('close', (code, reason) => {
        resolve(null);
        const expected = EXPECTED_CLOSINGS.has(code);
        this.settle(
          Infinity,
          expected ? 'unknown' : new Error(`Closed: ${code} ${String(reason)}`),
        );
        this.connection = null;
        this.sent = 0;
      });
    });
  }

  private settle(upTo: number, outcome: Outcome | Error): void {
    for (const [message, resolve] of this.waiting) {
      if (message > upTo) break;
      this.waiting.delete(message);
      resolve(outcome);
    }
  }
}
