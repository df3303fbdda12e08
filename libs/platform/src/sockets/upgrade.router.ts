import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LIVE_SUBPROTOCOL } from '@app/contracts';

import type { AppConfig } from '../config.js';
import { CONFIG } from '../config.token.js';
import { DomainError } from '../domain-error.js';
import { asDomainError } from '../problem.filter.js';
import { problemOf } from '../problem.js';
import { isServedHost, isTrustedOrigin } from '../trusted-origin.js';
import { CLOSE_GRACE_MS } from './farewell.js';

/** A request to go on as something else than HTTP, from this machine's own pages or programs. */
export interface Upgrade {
  request: IncomingMessage;
  /** Whoever takes it over closes it. */
  socket: Socket;
  head: Buffer;
  query: URLSearchParams;
}

/** What serves the upgrades of one path. */
export interface UpgradeDoor {
  /** Takes the socket over. @throws DomainError when it is to be refused */
  enter(upgrade: Upgrade): Promise<void>;
  /** Says goodbye to everyone inside and lets no one in any more. Called once, at the stop. */
  leave(): void | Promise<void>;
}

/**
 * The subprotocol that a server chooses (the `handleProtocols` of ws). One that carries a key is
 * not said back, unless nothing else was offered: a browser wants one of those that it offered.
 */
export function chooseSubprotocol(offered: Set<string>): string | false {
  const [first = false] = offered;
  return offered.has(LIVE_SUBPROTOCOL) ? LIVE_SUBPROTOCOL : first;
}

/** Decides who may come in at all; each door asks further for what goes on inside. */
export interface UpgradeGuard {
  /** @throws DomainError when the request is to be refused */
  admit(request: IncomingMessage): Promise<unknown>;
}

/**
 * The one listener for upgrades: leads each to the door of its path, refuses strangers and unknown
 * paths, and knows every socket, because Node does not count them as HTTP connections any more.
 */
@Injectable()
export class UpgradeRouter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UpgradeRouter.name);
  private readonly doors = new Map<string, UpgradeDoor>();
  private readonly served: string[] = [];
  private readonly sockets = new Set<Duplex>();
  private readonly inside = new Map<string, number>();
  private stopping = false;

  private guard?: UpgradeGuard;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {}

  /** Asks for a credential from here on. */
  guardWith(guard: UpgradeGuard): void {
    this.guard = guard;
  }

  /**
   * Why a request is refused by its headers, or null. Browsers let any page open a WebSocket to
   * any address, so the same-origin policy does not protect us here: we have to ask ourselves.
   */
  refuseForeign({ host, origin }: IncomingHttpHeaders): DomainError | null {
    if (!isServedHost(host, this.config)) return new DomainError('forbidden-host', 403);
    if (!isTrustedOrigin(origin, host, this.config))
      return new DomainError('forbidden-origin', 403);
    return null;
  }

  /** Serves upgrades of a path from here on. */
  open(path: string, door: UpgradeDoor): void {
    if (this.doors.has(path)) throw new Error(`${path} has a door already`);
    this.doors.set(path, door);
  }

  /** Sockets inside now, by the path of their door. */
  get insideByPath(): ReadonlyMap<string, number> {
    return this.inside;
  }

  /** Leaves what is under the prefix to a listener that asks for Host and Origin itself. */
  leaveAlone(prefix: string): void {
    this.served.push(prefix);
  }

  onApplicationBootstrap(): void {
    const http = this.adapterHost.httpAdapter.getHttpServer() as Server;
    http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.sockets.add(socket);
      // Node has let go of the socket: without a listener a broken connection ends the process.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.sockets.delete(socket));
      const [path = '', query] = (request.url ?? '').split('?', 2);
      if (this.stopping) socket.destroy();
      else if (!this.served.some((prefix) => path.startsWith(prefix))) {
        const upgrade = { request, socket, head, query: new URLSearchParams(query) };
        this.lead(path, upgrade).catch((error: unknown) => this.refuse(socket, error));
      }
    });
  }

  /** Says goodbye through all doors, then cuts those that do not let go. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.doors.values()].map(async (door) => door.leave()));
    const deadlineMs = performance.now() + CLOSE_GRACE_MS;
    while (this.sockets.size > 0 && performance.now() < deadlineMs) await sleep(10);
    for (const socket of this.sockets) socket.destroy();
  }

  private async lead(path: string, upgrade: Upgrade): Promise<void> {
    const refused = this.refuseForeign(upgrade.request.headers);
    if (refused) throw refused;
    const door = this.doors.get(path);
    if (!door) throw new DomainError('not-found', 404);
    await this.guard?.admit(upgrade.request);
    await door.enter(upgrade);
    this.count(path, upgrade.socket);
  }

  private count(path: string, socket: Duplex): void {
    const add = (change: number): void => {
      this.inside.set(path, (this.inside.get(path) ?? 0) + change);
    };
    if (socket.destroyed) return;
    add(1);
    socket.once('close', () => add(-1));
  }

  private refuse(socket: Socket, cause: unknown): void {
    let error = asDomainError(cause);
    if (!error) {
      this.logger.error({ event: 'upgrade.failed', error: String(cause) });
      error = new DomainError('internal', 500);
    }
    const body = JSON.stringify(problemOf(error, randomUUID()));
    const head = [
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    if (error.status === 401) head.push('WWW-Authenticate: Bearer');
    if (error.retryAfterSeconds !== undefined) head.push(`Retry-After: ${error.retryAfterSeconds}`);
    socket.once('finish', () => socket.destroy());
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
}
