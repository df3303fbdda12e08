import { createHash } from 'node:crypto';

import { LOCKS, createDataSource } from '@app/platform';
import type { Client } from 'pg';
import { MigrationExecutor } from 'typeorm';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';

import { BackupReader, BadBackup, FORMAT, FORMAT_VERSION } from './backup-file.js';
import type { BackupEnd, BackupHead, TableEnd, TableHead } from './backup-file.js';
import { copyIn } from './copy-stream.js';
import { quoted } from './take-backup.js';
import type { BackupSummary } from './take-backup.js';

type Migrations = readonly (new () => MigrationInterface)[];

export interface Restored extends BackupSummary {
  takenAt: string;
  release: string;
}

/**
 * Fills an empty database from a backup, in one transaction: all of it is there in the end, or
 * nothing. The schema is made as it was when the backup was taken; what this release has added
 * since comes with its next start.
 * @throws BadBackup when the file is damaged; Error when the database is not empty, or the backup
 * was taken by a newer release
 */
export async function restoreBackup(
  url: string,
  path: string,
  migrations: Migrations,
): Promise<Restored> {
  const reader = new BackupReader(path);
  try {
    const head = checked(await reader.json<BackupHead>(), migrations);
    const wanted = migrations.filter(({ name }) => head.migrations.includes(name));
    const options = { url, poolSize: 2, migrations: [...wanted], statementTimeoutMs: Infinity };
    const dataSource = await createDataSource(options).initialize();
    try {
      const summary = await fill(dataSource, reader, head);
      return { ...summary, takenAt: head.takenAt, release: head.release };
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await reader.close();
  }
}

function checked(head: BackupHead, migrations: Migrations): BackupHead {
  if (head.format !== FORMAT) throw new BadBackup('The file is no backup of the tracker');
  const known = new Set(migrations.map(({ name }) => name));
  const strange = head.migrations.find((name) => !known.has(name));
  if (head.version !== FORMAT_VERSION || strange !== undefined) {
    throw new Error(
      `The backup was taken by a newer release (${head.release}): update the tracker`,
    );
  }
  return head;
}

async function fill(
  dataSource: DataSource,
  reader: BackupReader,
  head: BackupHead,
): Promise<BackupSummary> {
  const runner = dataSource.createQueryRunner();
  const client = (await runner.connect()) as Client;
  await runner.startTransaction();
  try {
    // A tracker that starts meanwhile waits, and then finds everything done.
    await runner.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.migrate]);
    await requireEmpty(runner);
    await makeSchema(dataSource, runner, head);
    const summary = await fillTables(client, runner, reader);
    await runner.commitTransaction();
    return summary;
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

async function requireEmpty(runner: QueryRunner): Promise<void> {
  const [found] = (await runner.query(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
       AND relkind IN ('r', 'p', 'v', 'm') LIMIT 1`,
  )) as { name: string }[];
  if (found) throw new Error(`The database is not empty: it has ${found.name}`);
}

async function makeSchema(
  dataSource: DataSource,
  runner: QueryRunner,
  { days }: BackupHead,
): Promise<void> {
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'none';
  await executor.executePendingMigrations();
  for (const day of days) {
    if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new BadBackup('The file is damaged');
    const from = new Date(`${day}T00:00:00Z`);
    const to = new Date(from.getTime() + 86_400_000).toISOString();
    await runner.query(`CREATE TABLE agent_performance_metrics_p${day.replaceAll('-', '')}
      PARTITION OF agent_performance_metrics FOR VALUES FROM ('${from.toISOString()}') TO ('${to}')`);
  }
}

async function fillTables(
  client: Client,
  runner: QueryRunner,
  reader: BackupReader,
): Promise<BackupSummary> {
  const summary = { tables: 0, rows: 0 };
  const known = await knownTables(runner);
  // What migrations bring along is in the backup as well, as it has become since.
  await runner.query(`TRUNCATE ${[...known.keys()].map(quoted).join(', ')}`);
  for (;;) {
    const section = await reader.json<TableHead | BackupEnd>();
    if ('end' in section) {
      await finish(runner, reader, section, summary, known);
      return summary;
    }
    const { table, columns } = section;
    const real = known.get(table);
    // Names come from a file, and go into statements.
    if (!real || !columns.every((name) => real.has(name))) {
      throw new BadBackup(`The backup has ${JSON.stringify(table)}, which its schema does not`);
    }
    const hash = createHash('sha256');
    const sql = `COPY ${quoted(table)} (${columns.map(quoted).join(', ')}) FROM STDIN`;
    const taken = await copyIn(client, sql, hashed(reader.pieces(), hash)).catch(asDamage(table));
    const { rows, sha256 } = await reader.json<TableEnd>();
    if (rows !== taken || sha256 !== hash.digest('hex')) {
      throw new BadBackup(`The rows of ${table} are not those that were written`);
    }
    summary.tables += 1;
    summary.rows += rows;
  }
}

/** What the database cannot read, or will not have, was not written by a tracker like that. */
function asDamage(table: string): (error: unknown) => never {
  return (error) => {
    const { code } = error as { code?: string };
    if (!/^2[23]/.test(code ?? '')) throw error;
    throw new BadBackup(`The file is damaged: rows of ${table} cannot be read`);
  };
}

async function finish(
  runner: QueryRunner,
  reader: BackupReader,
  end: BackupEnd,
  { tables, rows }: BackupSummary,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  if (end.tables !== tables || end.rows !== rows) throw new BadBackup('The file is damaged');
  await reader.verifyEnd();
  for (const { table, column, next } of end.sequences) {
    if (!known.get(table)?.has(column)) throw new BadBackup('The file is damaged');
    await runner.query('SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint, false)', [
      quoted(table),
      column,
      next,
    ]);
  }
}

async function knownTables(runner: QueryRunner): Promise<Map<string, Set<string>>> {
  const rows = (await runner.query(
    `SELECT c.relname::text AS "table", a.attname::text AS "column"
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.relpersistence = 'p' AND a.attnum > 0 AND NOT a.attisdropped
       AND c.relname NOT IN ('migrations', 'typeorm_metadata')`,
  )) as { table: string; column: string }[];
  const known = new Map<string, Set<string>>();
  for (const { table, column } of rows) {
    known.set(table, (known.get(table) ?? new Set()).add(column));
  }
  return known;
}

async function* hashed(
  pieces: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
