import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { OPEN_PRINCIPAL } from './principal.js';
import type { Principal } from './principal.js';

const principal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  // Without the guard nobody was asked: rooms are tested so.
  return request.access?.principal ?? OPEN_PRINCIPAL;
});

/** Injects the `Principal` who asks into a handler. */
export const Caller = (): ParameterDecorator => principal();
