import { DomainError, sendProblem } from '@app/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { IngestPipe } from './ingest.pipe.js';

const MEBIBYTE = 1024 * 1024;
/** What bodies may take together, from the first byte until the answer. */
const MOST_BYTES = 96 * MEBIBYTE;
/** A packed body takes about so many times its size once it is unpacked. */
const UNPACKED = 6;
/** A body that does not say how long it is. */
const UNKNOWN_BYTES = 4 * MEBIBYTE;
/** NDJSON is held a few pieces at a time, however long it is. */
const STREAM_BYTES = MEBIBYTE;

/**
 * Refuses records at once and unread while there is no room for them: reading a body only to
 * refuse it would take the time from those that were let in, and from everybody else.
 */
export function gateIngest(fastify: FastifyInstance, ingestPath: string, pipe: IngestPipe): void {
  let underWay = 0;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'POST' || request.routeOptions.url !== ingestPath) return done();
    const bytes = sizeOf(request);
    // A single large one gets in whenever nobody else is.
    if (pipe.isFull || (underWay > 0 && underWay + bytes > MOST_BYTES)) {
      pipe.counts.refusedUnread += 1;
      const refusal = new DomainError('overloaded', 503, undefined, undefined, 1);
      return sendProblem(request, reply, refusal);
    }
    underWay += bytes;
    reply.raw.once('close', () => (underWay -= bytes));
    done();
  });
}

function sizeOf({ headers }: FastifyRequest): number {
  if (headers['content-type']?.startsWith('application/x-ndjson')) return STREAM_BYTES;
  const length = Number(headers['content-length'] ?? UNKNOWN_BYTES);
  return headers['content-encoding'] ? length * UNPACKED : length;
}
