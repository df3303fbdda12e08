import type { IngestResult } from './execution.js';

/** Stable codes of problem answers (RFC 9457); `type` is `urn:apt:problem:<code>`. */
export const PROBLEM_CODES = {
  'invalid-request': 'The request is not valid',
  'malformed-json': 'The body is not valid JSON',
  'malformed-body': 'The body cannot be read',
  'empty-body': 'The body is empty',
  'unsupported-media-type': 'This content type is not accepted',
  'unsupported-encoding': 'This content encoding is not accepted',
  'body-too-large': 'The body is too large',
  'batch-too-large': 'Too many records in one request',
  'body-timeout': 'The body did not arrive in time',
  'url-too-long': 'The URL is too long',
  'headers-too-large': 'The header fields are too large',
  'not-found': 'Not found',
  'method-not-allowed': 'This method is not allowed here',
  'unknown-project': 'No such project',
  'unknown-agent': 'No such agent',
  'unknown-alert': 'No such alert',
  'unknown-alert-rule': 'No such alert rule',
  'unknown-silence': 'No such silence',
  'built-in-rule': 'Built-in rules can be muted, not deleted',
  'alert-already-resolved': 'The alert is resolved already',
  'alert-not-firing': 'The alert has not fired',
  'too-many-rules': 'The project has as many rules as it may have',
  'too-many-silences': 'The project has as many silences as it may have',
  'backtest-too-large': 'The back-test would read too much',
  'backtest-running': 'As many back-tests are running as may run at once',
  'unknown-benchmark': 'No such benchmark',
  'unknown-channel': 'No such notification channel',
  'unknown-delivery': 'No such delivery',
  'channel-name-taken': 'There is a channel of this name already',
  'too-many-channels': 'The project has as many channels as it can have',
  'delivery-not-failed': 'Only a delivery that failed can be retried',
  'refused-import': 'Nothing was imported',
  'incomplete-benchmark': 'A new benchmark needs all its figures',
  'precondition-failed': 'It was changed by someone else',
  'aggregation-running': 'An aggregation is already running',
  'unknown-job': 'No such job',
  unauthenticated: 'Sign in, or send a key',
  forbidden: 'This is not allowed for you',
  'sign-in-failed': 'The name, the password or the key is wrong',
  'rate-limited': 'Too many requests',
  'unknown-key': 'No such key',
  'too-many-keys': 'The project has as many keys as it may have',
  'unknown-user': 'No such user',
  'unknown-session': 'No such session',
  'unknown-invitation': 'No such invitation, or it was used or has expired',
  'unknown-reset': 'No such link, or it was used, replaced or has expired',
  'user-disabled': 'This user is disabled',
  'name-taken': 'This name is taken',
  'last-administrator': 'Nobody would be left who may do this again',
  'last-project': 'At least one project stays',
  'unknown-dashboard': 'No such dashboard',
  'dashboard-exists': 'There is a dashboard with this id already',
  'too-many-dashboards': 'The project has as many dashboards as it may have',
  'unknown-view': 'No such saved view',
  'too-many-views': 'The project has as many saved views as it may have',
  'forbidden-host': 'This host name is not served',
  'forbidden-origin': 'Requests from this origin are refused',
  overloaded: 'The server is busy',
  'storage-unavailable': 'The database cannot be reached',
  'shutting-down': 'The server is stopping',
  'query-timeout': 'The query took too long',
  internal: 'Something went wrong',
} as const;
export type ProblemCode = keyof typeof PROBLEM_CODES;

export interface FieldProblem {
  path: string;
  code: string;
  detail: string;
}

/** Body of every error answer, `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  requestId: string;
  errors?: FieldProblem[];
  /** What an NDJSON body had stored when it broke off; sending all of it again is safe. */
  committed?: IngestResult;
}
