import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, SummaryRow } from '@app/contracts';
import { createDataSource, migrate } from '@app/platform';
import pg from 'pg';

import { BadBackup } from '../../apps/api/src/backup/backup-file.js';
import { restoreBackup } from '../../apps/api/src/backup/restore-backup.js';
import { takeBackup } from '../../apps/api/src/backup/take-backup.js';
import { migrations } from '../../migrations/index.js';
import { Belongings } from '../support/belongings.js';
import { bootApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase } from '../support/fresh-database.js';

const NAMES = ['plain', 'tab\there', 'quote" and \\ slash', '🤖 \u202e bidi', "it's; --"];

/** Names, values and times of every kind that COPY has to write in its own way. */
function records(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    agentId: `agent-${index % 7}`,
    agentName: NAMES[index % NAMES.length],
    agentType: 'cognitive',
    taskId: `task-${index}`,
    taskType: index % 3 === 0 ? 'review' : 'write',
    complexity: 1 + (index % 5),
    status: index % 11 === 0 ? 'failure' : 'success',
    startedAt: new Date(Date.now() - (index % 72) * 3_600_000).toISOString(),
    durationMs: 0.1 + index / 3,
    cpuPercent: index % 2 === 0 ? 1 / 3 : undefined,
    errorMessage: index % 11 === 0 ? 'a\tb\\N\n\\.\n"ü😀' : undefined,
    metadata: { path: 'C:\\n', index, nested: { list: [1, null, 'x'] } },
  }));
}

/** A digest of all that is in a database, by table, independent of where rows lie. */
async function digests(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
       AND relkind IN ('r', 'p') AND relpersistence = 'p' ORDER BY relname`,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    // When a migration ran is all that may differ.
    if (name === 'migrations') continue;
    const { rows } = await client.query<{ row: string }>(
      `SELECT t::text AS row FROM "${name}" t ORDER BY t::text COLLATE "C"`,
    );
    const hash = createHash('sha256');
    for (const { row } of rows) hash.update(`${row}\n`);
    found[name] = `${rows.length} ${hash.digest('hex')}`;
  }
  await client.end();
  return found;
}

/** Of a server that is closed already. */
async function dropDatabase(url: string): Promise<void> {
  const admin = new URL(url);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query(`DROP DATABASE "${name}" WITH (FORCE)`).finally(() => client.end());
}

describe('a backup', () => {
  const belongings = new Belongings();
  const folder = mkdtempSync(join(tmpdir(), 'apt-backup-'));
  const file = join(folder, 'one.backup');
  let sourceUrl: string;
  let before: Record<string, string>;
  let summary: SummaryRow[];

  const connected = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return use(client).finally(() => client.end());
  };
  const emptyStore = async (): Promise<string> => {
    const database = await freshDatabase('restored');
    belongings.add(() => database.drop());
    return database.url;
  };

  beforeAll(async () => {
    const server = await bootApp();
    sourceUrl = server.databaseUrl;
    belongings.add(() => dropDatabase(sourceUrl));
    expect((await server.send('POST', '/metrics', records(3000))).status).toBe(200);
    await server.send('POST', '/aggregate');
    await eventually(async () => {
      const { body } = await server.get<{ data: { aggregation: { dirtyBuckets: number } } }>(
        '/status',
      );
      return body.data.aggregation.dirtyBuckets === 0 || undefined;
    });
    ({ data: summary } = (await server.get<Answer<SummaryRow[]>>('/summary?window=7d')).body);
    await server.app.close();
    before = await digests(sourceUrl);
  });
  afterAll(async () => {
    await belongings.end();
    rmSync(folder, { recursive: true });
  });

  it('holds everything, for its owner only, and is never overwritten', async () => {
    const { rows, tables } = await connected(sourceUrl, (client) => takeBackup(client, file));
    expect(rows).toBeGreaterThan(3000);
    expect(tables).toBeGreaterThan(20);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(connected(sourceUrl, (client) => takeBackup(client, file))).rejects.toThrow(
      'exists already',
    );
  });

  it('restores to the very same, row by row, and the server answers the same from it', async () => {
    const url = await emptyStore();
    const { rows } = await restoreBackup(url, file, migrations);
    expect(rows).toBeGreaterThan(3000);
    const after = await digests(url);
    expect(after).toEqual(before);
    // The tracker starts on it, and its new agents do not collide with the restored ones.
    const server = await bootApp({
      prepare: async (empty) => void (await restoreBackup(empty, file, migrations)),
    });
    belongings.add(() => server.close());
    const again = (await server.get<Answer<SummaryRow[]>>('/summary?window=7d')).body.data;
    const figures = (list: SummaryRow[]) =>
      list.map(({ agentId, total, successRate }) => [agentId, total, successRate]).sort();
    expect(figures(again)).toEqual(figures(summary));
    const { status } = await server.send('POST', '/metrics', { ...records(1)[0], agentId: 'new' });
    expect(status).toBe(200);
  });

  it('is restored into an empty store only', async () => {
    await expect(restoreBackup(sourceUrl, file, migrations)).rejects.toThrow('is not empty');
    expect(await digests(sourceUrl)).toEqual(before);
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.7))],
    ['cut near its end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 60)],
    [
      'changed in the middle',
      (bytes: Buffer) => {
        const changed = Buffer.from(bytes);
        const at = Math.floor(changed.length / 2);
        changed[at] = (changed[at] ?? 0) ^ 0xff;
        return changed;
      },
    ],
    ['no backup', () => Buffer.from('hello')],
  ])('that is %s is refused, and leaves nothing behind', async (name, damage) => {
    const bad = join(folder, `${name}.backup`);
    writeFileSync(bad, damage(readFileSync(file)));
    const url = await emptyStore();
    const refusal = await restoreBackup(url, bad, migrations).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BadBackup);
    expect((refusal as Error).message).toMatch(
      /damaged|no backup|too early|not those that were written/,
    );
    expect(await digests(url)).toEqual({});
  });

  it('of an older release is restored, and brought up to date with its data', async () => {
    const since = migrations.findIndex(({ name }) => name.startsWith('SystemAlerts'));
    const older = migrations.slice(0, since);
    const url = await emptyStore();
    const dataSource = await createDataSource({ url, poolSize: 2, migrations: older }).initialize();
    await migrate(dataSource);
    await dataSource.query(`INSERT INTO projects (project_id, slug, name, created_at)
      VALUES (77, 'old', 'Old', '2026-01-01Z')`);
    await dataSource.destroy();
    const old = join(folder, 'old.backup');
    await connected(url, (client) => takeBackup(client, old));
    const target = await emptyStore();
    await restoreBackup(target, old, migrations);
    const latest = await createDataSource({ url: target, poolSize: 2, migrations }).initialize();
    await migrate(latest);
    const found = await latest.query<{ slug: string }[]>(
      'SELECT slug FROM projects WHERE project_id = 77',
    );
    expect(found).toEqual([{ slug: 'old' }]);
    expect(await latest.query('SELECT * FROM system_alerts')).toEqual([]);
    await latest.destroy();
    // And what a newer release wrote is not touched by an older one.
    await expect(restoreBackup(await emptyStore(), file, older)).rejects.toThrow('newer release');
  });
});
