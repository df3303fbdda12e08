import type { IncomingMessage } from 'node:http';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { KEY_SUBPROTOCOL, PROJECT_SLUG_PATTERN } from '@app/contracts';
import type { Scope } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock, UpgradeGuard } from '@app/platform';
import { DataSource } from 'typeorm';

import { KeyRing } from '../keys/key.ring.js';
import { SessionRing } from '../people/session.ring.js';
import type { LiveSession } from '../people/session.ring.js';
import { ProjectDirectory, unknownProject } from '../projects/project.directory.js';
import type { ProjectScope } from '../projects/project.directory.js';
import { readSessionCookie } from './cookies.js';
import { FailureCounter } from './limits.js';
import { networkOf } from './network.js';
import { AccessPolicy } from './policy.js';
import type { Caller } from './policy.js';
import { OPEN_PRINCIPAL } from './principal.js';
import type { Principal } from './principal.js';

/** How often a process looks whether rights have changed. */
const LOOK_MS = 400;
/** Wrong keys from one address, within a minute, before the next ones are not looked at. */
const WRONG_KEYS = 30;
const WRONG_KEYS_WITHIN_MS = 60_000;
/** Sockets of one key or session, so that one project leaves room for the others. */
const MOST_SOCKETS = 2000;

/** Who was let in, and by which session, if by one. */
export interface Admission {
  principal: Principal;
  session: LiveSession | null;
}

/** Somebody who has come into a project by a socket. */
export interface Entrance {
  principal: Principal;
  project: ProjectScope;
}

const OPEN: Admission = { principal: OPEN_PRINCIPAL, session: null };

/**
 * Knows who asks. A key or a session is looked at wherever one is shown; without one, only those
 * are let in whom the policy knows as this machine's own.
 */
@Injectable()
export class Gatekeeper implements UpgradeGuard, OnApplicationShutdown {
  private readonly logger = new Logger(Gatekeeper.name);
  private readonly wrongKeys = new FailureCounter(WRONG_KEYS_WITHIN_MS);
  private readonly listeners = new Map<Principal, Set<() => void>>();
  private revision: string | undefined;
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly policy: AccessPolicy,
    private readonly keys: KeyRing,
    private readonly sessions: SessionRing,
    private readonly projects: ProjectDirectory,
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Looks for changed rights from here on. */
  start(): void {
    if (this.timer || this.stopped) return;
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    await this.keys.noteUse().catch(() => undefined);
  }

  /**
   * Who asks. At once where it is known already, which is the usual case.
   * @param shownKey a key that came another way than in a header
   * @throws DomainError `unauthenticated` (401), `rate-limited` (429) after many wrong keys
   */
  identify(caller: Caller, isSecure: boolean, shownKey?: string): Admission | Promise<Admission> {
    if (this.policy.isOff) return OPEN;
    const key = shownKey ?? keyOf(caller);
    if (key !== undefined) return this.byKey(key, caller);
    const token = readSessionCookie(caller.headers.cookie, isSecure);
    if (token !== undefined) return this.bySession(token, caller);
    return this.unknown(caller);
  }

  /** The session of a request's cookie, whether or not one is asked for. */
  async sessionOf({ headers }: Caller, isSecure: boolean): Promise<LiveSession | null> {
    const token = readSessionCookie(headers.cookie, isSecure);
    return token === undefined ? null : this.sessions.find(token, this.nowMs());
  }

  /** @throws DomainError `unauthenticated` when the session is over already */
  async principalOf(token: string): Promise<Principal> {
    const session = await this.sessions.find(token, this.nowMs());
    if (!session) throw new DomainError('unauthenticated', 401);
    return session.principal;
  }

  /**
   * Lets a socket in, or not. To be asked before each handshake.
   * @throws DomainError
   */
  async admit(request: IncomingMessage, shownKey?: string): Promise<Principal> {
    const { remoteAddress } = request.socket;
    const caller = { headers: request.headers, remoteAddress, address: remoteAddress };
    const isSecure = this.policy.isSecure('http');
    const key = shownKey ?? subprotocolKeyOf(request);
    const { principal, session } = await this.identify(caller, isSecure, key);
    // Any page can open a socket anywhere, and the cookie goes along.
    if (session && !this.policy.comesFromOurPage(caller)) {
      throw new DomainError('forbidden-origin', 403, 'A session is used from our own pages only');
    }
    return principal;
  }

  /**
   * Lets a socket into a project.
   * @param wanted slug as the client gave it; absent: the one that it knows, else `default`
   * @param anyOf scopes of which it needs one
   * @throws DomainError and nothing else, unless the database fails
   */
  async enter(
    request: IncomingMessage,
    wanted: unknown,
    anyOf: readonly Scope[],
    shownKey?: string,
  ): Promise<Entrance> {
    const principal = await this.admit(request, shownKey);
    if ((this.listeners.get(principal)?.size ?? 0) >= MOST_SOCKETS) {
      throw new DomainError('overloaded', 503, 'Too many sockets of one key', undefined, 5);
    }
    const project = await this.projectFor(principal, wanted);
    if (!anyOf.some((scope) => principal.may(project.projectId, scope))) throw forbidden(anyOf);
    return { principal, project };
  }

  /**
   * The project that somebody asks about.
   * @throws DomainError `unknown-project` when there is none, or none for them
   */
  projectFor(principal: Principal, wanted: unknown): ProjectScope | Promise<ProjectScope> {
    const only = wanted === undefined ? principal.onlyProjectId : null;
    const slug = wanted ?? 'default';
    if (typeof slug !== 'string' || !PROJECT_SLUG_PATTERN.test(slug)) {
      throw new DomainError('unknown-project', 404);
    }
    const known = only === null ? this.projects.recall(slug) : this.projects.recallId(only);
    if (known) return visible(known, principal);
    const found = only === null ? this.projects.resolve(slug) : this.projects.resolveId(only);
    return found.then((project) => visible(project, principal));
  }

  /**
   * Calls once, within seconds, when somebody's key or session has been revoked or has expired, or
   * may do something else now.
   * @returns a function that ends the watch
   */
  onRevoked(principal: Principal, listener: () => void): () => void {
    if (principal.credential === null) return () => undefined;
    const listeners = this.listeners.get(principal) ?? new Set();
    listeners.add(listener);
    this.listeners.set(principal, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(principal);
    };
  }

  /** Takes notice of what was changed and committed just now, in this process. */
  async refresh(): Promise<void> {
    this.sessions.forget();
    this.projects.forget();
    await this.keys.refreshAfterChange();
    await this.recheck(true);
  }

  private byKey(key: string, caller: Caller): Admission | Promise<Admission> {
    const nowMs = this.nowMs();
    const principal = this.keys.find(key, nowMs);
    if (principal) return { principal, session: null };
    this.refuseGuessing(caller, nowMs);
    return this.keys.findAnew(key, nowMs).then((found) => {
      if (found) return { principal: found, session: null };
      this.wrongKeys.add(networkOf(caller.address), nowMs);
      throw new DomainError('unauthenticated', 401, 'The key is not valid');
    });
  }

  /** Those with a valid key are not held up by others of the same address. */
  private refuseGuessing(caller: Caller, nowMs: number): void {
    const address = networkOf(caller.address);
    if (this.wrongKeys.count(address, nowMs) < WRONG_KEYS) return;
    const seconds = Math.ceil(this.wrongKeys.fadesInMs(address, nowMs) / 1000);
    const detail = 'Too many keys from this address were not valid';
    throw new DomainError('rate-limited', 429, detail, undefined, Math.max(1, seconds));
  }

  private bySession(token: string, caller: Caller): Admission | Promise<Admission> {
    const nowMs = this.nowMs();
    const known = this.sessions.recall(token, nowMs);
    if (known) return { principal: known.principal, session: known };
    return this.sessions.find(token, nowMs).then((session) => {
      return session ? { principal: session.principal, session } : this.unknown(caller);
    });
  }

  private unknown(caller: Caller): Admission {
    if (this.policy.letsIn(caller)) return OPEN;
    throw new DomainError('unauthenticated', 401);
  }

  private look(): Promise<void> {
    this.looking ??= this.lookOnce()
      .catch((error: unknown) => {
        // Without the database nothing can be revoked either; it will be back. Time goes on.
        this.logger.debug({ event: 'access.look.failed', error: String(error) });
        return this.recheck(false);
      })
      .finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const [row] = await this.dataSource.query<{ revision: string }[]>(
      'SELECT revision FROM access_revision WHERE access_revision_id = 1',
    );
    const hasChanged = row?.revision !== this.revision;
    if (hasChanged) {
      this.sessions.forget();
      this.projects.forget();
      await this.keys.refreshAfterChange();
      this.revision = row?.revision;
    }
    await this.recheck(hasChanged);
    await this.keys.noteUse();
  }

  private async recheck(hasChanged: boolean): Promise<void> {
    const nowMs = this.nowMs();
    for (const [principal, listeners] of [...this.listeners]) {
      const isStill = hasChanged
        ? principal.equals(await this.currentOf(principal, nowMs))
        : !principal.hasExpired(nowMs);
      if (isStill) continue;
      this.listeners.delete(principal);
      for (const listener of listeners) listener();
    }
  }

  private async currentOf(principal: Principal, nowMs: number): Promise<Principal | null> {
    const { credential, id } = principal;
    if (credential === null || principal.hasExpired(nowMs)) return null;
    if (credential === id) return this.keys.ofId(id, nowMs);
    return this.sessions.principalNow(credential, nowMs);
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}

function visible(project: ProjectScope, principal: Principal): ProjectScope {
  if (principal.knows(project.projectId)) return project;
  // Word for word what is said of a project that does not exist.
  throw unknownProject(project.slug);
}

export function forbidden(anyOf: readonly Scope[]): DomainError {
  return new DomainError('forbidden', 403, `Needs the scope ${anyOf.join(' or ')}`);
}

/** @throws DomainError when something else than a key is shown */
function keyOf({ headers }: Caller): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const key = /^Bearer +([^\s]{1,200})$/i.exec(authorization)?.[1];
  if (key !== undefined) return key;
  throw new DomainError('unauthenticated', 401, 'Authorization must be "Bearer" and a key');
}

function subprotocolKeyOf({ headers }: IncomingMessage): string | undefined {
  return headers['sec-websocket-protocol']
    ?.split(',')
    .map((offered) => offered.trim())
    .find((offered) => offered.startsWith(KEY_SUBPROTOCOL))
    ?.slice(KEY_SUBPROTOCOL.length);
}
