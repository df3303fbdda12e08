import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

import { LIMITS } from '@app/contracts';
import type { FieldProblem } from '@app/contracts';
import { DomainError, invalidRequest, problemOf, sendProblem } from '@app/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { SAFE_HEADERS } from './safe-headers.js';

/** What can be said of a request that is no HTTP, or too much of it, by Node's code. */
const UNREADABLE: Record<string, DomainError> = {
  HPE_HEADER_OVERFLOW: new DomainError('headers-too-large', 431),
  ERR_HTTP_REQUEST_TIMEOUT: new DomainError(
    'body-timeout',
    408,
    'The request did not arrive in time',
  ),
};

/** How long a body may take, from its first byte to its last; records line by line are not counted. */
const BODY_MS = 60_000;

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Fastify's `frameworkErrors`: what the router cannot read never reaches a route or a filter. */
export function answerBadUrl(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const isTooLong = (error as { statusCode?: number }).statusCode === 414;
  const problem = isTooLong
    ? new DomainError('url-too-long', 414)
    : new DomainError('invalid-request', 400, 'The URL has an escape that stands for no character');
  void reply.headers({ ...SAFE_HEADERS, 'x-request-id': request.id });
  sendProblem(request, reply, problem);
}

/** Fastify's `clientErrorHandler`: answers by hand, since there is no request to answer to. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem =
    UNREADABLE[error.code ?? ''] ?? new DomainError('invalid-request', 400, 'This is not HTTP');
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf(problem, requestId));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}`),
      `x-request-id: ${requestId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/**
 * Refuses over-long URLs (414), paths with what no database stores (400), parameters that reach for prototypes (400), and verbs that a path
 * does not know (405 with `Allow`), which the router would call not found. To be called before the routes are made.
 */
export function watchEdges(fastify: FastifyInstance): void {
  const routes = new Map<string, { path: RegExp; verbs: Set<string> }>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { path: patternOf(url), verbs: new Set() };
    for (const verb of [method].flat()) route.verbs.add(verb);
    routes.set(url, route);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.length > LIMITS.urlLength) {
      return sendProblem(request, reply, new DomainError('url-too-long', 414));
    }
    if (/^[^?]*%00/.test(request.url)) {
      const problem = new DomainError('invalid-request', 400, 'The path holds U+0000');
      return sendProblem(request, reply, problem);
    }
    const inherited = inheritedNames(request.query);
    if (inherited.length > 0) return sendProblem(request, reply, invalidRequest(inherited));
    if (!request.is404) return done();
    const path = request.url.split('?')[0] ?? '';
    const verbs = [...routes.values()]
      .filter((route) => route.path.test(path))
      .flatMap((route) => [...route.verbs]);
    if (verbs.length === 0) return done();
    void reply.header('allow', [...new Set([...verbs, 'OPTIONS'])].sort().join(', '));
    if (request.method === 'OPTIONS') return void reply.status(204).send();
    sendProblem(request, reply, new DomainError('method-not-allowed', 405));
  });
}

/**
 * Gives up bodies that come drop by drop: each would hold a connection for as long as its sender
 * likes. NDJSON has limits of its own.
 */
export function boundBodyTime(fastify: FastifyInstance, withinMs = BODY_MS): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { headers } = request;
    const hasBody = Number(headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in headers;
    if (!hasBody || headers['content-type']?.startsWith('application/x-ndjson')) {
      return done(null, payload);
    }
    const late = setTimeout(() => {
      void reply.header('connection', 'close');
      reply.raw.once('finish', () => request.raw.destroy());
      sendProblem(request, reply, new DomainError('body-timeout', 408));
    }, withinMs).unref();
    for (const event of ['end', 'close', 'error']) payload.once(event, () => clearTimeout(late));
    done(null, payload);
  });
}

/**
 * Parameters with the name of something that every object has. No route knows one, but the
 * validator would find it in its own tables and let it pass.
 */
function inheritedNames(query: unknown): FieldProblem[] {
  return Object.keys(query as object)
    .filter((name) => name in Object.prototype || name === 'prototype')
    .map((path) => ({ path, code: 'unknown-parameter', detail: 'is not known here' }));
}

/** A route's path as a pattern: `:name` is one segment, `*` is all that follows. */
function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) => {
      if (segment.startsWith(':')) return '[^/]+';
      return segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '.*');
    })
    .join('/');
  return new RegExp(`^${source}/?$`);
}
