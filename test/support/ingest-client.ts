import { once } from 'node:events';

import { INGEST_SOCKET_PATH } from '@app/contracts';
import type { IngestAcknowledgement } from '@app/contracts';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { eventually } from './eventually.js';

/** A client of the ingest socket that writes down what it is told. */
export class IngestClient {
  readonly acknowledgements: IngestAcknowledgement[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Messages sent. */
  sent = 0;

  private constructor(readonly webSocket: WebSocket) {
    webSocket.on('message', (data: Buffer) => {
      this.acknowledgements.push(JSON.parse(data.toString()) as IngestAcknowledgement);
    });
    this.closed = new Promise((resolve) => {
      webSocket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** @param url of the server; @throws when the handshake is refused, with its status */
  static async connect(
    url: string,
    query = '',
    options: ClientOptions = {},
  ): Promise<IngestClient> {
    const address = `${url.replace('http', 'ws')}${INGEST_SOCKET_PATH}${query}`;
    const client = new IngestClient(new WebSocket(address, options));
    await once(client.webSocket, 'open');
    // Of a connection that is cut, `closed` tells.
    client.webSocket.on('error', () => undefined);
    return client;
  }

  /** Sends one message: text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.sent += 1;
    this.webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Waits until everything that was sent is acknowledged, and sums up. */
  async settled(): Promise<Required<IngestAcknowledgement>> {
    await eventually(
      () => this.total().acked >= this.sent || undefined,
      'the last acknowledgement',
    );
    return this.total();
  }

  total(): Required<IngestAcknowledgement> {
    const total: Required<IngestAcknowledgement> = {
      acked: 0,
      accepted: 0,
      duplicates: 0,
      rejected: [],
    };
    for (const { acked, accepted, duplicates, rejected = [] } of this.acknowledgements) {
      total.acked = acked;
      total.accepted += accepted;
      total.duplicates += duplicates;
      total.rejected.push(...rejected);
    }
    return total;
  }

  async close(): Promise<void> {
    this.webSocket.close();
    await this.closed;
  }
}
