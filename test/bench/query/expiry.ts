import type pg from 'pg';

import { ratioTable } from '../support/table.js';

/** A day by dropping its partition, and one by DELETE. */
export async function expiry(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY 1 OFFSET 3 LIMIT 2`,
  );
  const [dropped = '', deleted = ''] = rows.map(({ name }) => name);
  const cost = async (sql: string): Promise<[ms: number, walBytes: number]> => {
    await client.query('CHECKPOINT');
    const wal = 'SELECT pg_current_wal_lsn() AS at';
    const { rows: from } = await client.query<{ at: string }>(wal);
    const startedMs = performance.now();
    await client.query(sql);
    const ms = performance.now() - startedMs;
    const { rows: size } = await client.query<{ bytes: string }>(
      'SELECT pg_current_wal_lsn() - $1::pg_lsn AS bytes',
      [from[0]?.at],
    );
    return [ms, Number(size[0]?.bytes)];
  };
  const [deleteMs, deleteWal] = await cost(`DELETE FROM ${deleted}`);
  const [dropMs, dropWal] = await cost(`DROP TABLE ${dropped}`);
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(
    ratioTable([
      [
        'expire a day, time',
        `${dropMs.toFixed(1)} ms`,
        `${deleteMs.toFixed(0)} ms`,
        dropMs / deleteMs,
        '≤',
        0.1,
      ],
      ['expire a day, WAL', mb(dropWal), mb(deleteWal), dropWal / deleteWal, '≤', 0.01],
    ]),
  );
}
