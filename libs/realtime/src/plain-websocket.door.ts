import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LIVE_PATH } from '@app/contracts';
import type { Problem } from '@app/contracts';
import { DomainError } from '@app/platform';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData } from 'ws';

import type { LiveClient } from './live.client.js';
import { LiveDesk } from './live.desk.js';
import { LiveFrame } from './live.frame.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';
import { LivePorter, refuseHeaders } from './live.porter.js';
import { PlainConnection } from './plain.connection.js';

/** The plain WebSocket: `{type, data, seq}` as JSON text frames at `/agent-performance`. */
@Injectable()
export class PlainWebSocketDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PlainWebSocketDoor.name);
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LIVE_LIMITS.messageBytes,
    perMessageDeflate: false,
  });
  /** Sockets of both doors: Node does not count them as HTTP connections any more. */
  private readonly upgraded = new Set<Duplex>();
  private readonly heartbeats = new Map<WebSocket, 'alive' | 'asked'>();
  private heartbeat?: NodeJS.Timeout;
  private stopping = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly hub: LiveHub,
    private readonly desk: LiveDesk,
    private readonly porter: LivePorter,
  ) {}

  onApplicationBootstrap(): void {
    const http = this.adapterHost.httpAdapter.getHttpServer() as Server;
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.upgraded.add(socket);
      // Node has let go of the socket: without a listener a broken connection ends the process.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.upgraded.delete(socket));
      const path = pathOf(request);
      if (this.stopping) socket.destroy();
      else if (path === LIVE_PATH) void this.upgrade(request, socket, head);
      else if (!path.startsWith(SOCKET_IO_PATH)) refuse(socket, new DomainError('not-found', 404));
    });
    this.heartbeat = setInterval(() => this.beat(), LIVE_LIMITS.heartbeatMs).unref();
  }

  /** Says goodbye through both doors, then cuts those that do not let go. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.heartbeat);
    this.hub.stop();
    const deadlineMs = performance.now() + LIVE_LIMITS.closeGraceMs;
    while (this.upgraded.size > 0 && performance.now() < deadlineMs) await sleep(10);
    for (const socket of this.upgraded) socket.destroy();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const refused = refuseHeaders(request);
      if (refused) throw refused;
      const project = await this.porter.admit(projectOf(request));
      this.server.handleUpgrade(request, socket, head, (webSocket) => {
        this.serve(webSocket, new PlainConnection(project, webSocket, socket));
      });
    } catch (error) {
      refuse(socket, error instanceof DomainError ? error : new DomainError('internal', 500));
    }
  }

  private serve(webSocket: WebSocket, connection: PlainConnection): void {
    // What goes wrong with a connection (say, a frame too large) also closes it: nothing to add.
    webSocket.on('error', (error) => {
      this.logger.debug({ event: 'live.socket.failed', error: error.message });
    });
    const client = this.hub.connect(connection);
    this.heartbeats.set(webSocket, 'alive');
    webSocket.on('pong', () => this.heartbeats.set(webSocket, 'alive'));
    webSocket.on('close', () => {
      this.heartbeats.delete(webSocket);
      client.disconnected();
    });
    webSocket.on('message', (raw) => {
      this.receive(client, raw).catch((error: unknown) => {
        this.logger.error({ event: 'live.message.failed', error: String(error) });
      });
    });
  }

  private async receive(client: LiveClient, raw: RawData): Promise<void> {
    if (!this.desk.admit(client)) return;
    const message = parse(raw);
    if (typeof message?.['type'] !== 'string') {
      const code = message ? 'invalid-request' : 'malformed-json';
      const detail = 'A message is a JSON object with a text `type`';
      client.tell(new LiveFrame('error', { code, detail }));
      return;
    }
    client.tell(await this.desk.ask(client, message['type'], parametersOf(message)));
  }

  private beat(): void {
    for (const [webSocket, state] of this.heartbeats) {
      if (state === 'asked') {
        webSocket.terminate();
      } else if (webSocket.readyState === WebSocket.OPEN) {
        this.heartbeats.set(webSocket, 'asked');
        webSocket.ping();
      }
    }
  }
}

const SOCKET_IO_PATH = '/socket.io/';

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function projectOf(request: IncomingMessage): string | undefined {
  const query = (request.url ?? '').slice(pathOf(request).length);
  return new URLSearchParams(query).get('project') ?? undefined;
}

/** Parameters lie beside the type; those of older clients lie in `data`. */
function parametersOf(message: Record<string, unknown>): Record<string, unknown> {
  const { data, ...beside } = message;
  const parameters = isRecord(data) ? { ...data, ...beside } : { ...message };
  delete parameters['type'];
  return parameters;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns null for what is not JSON, an empty object for JSON that is not an object */
function parse(raw: RawData): Record<string, unknown> | null {
  try {
    const message: unknown = JSON.parse((raw as Buffer).toString());
    return isRecord(message) ? message : {};
  } catch {
    // A SyntaxError: the sender is told so.
    return null;
  }
}

function refuse(socket: Duplex, error: DomainError): void {
  const problem: Problem = {
    type: `urn:apt:problem:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId: randomUUID(),
  };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
