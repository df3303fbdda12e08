import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/**
 * One line per request for those who debug: what was asked, how it went and how long it took.
 * Neither headers nor bodies nor queries, which can hold what is nobody's business.
 */
export function logRequests(fastify: FastifyInstance): void {
  const logger = new Logger('Http');
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.debug({
      event: 'request',
      requestId: request.id,
      method: request.method,
      path: request.url.split('?')[0]?.slice(0, 300),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}
