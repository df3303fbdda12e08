import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter, ValidationError } from '@nestjs/common';
import type { FieldProblem, ProblemCode } from '@app/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { isDatabaseUnavailable } from './database-unavailable.js';
import { DomainError, invalidRequest } from './domain-error.js';
import { problemOf } from './problem.js';

/** Errors of the HTTP layer below us, by Fastify's code. */
const fastifyCodes: Record<string, [ProblemCode, number]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 413],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 415],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported-media-type', 415],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['empty-body', 400],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed-json', 400],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed-body', 400],
  FST_ERR_BAD_URL: ['not-found', 404],
};

const statusCodes: Record<number, ProblemCode> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  503: 'overloaded',
};

/** Turns class-validator's tree into named fields. */
export function validationProblem(errors: ValidationError[]): DomainError {
  return invalidRequest(flatten(errors, ''));
}

function flatten(errors: ValidationError[], prefix: string): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = prefix + error.property;
    const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
      path,
      code: rule === 'whitelistValidation' ? 'unknown-parameter' : 'invalid-value',
      detail: rule === 'whitelistValidation' ? 'is not known here' : detail.replace(/^\S+ /, ''),
    }));
    return [...own, ...flatten(error.children ?? [], `${path}.`)];
  });
}

/** The expected failure behind any error, or null when it was not expected. */
export function asDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  const { code, statusCode, driverError } = (error ?? {}) as {
    code?: unknown;
    statusCode?: unknown;
    driverError?: { code?: unknown };
  };
  if (typeof code === 'string' && fastifyCodes[code]) {
    return new DomainError(...fastifyCodes[code]);
  }
  const sqlState = driverError?.code ?? code;
  if (sqlState === '57014') return new DomainError('query-timeout', 503);
  if (isDatabaseUnavailable(error)) {
    return new DomainError('storage-unavailable', 503, undefined, undefined, 2);
  }
  if (error instanceof HttpException) {
    const status = error.getStatus();
    const known = statusCodes[status];
    return known ? new DomainError(known, status) : null;
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new DomainError(statusCodes[statusCode] ?? 'invalid-request', statusCode);
  }
  return null;
}

/** Writes every failure as `application/problem+json`; what was not expected tells nothing of itself. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const known = asDomainError(error);
    if (!known) {
      this.logger.error(
        { event: 'request.failed', requestId: request.id, method: request.method },
        error instanceof Error ? error.stack : String(error),
      );
    }
    sendProblem(request, reply, known ?? new DomainError('internal', 500));
  }
}

/** Answers with an RFC 9457 problem. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: DomainError,
): void {
  if (error.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(error.retryAfterSeconds));
  }
  void reply
    .status(error.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(error, request.id)));
}
