import type { PoolClient } from 'pg';

import type { StreamingQuery } from './copy-out.js';

/** A connection with a REPEATABLE READ transaction on it. */
export interface Rolling {
  query: StreamingQuery;
  client: PoolClient;
}
