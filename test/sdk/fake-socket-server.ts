import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { INGEST_SOCKET_PATH } from '@app/contracts';
import type { ExecutionRecord, IngestAcknowledgement } from '@app/contracts';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

export interface FakeMessage {
  /** Counted from 1 on each connection. */
  number: number;
  records: ExecutionRecord[];
  bytes: number;
}

/** What to do with a message instead of acknowledging it. */
type Reply = (connection: FakeConnection, message: FakeMessage) => void;

export interface FakeConnection {
  webSocket: WebSocket;
  request: IncomingMessage;
  messages: FakeMessage[];
  acknowledge(answer: Partial<IngestAcknowledgement>): void;
}

/**
 * For specs: the ingest socket and, beside it, the POST route, on a real server. It stores what it
 * acknowledges, in order.
 */
export class FakeSocketServer {
  readonly connections: FakeConnection[] = [];
  readonly posted: ExecutionRecord[] = [];
  readonly acknowledged: ExecutionRecord[] = [];
  /** Status with which the upgrade is refused. */
  refusal: number | null = null;
  /** Whether posts get no answer and are not stored. */
  holdsPosts = false;
  reply: Reply = (connection, { number }) => this.store(connection, number);
  private readonly door = new WebSocketServer({ noServer: true, maxPayload: 2 ** 24 });
  private readonly http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (this.holdsPosts) return;
      const records = JSON.parse(Buffer.concat(chunks).toString()) as ExecutionRecord[];
      this.posted.push(...records);
      response.end(JSON.stringify({ data: { accepted: records.length, duplicates: 0 } }));
    });
  });

  async start(port = 0): Promise<string> {
    this.http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const path = request.url?.split('?')[0];
      const status = path === INGEST_SOCKET_PATH ? this.refusal : 404;
      if (status === null)
        this.door.handleUpgrade(request, socket, head, (ws) => this.serve(ws, request));
      else socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n\r\n`);
    });
    await new Promise<void>((resolve) => this.http.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const { webSocket } of this.connections) webSocket.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  /** Acknowledges everything up to that message. */
  store(
    connection: FakeConnection,
    acked: number,
    more: Partial<IngestAcknowledgement> = {},
  ): void {
    const records = connection.messages.flatMap((message) =>
      message.number <= acked ? message.records : [],
    );
    const known = this.acknowledged.length;
    for (const record of records) {
      if (!this.acknowledged.includes(record)) this.acknowledged.push(record);
    }
    const accepted = this.acknowledged.length - known;
    connection.acknowledge({ acked, accepted, duplicates: 0, ...more });
  }

  get received(): string[] {
    return this.connections.flatMap(({ messages }) =>
      messages.flatMap(({ records }) => records.map(({ taskId }) => taskId)),
    );
  }

  private serve(webSocket: WebSocket, request: IncomingMessage): void {
    const connection: FakeConnection = {
      webSocket,
      request,
      messages: [],
      acknowledge: (answer) => webSocket.send(JSON.stringify(answer)),
    };
    this.connections.push(connection);
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data: Buffer) => {
      const value = JSON.parse(data.toString()) as ExecutionRecord | ExecutionRecord[];
      const records = Array.isArray(value) ? value : [value];
      const message = { number: connection.messages.length + 1, records, bytes: data.length };
      connection.messages.push(message);
      this.reply(connection, message);
    });
  }
}
