import type { Socket } from 'node:net';

import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { LIVE_PATH } from '@app/contracts';
import { Heartbeat, UpgradeRouter, chooseSubprotocol } from '@app/platform';
import type { Upgrade, UpgradeDoor } from '@app/platform';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';

import type { LiveClient } from './live.client.js';
import { LiveDesk } from './live.desk.js';
import { LiveFrame } from './live.frame.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';
import { LivePorter } from './live.porter.js';
import { PlainConnection } from './plain.connection.js';

/** The plain WebSocket: `{type, data, seq}` as JSON text frames at `/agent-performance`. */
@Injectable()
export class PlainWebSocketDoor implements UpgradeDoor, OnModuleInit {
  private readonly logger = new Logger(PlainWebSocketDoor.name);
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LIVE_LIMITS.messageBytes,
    perMessageDeflate: false,
    handleProtocols: chooseSubprotocol,
  });
  private heartbeat?: Heartbeat;

  constructor(
    private readonly router: UpgradeRouter,
    private readonly hub: LiveHub,
    private readonly desk: LiveDesk,
    private readonly porter: LivePorter,
  ) {}

  onModuleInit(): void {
    this.heartbeat = new Heartbeat();
    this.router.open(LIVE_PATH, this);
    // The engine listens for itself, and the `LiveIoAdapter` has it ask for Host and Origin.
    this.router.leaveAlone('/socket.io/');
  }

  async enter({ request, socket, head, query }: Upgrade): Promise<void> {
    const entrance = await this.porter.admit(request, query.get('project') ?? undefined);
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const client = this.serve(
        webSocket,
        socket,
        new PlainConnection(entrance, webSocket, socket, query.get('hold') === '1'),
      );
      webSocket.once('close', this.porter.watch(entrance, client));
    });
  }

  /** Closes the clients of Socket.IO too: both doors lead to the same hub. */
  leave(): void {
    this.heartbeat?.stop();
    this.hub.stop();
  }

  private serve(webSocket: WebSocket, socket: Socket, connection: PlainConnection): LiveClient {
    // What goes wrong with a connection (say, a frame too large) also closes it: nothing to add.
    webSocket.on('error', (error) => {
      this.logger.debug({ event: 'live.socket.failed', error: error.message });
    });
    const client = this.hub.connect(connection);
    this.heartbeat?.watch(webSocket, socket);
    webSocket.on('close', () => client.disconnected());
    webSocket.on('message', (raw) => {
      this.receive(client, raw).catch((error: unknown) => {
        this.logger.error({ event: 'live.message.failed', error: String(error) });
      });
    });
    return client;
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
