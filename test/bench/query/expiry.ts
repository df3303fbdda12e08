import type pg from 'pg';

import { ratioTable } from '../support/table.js';

/** As many days are taken away each way; the figures are medians. */
const DAYS = 5;

type Cost = [ms: number, walBytes: number];

/** Days by dropping their partitions, by DELETE, and by what gives the room back as well. */
export async function expiry(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY 1 OFFSET 3 LIMIT $1`,
    [2 * DAYS],
  );
  const cost = async (sql: string): Promise<Cost> => {
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
  const drops: Cost[] = [];
  const deletes: Cost[] = [];
  const vacuums: Cost[] = [];
  for (let day = 0; day < DAYS; day++) {
    const [dropped, deleted] = [rows[2 * day]?.name ?? '', rows[2 * day + 1]?.name ?? ''];
    await client.query('CHECKPOINT');
    deletes.push(await cost(`DELETE FROM ${deleted}`));
    vacuums.push(await cost(`VACUUM ${deleted}`));
    await client.query('CHECKPOINT');
    drops.push(await cost(`DROP TABLE ${dropped}`));
  }
  const [dropMs, dropWal] = median(drops);
  const [deleteMs, deleteWal] = median(deletes);
  const [vacuumMs] = median(vacuums);
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
      [
        'the same / DELETE and VACUUM',
        `${dropMs.toFixed(1)} ms`,
        `${(deleteMs + vacuumMs).toFixed(0)} ms`,
        dropMs / (deleteMs + vacuumMs),
        '≤',
        0.1,
      ],
      ['expire a day, WAL', mb(dropWal), mb(deleteWal), dropWal / deleteWal, '≤', 0.01],
    ]),
  );
}

function median(costs: readonly Cost[]): Cost {
  const middle = (place: 0 | 1): number =>
    costs.map((cost) => cost[place]).sort((a, b) => a - b)[costs.length >> 1] ?? NaN;
  return [middle(0), middle(1)];
}
