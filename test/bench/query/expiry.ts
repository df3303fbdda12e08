import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import type pg from 'pg';

import { ratioTable } from '../support/table.js';
import type { Ratio } from '../support/table.js';

/** As many days are taken away each way; the figures are medians. */
const DAYS = 5;

type Cost = [ms: number, walBytes: number];

/**
 * Days by dropping their partitions, by DELETE, and by what gives the room back as well: with the
 * day's files in memory, as right after they were written, and without, as a day has them that has
 * come of age. Only the machine of the database can forget files, so it must be this one.
 */
export async function expiry(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY 1 OFFSET 3 LIMIT $1`,
    [4 * DAYS],
  );
  const names = rows.map(({ name }) => name);
  const old = await ways(client, names.slice(0, 2 * DAYS), forget);
  const fresh = await ways(client, names.slice(2 * DAYS), () => Promise.resolve());
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  const times = (name: string, drop: number, other: number): Ratio => [
    name,
    `${drop.toFixed(1)} ms`,
    `${other.toFixed(0)} ms`,
    drop / other,
    '≤',
    0.1,
  ];
  const [dropWal, deleteWal] = [old.drop[1], old.delete[1]];
  console.log(
    ratioTable([
      times('expire a day that is not in memory, time', old.drop[0], old.delete[0]),
      times('the same / DELETE and VACUUM', old.drop[0], old.delete[0] + old.vacuum[0]),
      times('expire a day just read, time', fresh.drop[0], fresh.delete[0]),
      times('the same / DELETE and VACUUM', fresh.drop[0], fresh.delete[0] + fresh.vacuum[0]),
      ['expire a day, WAL', mb(dropWal), mb(deleteWal), dropWal / deleteWal, '≤', 0.01],
    ]),
  );
}

/** Half of the days one way, half the other, in turn: the medians. */
async function ways(
  client: pg.Client,
  names: readonly string[],
  before: (client: pg.Client, name: string) => Promise<void>,
): Promise<Record<'drop' | 'delete' | 'vacuum', Cost>> {
  const drops: Cost[] = [];
  const deletes: Cost[] = [];
  const vacuums: Cost[] = [];
  for (let at = 0; at + 1 < names.length; at += 2) {
    const [dropped, deleted] = [names[at] ?? '', names[at + 1] ?? ''];
    await client.query('CHECKPOINT');
    await before(client, deleted);
    deletes.push(await cost(client, `DELETE FROM ${deleted}`));
    vacuums.push(await cost(client, `VACUUM ${deleted}`));
    await client.query('CHECKPOINT');
    await before(client, dropped);
    drops.push(await cost(client, `DROP TABLE ${dropped}`));
  }
  return { drop: median(drops), delete: median(deletes), vacuum: median(vacuums) };
}

async function cost(client: pg.Client, sql: string): Promise<Cost> {
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
}

/** The system gives up what it keeps in memory of a table, its indexes and its long values. */
async function forget(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ file: string }>(
    `SELECT current_setting('data_directory') || '/' || pg_relation_filepath(c.oid) AS file
     FROM pg_class c WHERE c.oid IN (
       SELECT $1::regclass UNION SELECT indexrelid FROM pg_index WHERE indrelid = $1::regclass
       UNION SELECT reltoastrelid FROM pg_class WHERE oid = $1::regclass AND reltoastrelid <> 0)`,
    [name],
  );
  for (const { file } of rows) {
    // A file of more than a gigabyte goes on in further ones.
    for (let part = 0, path = file; existsSync(path); part += 1, path = `${file}.${part}`) {
      execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
    }
  }
}

function median(costs: readonly Cost[]): Cost {
  const middle = (place: 0 | 1): number =>
    costs.map((cost) => cost[place]).sort((a, b) => a - b)[costs.length >> 1] ?? NaN;
  return [middle(0), middle(1)];
}
