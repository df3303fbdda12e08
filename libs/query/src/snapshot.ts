import type { Query } from '@app/aggregation';
import type { DataSource } from 'typeorm';

/** Runs reads that all see one instant of the database, and write nothing. */
export async function snapshot<T>(
  dataSource: DataSource,
  read: (query: Query) => Promise<T>,
): Promise<T> {
  return dataSource.transaction('REPEATABLE READ', async (manager) => {
    await manager.query('SET TRANSACTION READ ONLY');
    return read((sql, parameters) => manager.query(sql, parameters));
  });
}
