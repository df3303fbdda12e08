import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { ExecutionRecord } from '@app/contracts';

export interface FakeRequest {
  url: string;
  contentType: string | undefined;
  encoding: string | undefined;
  records: ExecutionRecord[];
}

type Reply = (response: ServerResponse, request: FakeRequest) => void;

/** For specs: a real HTTP server that stores every batch, unless it is told to answer otherwise. */
export class FakeServer {
  readonly requests: FakeRequest[] = [];
  private readonly replies: Reply[] = [];
  private readonly server = createServer(
    (request, response) => void this.handle(request, response),
  );

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** How to answer the next request that has no answer planned yet. */
  next(reply: Reply): void {
    this.replies.push(reply);
  }

  nextStatus(status: number, headers: Record<string, string> = {}): void {
    this.next((response) => response.writeHead(status, headers).end());
  }

  get stored(): ExecutionRecord[] {
    return this.requests.flatMap(({ records }) => records);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { 'content-type': contentType, 'content-encoding': encoding } = request.headers;
    const body = Buffer.concat(chunks);
    const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString();
    const records = JSON.parse(text) as ExecutionRecord[];
    const seen = { url: request.url ?? '', contentType, encoding, records };
    this.requests.push(seen);
    (this.replies.shift() ?? storeAll)(response, seen);
  }
}

const storeAll: Reply = (response, { records }) => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ data: { accepted: records.length, duplicates: 0, rejected: [] } }));
};
