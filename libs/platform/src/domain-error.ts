import { PROBLEM_CODES } from '@app/contracts';
import type { FieldProblem, IngestResult, ProblemCode } from '@app/contracts';

/**
 * An expected failure with a stable code; the problem filter turns it into an RFC 9457 answer.
 * Its detail may be shown to the client.
 */
export class DomainError extends Error {
  readonly title: string;
  /** What was stored all the same; goes into the answer. */
  committed?: IngestResult;

  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    detail?: string,
    readonly errors?: FieldProblem[],
    readonly retryAfterSeconds?: number,
  ) {
    super(detail ?? PROBLEM_CODES[code]);
    this.title = PROBLEM_CODES[code];
  }
}

/** A request that names its bad fields: 400. */
export function invalidRequest(errors: FieldProblem[]): DomainError {
  const detail = errors.map((error) => `${error.path}: ${error.detail}`).join('; ');
  return new DomainError('invalid-request', 400, detail, errors);
}
