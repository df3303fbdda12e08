import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { documentAccess } from '@app/access';
import { PROBLEM_CODES } from '@app/contracts';
import { EXPOSITION_PATHS } from '@app/operations';

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The OpenAPI 3.1 description of every route. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Agent Performance Tracker')
    .setDescription(
      'Success is `{ data, page? }`. Every error is `application/problem+json` (RFC 9457) with a ' +
        'stable `code` and a `requestId`. Instants are ISO 8601 with offset, durations milliseconds, ' +
        'percentages 0–100. Unknown parameters are errors. Where credentials are asked for, each ' +
        'route names the scope that it needs as `x-access`.',
    )
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  Object.assign(document.paths, EXPOSITION_PATHS);
  return withProblems(documentAccess(document));
}

const VERBS = ['get', 'put', 'post', 'delete', 'patch'] as const;
type Responses = Record<string, { description: string; content?: unknown }>;
const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** Every route fails in the same form, which is said once and referred to everywhere. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  const content = { 'application/problem+json': { schema: PROBLEM } };
  for (const path of Object.values(document.paths)) {
    for (const verb of VERBS) {
      const responses = path[verb]?.responses as Responses | undefined;
      if (!responses) continue;
      for (const [status, response] of Object.entries(responses)) {
        if (status >= '400') response.content = content;
      }
      responses['default'] = { description: 'A problem, told by its code', content };
    }
  }
  (document.components ??= {}).schemas = { ...document.components.schemas, Problem: problemSchema };
  return document;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', pattern: '^urn:apt:problem:[a-z-]+$' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', enum: Object.keys(PROBLEM_CODES) },
    detail: { type: 'string' },
    requestId: { type: 'string', format: 'uuid' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'detail'],
        additionalProperties: false,
        properties: {
          path: { type: 'string' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
    committed: {
      type: 'object',
      description: 'What an NDJSON body had stored when it broke off',
    },
  },
};

/** Swagger UI at /api/docs, the document at /api/openapi.json. @returns the document */
export function serveApiDocs(app: NestFastifyApplication): OpenAPIObject {
  const document = describeApi(app);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, _payload, done) => {
      if (request.url.startsWith('/api/docs')) void reply.header('content-security-policy', CSP);
      done();
    });
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Agent Performance Tracker API',
    swaggerOptions: { tryItOutEnabled: true, displayRequestDuration: true },
  });
  return document;
}
