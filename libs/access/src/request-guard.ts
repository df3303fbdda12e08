import { DomainError, isTrustedHost, isTrustedOrigin, sendProblem } from '@app/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps other sites' pages out while there are no keys: the `Host` must be this machine's, and
 * what changes something must come from our own page or from no page at all.
 */
export function guardRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const refused = refusal(request);
    if (refused) return sendProblem(request, reply, refused);
    protect(reply);
    done();
  });
}

function refusal(request: FastifyRequest): DomainError | null {
  const { host, origin } = request.headers;
  if (!isTrustedHost(host)) return new DomainError('forbidden-host', 403);
  if (SAFE.has(request.method)) return null;
  const crossSite = ['cross-site', 'same-site'].includes(String(request.headers['sec-fetch-site']));
  if (crossSite || !isTrustedOrigin(origin, host)) return new DomainError('forbidden-origin', 403);
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
