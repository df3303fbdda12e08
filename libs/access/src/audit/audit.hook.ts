import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { AuditTrail } from './audit.trail.js';
import { authorOf } from './author.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const VERBS: Readonly<Record<string, string>> = {
  PUT: 'set',
  PATCH: 'change',
  DELETE: 'delete',
};

/**
 * Writes down each change that a route made and did not write down by itself, before it is
 * answered. Executions that are reported are no changes by somebody.
 */
@Injectable()
export class AuditHook {
  private readonly logger = new Logger(AuditHook.name);

  constructor(private readonly trail: AuditTrail) {}

  /** @param prefix of all routes; not part of the action's name */
  watch(fastify: FastifyInstance, prefix: string): void {
    fastify.addHook('onSend', (request, reply, payload, done) => {
      if (SAFE.has(request.method) || reply.statusCode >= 400 || !isToBeNoted(request)) {
        return done(null, payload);
      }
      this.note(request, prefix).then(
        () => done(null, payload),
        (error: unknown) => {
          // It was done all the same, and saying otherwise would have it done again.
          this.logger.error({ event: 'audit.failed', requestId: request.id, error: String(error) });
          done(null, payload);
        },
      );
    });
  }

  private note(request: FastifyRequest, prefix: string): Promise<void> {
    const { access, params, body, routeOptions } = request;
    const ids = Object.values((params ?? {}) as Record<string, string>);
    const path = routeOptions.url?.replace(prefix, '') ?? '';
    return this.trail.write(authorOf(request), {
      action: actionOf(request.method, path),
      subject: ids.length > 0 ? ids.join('/') : null,
      projectId: access?.project?.projectId ?? null,
      after: body,
    });
  }
}

function isToBeNoted({ access, routeOptions }: FastifyRequest): boolean {
  const asked = routeOptions.config.access;
  if (!access || access.isAudited || !asked || asked.kind === 'public') return false;
  return !(asked.kind === 'project' && asked.scope === 'ingest');
}

/** `POST /alerts/:id/resolve` is `alerts.resolve`, `PUT /alerts/rules/:id` is `alerts.rules.set`. */
export function actionOf(method: string, path: string): string {
  const segments = path.split('/').filter(Boolean);
  const named = segments.filter((segment) => !segment.startsWith(':'));
  const isVerb = method === 'POST' && segments.some((segment) => segment.startsWith(':'));
  const verb = method === 'POST' ? 'create' : (VERBS[method] ?? method.toLowerCase());
  return [...named, ...(isVerb ? [] : [verb])].join('.');
}
