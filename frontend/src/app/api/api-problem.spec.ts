import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { describe, expect, it } from '@jest/globals';
import { toApiProblem } from './api-problem';

describe(toApiProblem.name, () => {
  it('keeps title, detail and request id of a problem answer', () => {
    const error = new HttpErrorResponse({
      status: 400,
      error: {
        type: 'urn:apt:problem:invalid-request',
        title: 'The request is not valid',
        status: 400,
        code: 'invalid-request',
        requestId: 'r-1',
        errors: [{ path: 'window', code: 'invalid', detail: 'must be one of 15m 1h' }],
      },
    });
    expect(toApiProblem(error)).toEqual({
      title: 'The request is not valid',
      detail: 'window: must be one of 15m 1h',
      code: 'invalid-request',
      requestId: 'r-1',
      retryable: false,
    });
  });

  it('calls a lost connection by its name', () => {
    expect(toApiProblem(new HttpErrorResponse({ status: 0 })).code).toBe('unreachable');
  });

  it('survives an answer that is no problem at all', () => {
    const headers = new HttpHeaders({ 'x-request-id': 'r-2' });
    const problem = toApiProblem(new HttpErrorResponse({ status: 502, error: '<html>', headers }));
    expect(problem).toMatchObject({ title: 'The tracker answered 502', requestId: 'r-2' });
  });

  it('accepts anything that was thrown', () => {
    expect(toApiProblem('boom').title).toBe('Something went wrong');
  });
});
