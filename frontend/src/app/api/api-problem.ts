import { HttpErrorResponse } from '@angular/common/http';
import type { Problem } from '@app/contracts';
import { apiWords } from './words';

/** A failed request as a person needs it: what, why, and the id to quote. */
export interface ApiProblem {
  title: string;
  detail: string | null;
  code: string;
  requestId: string | null;
  /** Whether asking again may help without anyone changing anything. */
  retryable: boolean;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}

/** The one place that turns whatever a request threw into an {@link ApiProblem}. */
export function toApiProblem(error: unknown): ApiProblem {
  const words = apiWords();
  if (!(error instanceof HttpErrorResponse)) {
    const detail = error instanceof Error ? error.message : null;
    return {
      title: words.wentWrong,
      detail,
      code: 'internal',
      requestId: null,
      retryable: true,
    };
  }
  if (error.status === 0) {
    const title = words.unreachable;
    return { title, detail: null, code: 'unreachable', requestId: null, retryable: true };
  }
  const requestId = error.headers.get('x-request-id');
  const body: unknown = error.error;
  if (!isProblem(body)) {
    const title = words.answered(error.status);
    return { title, detail: null, code: 'unknown', requestId, retryable: true };
  }
  const fields = body.errors?.map((field) => `${field.path}: ${field.detail}`).join('; ');
  return {
    title: words.titles[body.code] ?? body.title,
    detail: fields ?? body.detail ?? null,
    code: body.code,
    requestId: body.requestId ?? requestId,
    retryable: body.status >= 500 || body.status === 429,
  };
}

/** What went wrong in one line, with the id to quote. */
export function problemLine(error: unknown): string {
  const { title, detail, requestId } = toApiProblem(error);
  const request = requestId && apiWords().request(requestId);
  return [title, detail, request].filter(Boolean).join(' · ');
}
