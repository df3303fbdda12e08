import { PROBLEM_CODES } from '@app/contracts';
import type { Problem } from '@app/contracts';

import type { DomainError } from './domain-error.js';

/** The RFC 9457 form of a failure. */
export function problemOf(error: DomainError, requestId: string): Problem {
  return {
    type: `urn:apt:problem:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    requestId,
    ...(error.message !== PROBLEM_CODES[error.code] && { detail: error.message }),
    ...(error.errors && { errors: error.errors }),
    ...(error.committed && { committed: error.committed }),
  };
}
