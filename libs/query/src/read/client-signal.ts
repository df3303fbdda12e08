import { AsyncLocalStorage } from 'node:async_hooks';

import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';

interface Asked {
  signal: AbortSignal;
  requestId: string;
}

const asked = new AsyncLocalStorage<Asked>();

/** Aborts when the client of the request that is being answered has left; undefined outside of one. */
export function clientSignal(): AbortSignal | undefined {
  return asked.getStore()?.signal;
}

/** Id of the request that is being answered; undefined outside of one. */
export function askedRequestId(): string | undefined {
  return asked.getStore()?.requestId;
}

/** Lets whatever answers the request know when nobody waits for it any more. */
@Injectable()
export class ClientSignalInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { raw } = http.getResponse<FastifyReply>();
    const requestId = http.getRequest<FastifyRequest>().id;
    const controller = new AbortController();
    raw.once('close', () => {
      if (!raw.writableFinished) controller.abort();
    });
    return new Observable((subscriber) =>
      asked.run({ signal: controller.signal, requestId }, () =>
        next.handle().subscribe(subscriber),
      ),
    );
  }
}
