import { AsyncLocalStorage } from 'node:async_hooks';

import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Observable } from 'rxjs';

const signals = new AsyncLocalStorage<AbortSignal>();

/** Aborts when the client of the request that is being answered has left; undefined outside of one. */
export function clientSignal(): AbortSignal | undefined {
  return signals.getStore();
}

/** Lets whatever answers the request know when nobody waits for it any more. */
@Injectable()
export class ClientSignalInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { raw } = context.switchToHttp().getResponse<FastifyReply>();
    const controller = new AbortController();
    raw.once('close', () => {
      if (!raw.writableFinished) controller.abort();
    });
    return new Observable((subscriber) =>
      signals.run(controller.signal, () => next.handle().subscribe(subscriber)),
    );
  }
}
