export { startEmbeddedPostgres } from './embedded-postgres.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.js';
export { DatabaseAwayError, checkExternalPostgres } from './external-postgres.js';
export { runningPostgresUrl } from './running-postgres.js';
