import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import { PUBLIC } from '@app/access';
import { DomainError, sendProblem } from '@app/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const CSP_BUT_CONNECTIONS = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No text becomes a script, whatever a library would do with it: only Angular's own templates,
  // and what the page's default policy lets through, which is the empty text (trusted-types.js).
  "require-trusted-types-for 'script'",
  'trusted-types angular default',
].join('; ');

/**
 * Sockets to this server and to no other: not all browsers take them for `'self'`. Addresses of IPv6
 * cannot be named in a policy.
 */
function policyFor(host: string | undefined, publicUrl: string | undefined): string {
  const hosts = [host ?? '', ...(publicUrl === undefined ? [] : [new URL(publicUrl).host])];
  const isNamed = hosts.every((name) => /^[a-z0-9._-]+(:\d+)?$/i.test(name));
  const sockets = hosts.map((name) => `ws://${name} wss://${name}`).join(' ');
  return `${CSP_BUT_CONNECTIONS}; connect-src 'self' ${isNamed ? sockets : 'ws: wss:'}`;
}

/** What every page is set in; named with the page, or it would come after the first paint. */
function typefaces(root: string): string[] {
  const media = join(root, 'media');
  if (!existsSync(media)) return [];
  return readdirSync(media).filter((file) => /^inter-latin-wght-.*\.woff2$/.test(file));
}

/** Where `ng build` leaves the dashboard, seen from the project's root. */
const BUILT = 'frontend/dist/web/browser';

/** Serves the built dashboard at /agent-performance, and its files beside it: to everybody. */
export async function serveDashboard(fastify: FastifyInstance, publicUrl?: string): Promise<void> {
  await fastify.register(async (shell) => {
    shell.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: PUBLIC };
    });
    await serveShell(shell, publicUrl);
  });
}

async function serveShell(fastify: FastifyInstance, publicUrl?: string): Promise<void> {
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
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Names of built files carry a hash of their content, but for the page itself.
      const forever = /-[A-Za-z0-9_-]{8}\.(js|css|woff2)(\.br|\.gz)?$/.test(path);
      reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', policyFor(reply.request.headers.host, publicUrl));
    },
  });
  // The dashboard's files lie at the root, so that nothing below is a file that could be missing.
  const early = typefaces(root)
    .map((file) => `</media/${file}>; rel=preload; as=font; type="font/woff2"; crossorigin`)
    .join(', ');
  const page = (_request: FastifyRequest, reply: FastifyReply): unknown => {
    if (early !== '') void reply.header('link', early);
    return reply.sendFile('index.html');
  };
  fastify.get('/agent-performance', page);
  fastify.get('/agent-performance/*', page);
}
