import { randomUUID } from 'node:crypto';

import { guardEdges } from '@app/access';
import { DomainError, sendProblem } from '@app/platform';
import type { FrontDoor } from '@app/platform';
import Fastify from 'fastify';

import { sendSafeHeaders } from './safe-headers.js';

const RETRY_AFTER_SECONDS = 5;

export interface WaitingRoom {
  /** Leaves the port to the server. */
  close(): Promise<void>;
}

/**
 * Holds the port while there is no database: the process lives, and is ready for nothing. Every
 * answer ends its connection, so that none is left when the server takes over.
 * @throws the error of listening
 */
export async function openWaitingRoom(at: FrontDoor & { port: number }): Promise<WaitingRoom> {
  const fastify = Fastify({ genReqId: () => randomUUID(), forceCloseConnections: true });
  sendSafeHeaders(fastify);
  guardEdges(fastify, at);
  // A hook and no routes: nothing of the request is read, whatever it brings.
  fastify.addHook('onRequest', (request, reply) => {
    void reply.header('connection', 'close');
    if (request.url.split('?')[0] === '/livez' && ['GET', 'HEAD'].includes(request.method)) {
      void reply.send({ data: { status: 'ok' } });
      return;
    }
    const away = new DomainError(
      'storage-unavailable',
      503,
      undefined,
      undefined,
      RETRY_AFTER_SECONDS,
    );
    sendProblem(request, reply, away);
  });
  await fastify.listen({ port: at.port, host: at.host });
  return { close: () => fastify.close() };
}
