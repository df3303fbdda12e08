import type { OpenAPIObject } from '@nestjs/swagger';

const VERBS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const EITHER = [{ key: [] }, { session: [] }];

/** Says of each route which credentials it takes, by what it is marked with. */
export function documentAccess(document: OpenAPIObject): OpenAPIObject {
  document.components ??= {};
  document.components.securitySchemes = {
    key: { type: 'http', scheme: 'bearer', description: 'An API key: `apt_<prefix>_<secret>`' },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'apt_session',
      description: 'Set by `POST …/auth/session`; over TLS its name is `__Host-apt_session`',
    },
  };
  for (const path of Object.values(document.paths)) {
    for (const verb of VERBS) {
      const operation = path[verb] as (object & { security?: object[] }) | undefined;
      if (!operation) continue;
      const access = (operation as Record<string, unknown>)['x-access'];
      operation.security = access === 'public' ? [] : EITHER;
    }
  }
  return document;
}
