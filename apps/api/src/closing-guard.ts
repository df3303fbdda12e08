import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { DomainError, sendProblem } from '@app/platform';
import type { FastifyInstance } from 'fastify';

const RETRY_AFTER_SECONDS = 5;

/**
 * Once the server is stopping, turns new requests away and lets every connection end with its
 * answer. What was let in before is answered: the rooms drain before the server closes. A server
 * behind a load balancer is drained before, so that nothing new reaches it by then.
 */
@Injectable()
export class ClosingGuard implements OnModuleDestroy {
  private closing = false;
  private draining = false;

  /** Whether new work should go to another server. */
  get isLeaving(): boolean {
    return this.draining || this.closing;
  }

  /** From now on every answer ends its connection, and readiness is denied; all else goes on. */
  drain(): void {
    this.draining = true;
  }

  /** The first of the framework's steps of a stop. */
  onModuleDestroy(): void {
    this.closing = true;
  }

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (!this.closing) return done();
      const refusal = new DomainError(
        'shutting-down',
        503,
        undefined,
        undefined,
        RETRY_AFTER_SECONDS,
      );
      sendProblem(request, reply, refusal);
    });
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      if (this.isLeaving) void reply.header('connection', 'close');
      done(null, payload);
    });
  }
}
