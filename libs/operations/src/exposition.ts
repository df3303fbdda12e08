import { invalidRequest, sendProblem } from '@app/platform';
import type { FastifyInstance } from 'fastify';

import { MOST_AGENTS } from './agent-kpis.js';
import type { SelfMetrics } from './self-metrics.js';

const PATH = '/metrics';
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Serves the exposition, and counts answers. A route of its own and no controller: the framework
 * would leave the API's `GET …/metrics` out of its prefix as well.
 */
export function serveExposition(fastify: FastifyInstance, metrics: SelfMetrics): void {
  fastify.addHook('onResponse', (_request, reply, done) => {
    metrics.countResponse(reply.statusCode);
    done();
  });
  fastify.get(PATH, async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    const unknown = Object.keys(query).filter((name) => name !== 'agents');
    const { agents = 'on' } = query;
    const problems = unknown.map((path) => ({
      path,
      code: 'unknown-parameter',
      detail: 'is not known here',
    }));
    if (agents !== 'on' && agents !== 'off') {
      problems.push({ path: 'agents', code: 'invalid-value', detail: 'must be on or off' });
    }
    if (problems.length > 0) {
      sendProblem(request, reply, invalidRequest(problems));
      return reply;
    }
    const text = await metrics.expose(agents === 'on');
    return reply.header('content-type', CONTENT_TYPE).send(text);
  });
}

/** The route in the terms of OpenAPI, by its path. */
export const EXPOSITION_PATHS = {
  [PATH]: {
    get: {
      operationId: 'exposition',
      'x-access': 'read',
      'x-access-everywhere': true,
      tags: ['health'],
      summary: 'Figures of the tracker and of its agents for Prometheus',
      description:
        'Names begin with `apt_`; times are seconds, ratios 0–1. Counts are of this process since ' +
        'its start. Figures of agents are gauges over the last 24 hours, of all projects, for the ' +
        `${MOST_AGENTS} busiest agents; \`apt_agents_omitted\` counts the others. Without a ` +
        'database what lies in it is left out, and `apt_database_up` is 0.',
      parameters: [
        {
          name: 'agents',
          in: 'query',
          required: false,
          description: 'Whether the figures of agents are part of it',
          schema: { type: 'string', enum: ['on', 'off'], default: 'on' },
        },
      ],
      responses: {
        '401': { description: '`unauthenticated`: no key, or one that is not valid any more' },
        '403': { description: '`forbidden`: needs the scope `read` in every project' },
        '200': {
          description: 'Text format 0.0.4',
          content: {
            'text/plain': {
              schema: { type: 'string' },
              example: 'apt_ingest_records_total{outcome="accepted"} 42\n',
            },
          },
        },
      },
    },
  },
};
