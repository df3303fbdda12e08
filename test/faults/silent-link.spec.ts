import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PoolWatch, createDataSource } from '@app/platform';
import type { AppConfig } from '@app/platform';
import { ReadDatabase } from '@app/query';
import type { DataSource } from 'typeorm';

import { PostgresLink } from '../../libs/realtime/src/relay/postgres.link.js';
import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { seeded } from '../support/random-history.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { eventually } from '../support/tracker-process.js';

const STATEMENT_TIMEOUT_MS = 200;

describe('a connection over a link that went silent', () => {
  const belongings = new Belongings();
  let database: FreshDatabase;
  let proxy: TcpProxy;
  let url: string;

  beforeAll(async () => {
    database = await freshDatabase('silent_link');
    belongings.add(() => database.drop());
    const { hostname, port } = new URL(database.url);
    const random = seeded(Date.now());
    proxy = await TcpProxy.start({ host: hostname, port: Number(port) }, random);
    belongings.add(() => proxy.close());
    url = proxy.through(database.url);
  });
  afterEach(() => proxy.set());
  afterAll(() => belongings.end());

  it('is not lent again by the main pool, neither after a query nor after a transaction', async () => {
    const options = { url, poolSize: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
    const store = await createDataSource(options).initialize();
    for (const attempt of [
      () => store.query('SELECT 1'),
      () => store.transaction((manager) => manager.query('SELECT 1')),
    ]) {
      proxy.set({ blackhole: true });
      await expect(attempt()).rejects.toThrow('Query read timeout');
      proxy.set();
      expect(await store.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
    }
    await store.destroy();
  });

  it('holds no read for ever: whoever asks is told, and the pool reads on', async () => {
    const config = { readTimeoutMs: 7000, databaseReadPoolSize: 3 } as AppConfig;
    const store = { options: { url } } as unknown as DataSource;
    const pools = new PoolWatch();
    const reads = new ReadDatabase(store, pools, config);
    const expectFigure = async (): Promise<void> => {
      expect(await reads.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
      expect(await eventually(() => pools.read()[0]?.idle === 1, 10_000)).toBe(true);
    };

    proxy.set({ blackhole: true });
    await expect(reads.query('SELECT 1')).rejects.toThrow('timeout expired');
    proxy.set();
    await expectFigure();
    proxy.set({ blackhole: true });
    // Neither the read nor its cancelling, on a connection of its own, hears anything.
    await expect(reads.query('SELECT 1')).rejects.toMatchObject({ code: 'query-timeout' });
    proxy.set();
    await expectFigure();
    // The end of a read is not waited for, and hears nothing either.
    const last = reads.snapshot(async ({ query }) => {
      await query('SELECT 1');
      proxy.set({ blackhole: true });
    });
    await last;
    proxy.set();
    await expectFigure();
    await reads.onApplicationShutdown();
  });

  it('is lost to the relay, whose next one works', async () => {
    const link = new PostgresLink(url);
    await link.connect();
    expect(link.isConnected).toBe(true);
    proxy.set({ blackhole: true });
    await expect(link.query('SELECT 1')).rejects.toThrow('Query read timeout');
    expect(await eventually(() => !link.isConnected, 5000)).toBe(true);
    proxy.set();
    await link.connect();
    expect((await link.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    await link.close();
  });

  it('is noticed by the database too, which else keeps its locks', async () => {
    const store = await createDataSource({ url, poolSize: 1 }).initialize();
    const settings = await store.query<{ name: string; setting: string }[]>(
      `SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp%' AND source = 'client' ORDER BY name`,
    );
    expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      'tcp_keepalives_count=3',
      'tcp_keepalives_idle=30',
      'tcp_keepalives_interval=10',
      'tcp_user_timeout=60000',
    ]);
    await store.destroy();
  });
});
