import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension, ApiResponse } from '@nestjs/swagger';
import type { Scope } from '@app/contracts';

/** What a route asks of those who call it. */
export type RouteAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'project'; readonly scope: Scope }
  | { readonly kind: 'everywhere'; readonly scope: Scope };

export const PUBLIC: RouteAccess = { kind: 'public' };
export const SIGNED_IN: RouteAccess = { kind: 'signed-in' };

const UNAUTHENTICATED = {
  status: 401,
  description: '`unauthenticated`: no key or session, or one that is not valid any more',
};
const LIMITED = { status: 429, description: '`rate-limited`; see Retry-After' };

type AccessDecorator = ClassDecorator & MethodDecorator;

/** Marks a handler, or all handlers of a controller that are not marked themselves. */
function mark(access: RouteAccess, documentation: MethodDecorator[]): AccessDecorator {
  const asked =
    access.kind === 'public' || access.kind === 'signed-in' ? access.kind : access.scope;
  const decorators = [
    RouteConfig({ access }),
    ApiExtension('x-access', asked),
    ...(access.kind === 'everywhere' ? [ApiExtension('x-access-everywhere', true)] : []),
    ...documentation,
  ];
  const onMethod = (
    prototype: object,
    name: string | symbol,
    descriptor: PropertyDescriptor,
  ): void => {
    for (const decorate of decorators) decorate(prototype, name, descriptor);
  };
  const decorator = (
    target: object,
    name?: string | symbol,
    descriptor?: PropertyDescriptor,
  ): void => {
    if (name !== undefined && descriptor !== undefined) {
      onMethod(target, name, descriptor);
      return;
    }
    const { prototype } = target as { prototype: object };
    for (const [method, own] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const handler = own.value as unknown;
      if (typeof handler !== 'function' || !Reflect.hasMetadata('path', handler)) continue;
      if (!isMarked(handler)) onMethod(prototype, method, own);
    }
  };
  return decorator;
}

function isMarked(handler: object): boolean {
  return Reflect.getMetadataKeys(handler).some((key) => {
    const value: unknown = Reflect.getMetadata(key, handler);
    return typeof value === 'object' && value !== null && 'access' in value;
  });
}

/**
 * Only who has this scope in the project of the request may call it; for others the project does
 * not exist (404), or this is not allowed there (403).
 * @param options `everywhere`: the scope is needed in every project; for what is not of one
 */
export function RequiresScope(
  scope: Scope,
  options: { everywhere?: boolean } = {},
): AccessDecorator {
  const kind = options.everywhere ? 'everywhere' : 'project';
  const where = options.everywhere ? 'in every project' : 'in this project';
  return mark({ kind, scope }, [
    ApiResponse(UNAUTHENTICATED),
    ApiResponse({
      status: 403,
      description: `\`forbidden\`: needs the scope \`${scope}\` ${where}`,
    }),
    ApiResponse(LIMITED),
  ]);
}

/** Whoever is known may call it; what they get is for the handler to decide. */
export function SignedIn(): AccessDecorator {
  return mark(SIGNED_IN, [ApiResponse(UNAUTHENTICATED), ApiResponse(LIMITED)]);
}

/** Anybody may call it. */
export function Public(): AccessDecorator {
  return mark(PUBLIC, []);
}
