import { createHash } from 'node:crypto';

import { dayOfPartition } from '@app/metrics';
import { APP_VERSION } from '@app/platform';
import type { Client } from 'pg';

import { FORMAT, FORMAT_VERSION, jsonLine, writeBackup } from './backup-file.js';
import type { BackupHead, SequenceState, TableHead } from './backup-file.js';
import { copyOut } from './copy-stream.js';

export interface BackupSummary {
  tables: number;
  rows: number;
}

/** The schema's own book-keeping, which restoring makes anew. */
const BOOKS = ['migrations', 'typeorm_metadata'];

// Parents before those who refer to them; unlogged tables hold nothing that is worth keeping.
const tablesInOrder = `
WITH RECURSIVE kept AS (
  SELECT c.oid, c.relname::text AS name FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition AND c.relpersistence = 'p' AND c.relname <> ALL ($1::text[])
), refers AS (
  SELECT DISTINCT conrelid AS child, confrelid AS parent FROM pg_constraint
  WHERE contype = 'f' AND conrelid <> confrelid AND conparentid = 0
), depths AS (
  SELECT oid, name, 0 AS depth FROM kept
  UNION ALL
  SELECT k.oid, k.name, d.depth + 1 FROM depths d
  JOIN refers r ON r.parent = d.oid JOIN kept k ON k.oid = r.child
  WHERE d.depth < 50
)
SELECT oid::int AS oid, name FROM depths GROUP BY oid, name ORDER BY max(depth), name`;

const columnsOf = `
SELECT attname::text AS name, attidentity <> '' AS identity FROM pg_attribute
WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`;

interface Table {
  name: string;
  columns: { name: string; identity: boolean }[];
}

/**
 * Writes everything that the tracker keeps into one file, as of one instant, while it runs.
 * @param client a connection of its own
 * @throws Error when there is a file already, or no tracker's store
 */
export async function takeBackup(client: Client, path: string): Promise<BackupSummary> {
  const summary = { tables: 0, rows: 0 };
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query(`SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO';
      SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL statement_timeout = 0`);
    const tables = await readTables(client);
    await writeBackup(path, sections(client, tables, summary));
    await client.query('COMMIT');
    return summary;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function readTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<{ oid: number; name: string }>(tablesInOrder, [BOOKS]);
  if (!rows.some(({ name }) => name === 'agent_performance_metrics')) {
    throw new Error('There is no store of the tracker in this database');
  }
  const tables: Table[] = [];
  for (const { oid, name } of rows) {
    const columns = await client.query<Table['columns'][number]>(columnsOf, [oid]);
    tables.push({ name, columns: columns.rows });
  }
  return tables;
}

async function* sections(
  client: Client,
  tables: readonly Table[],
  summary: BackupSummary,
): AsyncGenerator<Buffer> {
  yield jsonLine(await headOf(client));
  for (const table of tables) {
    const names = table.columns.map(({ name }) => name);
    yield jsonLine({ table: table.name, columns: names } satisfies TableHead);
    const hash = createHash('sha256');
    let rows = 0;
    const select = `SELECT ${names.map(quoted).join(', ')} FROM ${quoted(table.name)}`;
    for await (const block of copyOut(client, `COPY (${select}) TO STDOUT`)) {
      rows += block.rows;
      hash.update(block.bytes);
      yield Buffer.from(`${block.bytes.length}\n`);
      yield block.bytes;
    }
    yield Buffer.from('0\n');
    yield jsonLine({ rows, sha256: hash.digest('hex') });
    summary.tables += 1;
    summary.rows += rows;
  }
  yield jsonLine({ end: true, sequences: await sequencesOf(client, tables), ...summary });
}

async function headOf(client: Client): Promise<BackupHead> {
  const { rows: versions } = await client.query<{ version: string; at: Date }>(
    `SELECT current_setting('server_version') AS version, now() AS at`,
  );
  const { rows: migrations } = await client.query<{ name: string }>(
    'SELECT name FROM migrations ORDER BY timestamp, name',
  );
  const { rows: partitions } = await client.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'agent_performance_metrics'::regclass ORDER BY c.relname`,
  );
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    release: APP_VERSION,
    postgres: versions[0]?.version ?? '',
    takenAt: (versions[0]?.at ?? new Date()).toISOString(),
    migrations: migrations.map(({ name }) => name),
    days: partitions.flatMap(({ name }) => dayOfPartition(name)?.toISOString().slice(0, 10) ?? []),
  };
}

/** Sequences know no snapshots: they may be ahead of the rows, which does no harm. */
async function sequencesOf(client: Client, tables: readonly Table[]): Promise<SequenceState[]> {
  const states: SequenceState[] = [];
  for (const { name: table, columns } of tables) {
    for (const { name: column } of columns.filter(({ identity }) => identity)) {
      const { rows } = await client.query<{ name: string }>(
        'SELECT pg_get_serial_sequence($1, $2) AS name',
        [quoted(table), column],
      );
      const sequence = rows[0]?.name ?? '';
      const { rows: state } = await client.query<{ next: string }>(
        `SELECT (last_value + is_called::int)::text AS next FROM ${sequence}`,
      );
      states.push({ table, column, next: state[0]?.next ?? '1' });
    }
  }
  return states;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
