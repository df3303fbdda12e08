import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { OPEN_PRINCIPAL } from '../guard/principal.js';
import type { Actor } from '../guard/principal.js';

/** Who changes something, and by which request. */
export interface Author {
  actor: Actor;
  requestId: string | null;
  /** Of the one who asks. */
  address: string | null;
  /** Says that the change is written down, and need not be once more. */
  noted(): void;
}

export function authorOf(request: FastifyRequest): Author {
  return {
    actor: request.access?.principal ?? OPEN_PRINCIPAL,
    requestId: request.id,
    address: request.ip,
    noted: () => {
      if (request.access) request.access.isAudited = true;
    },
  };
}

/** Somebody at the machine itself. */
export function operator(name: string): Author {
  const actor: Actor = { kind: 'operator', id: null, name };
  return { actor, requestId: null, address: null, noted: () => undefined };
}

const author = createParamDecorator((_: unknown, context: ExecutionContext): Author =>
  authorOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Injects the `Author` of the request into a handler. */
export const By = (): ParameterDecorator => author();
