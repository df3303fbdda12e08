import { invalidRequest, sendProblem } from '@app/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Read before any route, and so good with every one. */
const EVERYWHERE = ['project'];
const VERBS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/**
 * Refuses parameters that the description of a route does not know. Most routes check theirs by
 * themselves; this is for those that take none, and for those that are still to come.
 */
export class DescribedParameters {
  private readonly known = new Map<string, Set<string>>();

  /** To be called before the routes are made. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('preValidation', (request, reply, done) => {
      const problems = this.unknownTo(request).map((path) => ({
        path,
        code: 'unknown-parameter',
        detail: 'is not known here',
      }));
      if (problems.length === 0) return done();
      sendProblem(request, reply, invalidRequest(problems));
    });
  }

  learn({ paths }: OpenAPIObject): void {
    for (const [path, item] of Object.entries(paths)) {
      for (const verb of VERBS) {
        const operation = item[verb];
        if (!operation) continue;
        const names = (operation.parameters ?? []).flatMap((parameter) =>
          'name' in parameter && parameter.in === 'query' ? [parameter.name] : [],
        );
        const url = path.replace(/\{(\w+)\}/g, ':$1');
        this.known.set(`${verb} ${url}`, new Set([...EVERYWHERE, ...names]));
      }
    }
  }

  private unknownTo({ method, query, routeOptions }: FastifyRequest): string[] {
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const known = this.known.get(`${verb} ${routeOptions.url ?? ''}`);
    return known ? Object.keys(query as object).filter((name) => !known.has(name)) : [];
  }
}
