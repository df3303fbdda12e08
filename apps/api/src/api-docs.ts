import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
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
        'percentages 0–100. Unknown parameters are errors.',
    )
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  Object.assign(document.paths, EXPOSITION_PATHS);
  return document;
}

/** Swagger UI at /api/docs, the document at /api/openapi.json. */
export function serveApiDocs(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, _payload, done) => {
      if (request.url.startsWith('/api/docs')) void reply.header('content-security-policy', CSP);
      done();
    });
  SwaggerModule.setup('api/docs', app, describeApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Agent Performance Tracker API',
    swaggerOptions: { tryItOutEnabled: true, displayRequestDuration: true },
  });
}
