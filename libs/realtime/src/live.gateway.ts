import { Logger } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayInit } from '@nestjs/websockets';
import type { Entrance } from '@app/access';
import { LIVE_PATH } from '@app/contracts';
import { DomainError } from '@app/platform';
import type { Namespace, Socket } from 'socket.io';

import type { LiveClient } from './live.client.js';
import { LiveDesk } from './live.desk.js';
import { LiveHub } from './live.hub.js';
import { LivePorter } from './live.porter.js';
import { LiveRelay } from './relay/live.relay.js';
import { SocketIoConnection } from './socket-io.connection.js';

/**
 * Socket.IO: the same events as `(payload, seq)`, the same requests, answered by acknowledgement
 * or else by an event. One listener for all event names instead of a handler each: the desk knows
 * the requests, and unknown ones get an answer too.
 */
@WebSocketGateway({ namespace: LIVE_PATH })
export class LiveGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket> {
  private readonly logger = new Logger(LiveGateway.name);
  /** Connections that have come in: each does so once, however often it asks at the same time. */
  private readonly inside = new WeakSet<object>();

  constructor(
    private readonly hub: LiveHub,
    private readonly desk: LiveDesk,
    private readonly porter: LivePorter,
    private readonly relay: LiveRelay,
  ) {}

  afterInit(namespace: Namespace): void {
    this.relay.join(namespace);
    namespace.use((socket, next) => {
      this.admit(socket).then(() => next(), next);
    });
    // Every client may join the root namespace unless told otherwise; nothing lives there.
    namespace.server.of('/').use((_, next) => next(new Error('Nothing is served here')));
  }

  handleConnection(socket: Socket): void {
    try {
      this.serve(socket);
    } catch (error) {
      this.logger.error({ event: 'live.socket.failed', error: String(error) });
      socket.disconnect(true);
    }
  }

  private async admit(socket: Socket): Promise<void> {
    const { auth, query } = socket.handshake;
    const wanted: unknown = query['project'] ?? auth['project'];
    if (this.inside.has(socket.conn)) throw refused('overloaded', 'This connection is in already');
    this.inside.add(socket.conn);
    try {
      socket.data = await this.porter.admit(socket.request, wanted, auth['apiKey']);
    } catch (error) {
      this.inside.delete(socket.conn);
      const { code, message } = error as DomainError;
      throw refused(code, message);
    }
  }

  private serve(socket: Socket): void {
    const entrance = socket.data as Entrance;
    const client = this.hub.connect(new SocketIoConnection(entrance, socket, isHeld(socket)));
    const forget = this.porter.watch(entrance, client);
    const { conn } = socket;
    // Counted in the engine, so that acknowledgements and control packets count as well.
    const count = (packet: { type: string }): void => {
      if (packet.type === 'message') this.desk.admit(client);
    };
    conn.on('packet', count);
    socket.once('disconnect', () => {
      conn.off('packet', count);
      this.inside.delete(conn);
      forget();
      client.disconnected();
    });
    socket.on('error', (error) => {
      this.logger.debug({ event: 'live.socket.failed', error: String(error) });
    });
    socket.onAny((type: string, ...args: unknown[]) => {
      this.answer(client, type, args).catch((error: unknown) => {
        this.logger.error({ event: 'live.message.failed', error: String(error) });
      });
    });
  }

  private async answer(client: LiveClient, type: string, args: unknown[]): Promise<void> {
    if (!client.isOpen) return;
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? (last as (data: unknown) => void) : undefined;
    const parameters = args[0] === acknowledge ? undefined : args[0];
    const answer = await this.desk.ask(client, type, parameters ?? undefined);
    client.tell(answer, acknowledge && ((said) => acknowledge(said.data)));
  }
}

/** `data` is what the client library hands to its `connect_error` listener. */
function refused(code: string, detail: string): Error {
  return Object.assign(new Error(detail), { data: { code, detail } });
}

/** Whether the client hears nothing until it has subscribed: `hold` is `1` in query or auth. */
function isHeld({ handshake: { auth, query } }: Socket): boolean {
  return String(query['hold'] ?? auth['hold']) === '1';
}
