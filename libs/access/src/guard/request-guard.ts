import { Injectable } from '@nestjs/common';
import { PROJECT_SLUG_PATTERN } from '@app/contracts';
import {
  DomainError,
  asDomainError,
  invalidRequest,
  isServedHost,
  isTrustedOrigin,
  sendProblem,
} from '@app/platform';
import type { FrontDoor } from '@app/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

import { SessionRotation } from '../people/session.rotation.js';
import type { ProjectScope } from '../projects/project.directory.js';
import { Gatekeeper, forbidden } from './gatekeeper.js';
import type { Admission } from './gatekeeper.js';
import { AccessPolicy } from './policy.js';
import type { Caller } from './policy.js';
import type { Principal } from './principal.js';
import { RequestLimiter } from './request.limiter.js';
import { SIGNED_IN } from './route-access.js';
import type { RouteAccess } from './route-access.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What is known of a request that was let in. */
export interface RequestAccess extends Admission {
  /** Null where the route is not about one. */
  project: ProjectScope | null;
  /** Whether the handler has written down by itself what it changed. */
  isAudited: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    access: RequestAccess | null;
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/**
 * Keeps other sites' pages out: the `Host` must be one of ours, and what changes something must
 * come from our own page or from no page at all.
 */
export function guardEdges(fastify: FastifyInstance, door: FrontDoor): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const refused = refusal(request, door);
    if (refused) return sendProblem(request, reply, refused);
    protect(reply);
    done();
  });
}

/** Asks of each request what its route requires, before its body is read. */
@Injectable()
export class RequestGuard {
  constructor(
    private readonly gatekeeper: Gatekeeper,
    private readonly policy: AccessPolicy,
    private readonly limiter: RequestLimiter,
    private readonly rotation: SessionRotation,
  ) {}

  /** To be called before the routes are made. A route that requires nothing ends the start. */
  watch(fastify: FastifyInstance): void {
    const routes: RouteOptions[] = [];
    fastify.decorateRequest('access', null);
    fastify.addHook('onRoute', (route) => {
      const access = route.config?.access ?? accessByPath(route.url);
      if (access) route.config = { ...route.config, access };
      routes.push(route);
    });
    fastify.addHook('onReady', (done) => {
      const unmarked = routes.filter((route) => !route.config?.access).map(nameOf);
      if (unmarked.length === 0) return done();
      const list = [...new Set(unmarked)].sort().join(', ');
      done(new Error(`Routes without @RequiresScope, @SignedIn or @Public: ${list}`));
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      const { access } = request.routeOptions.config;
      if (request.is404 || request.method === 'OPTIONS' || access?.kind === 'public') return done();
      const refuse = (error: unknown): void => refuseWith(request, reply, error);
      try {
        const passing = this.pass(request, reply, access ?? SIGNED_IN);
        if (passing) passing.then(() => done(), refuse);
        else done();
      } catch (error) {
        // The refusal itself.
        refuse(error);
      }
    });
  }

  /** @returns undefined where everything is known already: the usual case waits for nothing */
  private pass(
    request: FastifyRequest,
    reply: FastifyReply,
    access: RouteAccess,
  ): Promise<void> | undefined {
    const caller = callerOf(request);
    const isSecure = this.policy.isSecure(request.protocol);
    const admission = this.gatekeeper.identify(caller, isSecure);
    if (!(admission instanceof Promise)) return this.allow(request, reply, access, admission);
    return admission.then((admitted) => this.allow(request, reply, access, admitted));
  }

  private allow(
    request: FastifyRequest,
    reply: FastifyReply,
    access: RouteAccess,
    admission: Admission,
  ): Promise<void> | undefined {
    const { principal, session } = admission;
    // Cookies go along with whatever page asks.
    if (session && !SAFE.has(request.method) && !this.policy.comesFromOurPage(callerOf(request))) {
      throw new DomainError('forbidden-origin', 403, 'A session is used from our own pages only');
    }
    request.access = { ...admission, project: null, isAudited: false };
    this.limiter.take(principal, reply);
    const allowed = this.authorize(request, access, principal);
    const rotating = session && this.rotation.whenDue(session, request, reply);
    return rotating ? rotating.then(() => allowed) : allowed;
  }

  private authorize(
    request: FastifyRequest,
    access: RouteAccess,
    principal: Principal,
  ): Promise<void> | undefined {
    switch (access.kind) {
      case 'public':
      case 'signed-in':
        return undefined;
      case 'everywhere':
        if (principal.mayEverywhere(access.scope)) return undefined;
        throw forbidden([access.scope]);
      case 'project': {
        const settle = (project: ProjectScope): void => {
          if (!principal.may(project.projectId, access.scope)) throw forbidden([access.scope]);
          if (request.access) request.access.project = project;
        };
        const project = this.gatekeeper.projectFor(principal, wantedProject(request));
        if (project instanceof Promise) return project.then(settle);
        settle(project);
        return undefined;
      }
    }
  }
}

function refuseWith(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const known = asDomainError(error);
  if (!known) request.log.error(error);
  if (known?.status === 401) void reply.header('www-authenticate', 'Bearer');
  sendProblem(request, reply, known ?? new DomainError('internal', 500));
}

export function callerOf({ headers, socket, ip }: FastifyRequest): Caller {
  return { headers, remoteAddress: socket.remoteAddress, address: ip };
}

/** @throws DomainError `invalid-request` for what is not one slug */
function wantedProject({ query, headers }: FastifyRequest): string | undefined {
  const { project } = query as { project?: unknown };
  const slug = project ?? headers['x-project'];
  if (slug === undefined) return undefined;
  // Given twice it is a list.
  if (typeof slug === 'string' && PROJECT_SLUG_PATTERN.test(slug)) return slug;
  throw invalidRequest([{ path: 'project', code: 'invalid-value', detail: 'is not a slug' }]);
}

/** Of what has no controller that could be marked: the API's description, and the exposition. */
function accessByPath(url: string): RouteAccess | undefined {
  if (/^\/api\/(docs|openapi)\b/.test(url)) return SIGNED_IN;
  return url === '/metrics' ? { kind: 'everywhere', scope: 'read' } : undefined;
}

function nameOf({ method, url }: RouteOptions): string {
  return `${[method].flat().join(',')} ${url}`;
}

function refusal({ headers, method }: FastifyRequest, door: FrontDoor): DomainError | null {
  const { host, origin } = headers;
  if (!isServedHost(host, door)) return new DomainError('forbidden-host', 403);
  const site = String(headers['sec-fetch-site']);
  const isForeign = site === 'cross-site' || site === 'same-site';
  // Following a link from elsewhere is fine, including a page's content there is not.
  const isLink = SAFE.has(method) && headers['sec-fetch-mode'] === 'navigate';
  if (isForeign && !isLink) return new DomainError('forbidden-origin', 403);
  if (!SAFE.has(method) && !isTrustedOrigin(origin, host, door)) {
    return new DomainError('forbidden-origin', 403);
  }
  return null;
}

function protect(reply: FastifyReply): void {
  void reply.headers({
    'x-request-id': reply.request.id,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
}
