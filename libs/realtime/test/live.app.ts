import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LiveEvents } from '@app/contracts';
import { Gatekeeper, OPEN_PRINCIPAL } from '@app/access';
import { CLOCK, CONFIG, DomainError, EventBus, UpgradeRouter, systemClock } from '@app/platform';
import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { LiveHub, LiveIoAdapter, RealtimeModule } from '../src/index.js';
import type { LiveQueries } from '../src/index.js';

export interface Heard {
  type: string;
  data: Record<string, unknown>;
  seq?: number;
}

const gatekeeper: Pick<Gatekeeper, 'enter' | 'onRevoked'> = {
  async enter(_request, wanted = 'default') {
    const slug = wanted as string;
    // An upgrade has to survive a look-up that takes its time.
    await new Promise((resolve) => setTimeout(resolve, slug === 'tardy' ? 1500 : 5));
    if (slug === 'absent' || !/^[a-z0-9-]+$/.test(slug))
      throw new DomainError('unknown-project', 404);
    return { principal: OPEN_PRINCIPAL, project: { projectId: 1, slug, name: slug } };
  },
  onRevoked: () => () => undefined,
};

const queries: LiveQueries = {
  agentMetrics: (project, agentId) => {
    if (agentId === 'broken') throw new Error('a bug');
    return Promise.resolve(agentId === undefined ? [] : { project, agentId });
  },
  trends: (_project, agentId, period, lookback) => Promise.resolve({ agentId, period, lookback }),
  ingest: () => Promise.resolve({ accepted: 1, duplicates: 0, rejected: [] }),
};

@Global()
@Module({
  providers: [
    EventBus,
    UpgradeRouter,
    { provide: CLOCK, useValue: systemClock },
    { provide: CONFIG, useValue: { host: '127.0.0.1' } },
    { provide: Gatekeeper, useValue: gatekeeper },
  ],
  exports: [EventBus, UpgradeRouter, CLOCK, CONFIG, Gatekeeper],
})
class Surroundings {}

@Module({ imports: [Surroundings, RealtimeModule.forRoot({ useFactory: () => queries })] })
class LiveTestModule {}

/** A listening server with both doors, and clients that write down what they hear. */
export class LiveApp {
  private readonly plainClients: PlainClient[] = [];
  private readonly sockets: Socket[] = [];

  private constructor(private readonly app: NestFastifyApplication) {}

  static async start(): Promise<LiveApp> {
    const options = { logger: false } as const;
    const adapter = new FastifyAdapter();
    const app = await NestFactory.create<NestFastifyApplication>(LiveTestModule, adapter, options);
    app.useWebSocketAdapter(new LiveIoAdapter(app));
    await app.listen(0, '127.0.0.1');
    return new LiveApp(app);
  }

  get bus(): EventBus {
    return this.app.get(EventBus);
  }

  get hub(): LiveHub {
    return this.app.get(LiveHub, { strict: false });
  }

  get port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  /** What answers the clients' requests. */
  get queries(): LiveQueries {
    return queries;
  }

  /** No longer holds on to the plain clients that have gone. */
  forget(): void {
    this.plainClients.length = 0;
  }

  /** Connected and welcomed, unless the handshake is refused: then it throws. */
  async plain(query = '', options: ClientOptions = {}): Promise<PlainClient> {
    const client = new PlainClient(
      new WebSocket(`ws://127.0.0.1:${this.port}/agent-performance${query}`, options),
    );
    this.plainClients.push(client);
    await once(client.webSocket, 'open');
    client.welcome = (await client.until('welcome')).data as unknown as Welcome;
    return client;
  }

  async socketIo(options: Partial<ManagerOptions & SocketOptions> = {}): Promise<SocketIoClient> {
    const socket = io(`http://127.0.0.1:${this.port}/agent-performance`, {
      forceNew: true,
      reconnection: false,
      ...options,
    });
    this.sockets.push(socket);
    const client = new SocketIoClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    client.welcome = (await client.until('welcome')).data as unknown as Welcome;
    return client;
  }

  /** Status of a Socket.IO handshake by polling with these headers. */
  poll(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const path = '/socket.io/?EIO=4&transport=polling';
      const polling = request({ port: this.port, host: '127.0.0.1', path, headers });
      polling.on('error', reject);
      polling.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      polling.end();
    });
  }

  async stop(): Promise<void> {
    await this.app.close();
  }

  /** Ends what a test has left open. */
  async dispose(): Promise<void> {
    for (const { webSocket } of this.plainClients) webSocket.terminate();
    for (const socket of this.sockets) socket.disconnect();
    // A polling client says goodbye by a request of its own, which needs the server.
    await eventually(() => this.hub.clientCount === 0 || undefined, 'the last goodbye');
    await this.app.close();
  }
}

type Welcome = LiveEvents['welcome'];

abstract class Listener {
  readonly heard: Heard[] = [];
  welcome!: Welcome;

  /** The first message of the type after those that were taken before. */
  async until(type: string): Promise<Heard> {
    return await eventually(() => {
      const index = this.heard.findIndex((message) => message.type === type);
      return index < 0 ? undefined : this.heard.splice(0, index + 1).at(-1);
    }, type);
  }

  count(type: string): number {
    return this.heard.filter((message) => message.type === type).length;
  }

  abstract ask(type: string, parameters?: object): Promise<unknown>;
}

export class PlainClient extends Listener {
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(readonly webSocket: WebSocket) {
    super();
    webSocket.on('message', (data) => {
      this.heard.push(JSON.parse((data as Buffer).toString()) as Heard);
    });
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  override async ask(type: string, parameters: object = {}): Promise<unknown> {
    this.webSocket.send(JSON.stringify({ type, requestId: 'r', ...parameters }));
    return await eventually(
      () => this.heard.find(({ data }) => data['requestId'] === 'r')?.data,
      `an answer to ${type}`,
    );
  }
}

export class SocketIoClient extends Listener {
  readonly closed: Promise<string>;

  constructor(readonly socket: Socket) {
    super();
    socket.onAny((type: string, data: Heard['data'], seq?: number) => {
      this.heard.push(seq === undefined ? { type, data } : { type, data, seq });
    });
    this.closed = new Promise((resolve) => socket.once('disconnect', resolve));
  }

  override async ask(type: string, parameters: object = {}): Promise<unknown> {
    return (await this.socket.timeout(5000).emitWithAck(type, {
      requestId: 'r',
      ...parameters,
    })) as unknown;
  }
}

/** The WebSocket that a Socket.IO client has come to use. */
export function webSocketUnder(socket: Socket): WebSocket {
  return (socket.io.engine.transport as unknown as { ws: WebSocket }).ws;
}

export async function eventually<T>(probe: () => T | undefined, what = 'it'): Promise<T> {
  const deadlineMs = performance.now() + 15_000;
  for (;;) {
    const found = probe();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
