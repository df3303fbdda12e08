/** What an error tells. By shape: an error of another realm (a worker, a sandbox) is no `instanceof`. */
export interface ErrorLike {
  message: string;
  name?: unknown;
  code?: unknown;
  cause?: unknown;
}

export function isErrorLike(value: unknown): value is ErrorLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
