import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import {
  INGEST_CLOSINGS,
  INGEST_MESSAGE_BYTES,
  INGEST_SOCKET_PATH,
  PROJECT_SLUG_PATTERN,
  REVOKED_CLOSING,
} from '@app/contracts';
import { Gatekeeper } from '@app/access';
import type { ProjectScope } from '@app/access';
import {
  CLOCK,
  DomainError,
  Heartbeat,
  UpgradeRouter,
  chooseSubprotocol,
  invalidRequest,
} from '@app/platform';
import type { Clock, Closing, Upgrade, UpgradeDoor } from '@app/platform';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { IngestConnection } from './ingest-socket.connection.js';
import { INGEST_SOCKET_LIMITS } from './ingest-socket.limits.js';
import { IngestTurn } from './ingest-socket.turn.js';
import { IngestPipe } from './ingest.pipe.js';
import { RetentionBook } from './retention.book.js';

/** Records over a WebSocket: many under way at once, acknowledged when they are committed. */
@Injectable()
export class IngestSocketDoor implements UpgradeDoor, OnModuleInit {
  private readonly logger = new Logger(IngestSocketDoor.name);
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: INGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: chooseSubprotocol,
  });
  private readonly connections = new Set<IngestConnection>();
  private readonly turn: IngestTurn;
  private heartbeat?: Heartbeat;
  private stopping = false;

  constructor(
    private readonly router: UpgradeRouter,
    private readonly gatekeeper: Gatekeeper,
    private readonly retention: RetentionBook,
    pipe: IngestPipe,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.turn = new IngestTurn(pipe);
  }

  onModuleInit(): void {
    this.heartbeat = new Heartbeat();
    this.router.open(INGEST_SOCKET_PATH, this);
  }

  async enter({ request, socket, head, query }: Upgrade): Promise<void> {
    const slug = readProject(query);
    const { principal, project } = await this.gatekeeper.enter(request, slug, ['ingest']);
    if (this.stopping) throw new DomainError('shutting-down', 503, undefined, undefined, 5);
    if (this.connections.size >= INGEST_SOCKET_LIMITS.connections) {
      const detail = `At most ${INGEST_SOCKET_LIMITS.connections} connections may send at once`;
      throw new DomainError('overloaded', 503, detail, undefined, 5);
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = this.serve(webSocket, socket, project);
      const forget = this.gatekeeper.onRevoked(principal, () => connection.end(REVOKED_CLOSING));
      webSocket.once('close', forget);
    });
  }

  /** What was read is stored and acknowledged before the connections are closed. */
  async leave(): Promise<void> {
    this.stopping = true;
    for (const connection of this.connections) connection.end(INGEST_CLOSINGS.stopping);
    while (this.connections.size > 0) await sleep(10);
    this.heartbeat?.stop();
  }

  private serve(webSocket: WebSocket, socket: Socket, scope: ProjectScope): IngestConnection {
    const connection = new IngestConnection({
      webSocket,
      turn: this.turn,
      contextNow: () => ({
        projectId: scope.projectId,
        project: scope.slug,
        nowMs: this.clock.now().getTime(),
        oldestMs: this.retention.oldestMs(scope.projectId),
      }),
      closingFor: (failure) => this.closingFor(failure),
    });
    this.connections.add(connection);
    // What goes wrong with a connection (say, a message too large) also closes it.
    webSocket.on('error', (error) => {
      this.logger.debug({ event: 'ingest.socket.failed', error: error.message });
    });
    webSocket.on('close', () => {
      this.connections.delete(connection);
      connection.gone();
    });
    webSocket.on('message', (raw: Buffer, isBinary) => connection.receive(raw, isBinary));
    this.heartbeat?.watch(webSocket, socket, () => connection.showsLife());
    return connection;
  }

  private closingFor(failure: unknown): Closing {
    if (!(failure instanceof DomainError)) {
      this.logger.error({ event: 'ingest.socket.failed', error: String(failure) });
      return { code: 1011, reason: 'internal' };
    }
    if (failure.code === 'shutting-down') return INGEST_CLOSINGS.stopping;
    return { code: INGEST_CLOSINGS.tryAgainLater.code, reason: failure.code };
  }
}

/** @throws DomainError for anything but one slug: a mistyped parameter must not pass unseen */
function readProject(query: URLSearchParams): string | undefined {
  const unknown = [...query.keys()].find((name) => name !== 'project');
  if (unknown !== undefined) {
    const path = unknown.slice(0, 64);
    throw invalidRequest([{ path, code: 'unknown-parameter', detail: 'is not known here' }]);
  }
  const [slug, ...more] = query.getAll('project');
  if (more.length > 0 || (slug !== undefined && !PROJECT_SLUG_PATTERN.test(slug))) {
    throw invalidRequest([{ path: 'project', code: 'invalid-value', detail: 'is not a slug' }]);
  }
  return slug;
}
