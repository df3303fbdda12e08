import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';

import fastifyStatic from '@fastify/static';
import { DomainError, sendProblem } from '@app/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const CSP = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where `ng build` leaves the dashboard, seen from the project's root. */
const BUILT = 'frontend/dist/web/browser';

/** Serves the built dashboard at /agent-performance, and its files beside it. */
export async function serveDashboard(fastify: FastifyInstance): Promise<void> {
  const root = join(process.cwd(), BUILT);
  fastify.get('/', (_request, reply) => reply.redirect('/agent-performance'));
  if (!existsSync(join(root, 'index.html'))) {
    fastify.get('/agent-performance', (request, reply) => {
      sendProblem(request, reply, new DomainError('not-found', 404, 'The dashboard is not built'));
    });
    return;
  }
  await fastify.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    setHeaders: (reply, path) => {
      // Names of built files carry a hash of their content, but for the page itself.
      const forever = /-[A-Z0-9]{8}\.(js|css)$/.test(path);
      reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', CSP);
    },
  });
  const page = (request: FastifyRequest, reply: FastifyReply): unknown => {
    const { pathname } = new URL(request.url, 'http://localhost');
    // A missing script must not be answered with a page.
    if (/^\.(js|css|map|ico|svg|png|json)$/.test(extname(pathname))) {
      sendProblem(request, reply, new DomainError('not-found', 404));
      return reply;
    }
    return reply.sendFile('index.html');
  };
  fastify.get('/agent-performance', page);
  fastify.get('/agent-performance/*', page);
}
