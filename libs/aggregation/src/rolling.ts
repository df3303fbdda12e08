import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';

import { streaming } from './copy-out.js';
import type { StreamingQuery } from './copy-out.js';

/** A connection with a REPEATABLE READ transaction on it. */
export interface Rolling {
  query: StreamingQuery;
  client: PoolClient;
}

/** In one snapshot, so that marks and the rows that they tell of are of one instant. */
export async function inSnapshot<T>(
  runner: QueryRunner,
  work: (rolling: Rolling) => Promise<T>,
): Promise<T> {
  const client = (await runner.connect()) as PoolClient;
  const query = streaming((sql, parameters) => runner.query(sql, parameters), client);
  await runner.startTransaction('REPEATABLE READ');
  try {
    const result = await work({ query, client });
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await runner.rollbackTransaction().catch(() => {
      // The connection is gone, and the transaction with it.
    });
    throw error;
  }
}
