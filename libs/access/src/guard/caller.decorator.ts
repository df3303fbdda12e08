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

/**
 * The name by which something is signed: who has signed in signs as themselves, whatever they
 * give; where nobody is asked, anybody may give a name.
 */
export function nameOf(caller: Principal, given?: string): string {
  return caller.kind === 'open' ? given || caller.name : caller.name;
}

/** An input with an `author`, signed as by {@link nameOf}. */
export function signed<T extends { author?: string }>(input: T, caller: Principal): T {
  return caller.kind === 'open' ? input : { ...input, author: caller.name };
}

/** Injects the `Principal` who asks into a handler. */
export const Caller = (): ParameterDecorator => principal();
