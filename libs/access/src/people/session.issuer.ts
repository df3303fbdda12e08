import { Injectable } from '@nestjs/common';
import type { Answer, Session } from '@app/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { authorOf } from '../audit/author.js';
import { sessionCookie } from '../guard/cookies.js';
import { Gatekeeper } from '../guard/gatekeeper.js';
import { AccessPolicy } from '../guard/policy.js';
import type { Actor, Principal } from '../guard/principal.js';
import { callerOf } from '../guard/request-guard.js';
import { ProjectDirectory } from '../projects/project.directory.js';
import type { LiveSession } from './session.ring.js';
import { SessionsService } from './sessions.service.js';
import type { Place } from './sessions.service.js';

/** Gives those who have shown who they are a session, as a cookie of the answer. */
@Injectable()
export class SessionIssuer {
  constructor(
    private readonly sessions: SessionsService,
    private readonly gatekeeper: Gatekeeper,
    private readonly policy: AccessPolicy,
    private readonly projects: ProjectDirectory,
  ) {}

  /** A new session in any case: one that was there before may have been planted. */
  async begin(
    actor: Actor,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Answer<Session>> {
    const author = { ...authorOf(request), actor };
    const before = await this.sessionOf(request);
    const { token, maxAgeMs } = await this.sessions.begin(author, placeOf(request), before);
    const isSecure = this.policy.isSecure(request.protocol);
    void reply.header('set-cookie', sessionCookie(token, maxAgeMs, isSecure));
    return { data: await this.describe(await this.gatekeeper.principalOf(token)) };
  }

  async describe(principal: Principal): Promise<Session> {
    const projects = await this.projects.all();
    return {
      kind: principal.kind,
      name: principal.name,
      everywhere: principal.scopesEverywhere,
      projects: projects
        .filter(({ projectId }) => principal.knows(projectId))
        .map(({ projectId, slug, name }) => ({
          slug,
          name,
          scopes: principal.scopesIn(projectId),
        })),
      expiresAt:
        principal.expiresAtMs === null ? null : new Date(principal.expiresAtMs).toISOString(),
    };
  }

  private async sessionOf(request: FastifyRequest): Promise<LiveSession | null> {
    const isSecure = this.policy.isSecure(request.protocol);
    return this.gatekeeper.sessionOf(callerOf(request), isSecure);
  }
}

export function placeOf(request: FastifyRequest): Place {
  const userAgent = request.headers['user-agent'];
  return { address: request.ip, userAgent: userAgent?.slice(0, 300).toWellFormed() ?? null };
}
