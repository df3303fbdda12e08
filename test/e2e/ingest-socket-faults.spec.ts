import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DomainError, HEARTBEAT_MS, loadConfig } from '@app/platform';
import { IngestPipe } from '@app/metrics';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

import { createApp } from '../../apps/api/src/setup-app.js';
import { INGEST_SOCKET_LIMITS } from '../../libs/metrics/src/ingest-socket.limits.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { IngestClient } from '../support/ingest-client.js';

const aRecord = (changes: object = {}): object => ({
  executionId: randomUUID(),
  agentId: 'streamer-1',
  agentType: 'cognitive',
  taskId: 'task-1',
  status: 'success',
  startedAt: new Date().toISOString(),
  durationMs: 1200,
  ...changes,
});

let database: FreshDatabase;
let sql: pg.Client;
let app: NestFastifyApplication;
let url: string;
let isRunning = false;

async function start(): Promise<void> {
  const config = loadConfig({ LOG_LEVEL: 'error', DATABASE_URL: database.url });
  app = await createApp({ config, databaseUrl: database.url });
  await app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  isRunning = true;
}

async function stop(): Promise<void> {
  if (isRunning) await app.close();
  isRunning = false;
}

beforeEach(async () => {
  database = await freshDatabase();
  await start();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
});
afterEach(async () => {
  await stop();
  await sql.end();
  await database.drop();
});

async function storedIds(): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT execution_id AS id FROM agent_performance_metrics ORDER BY 1',
  );
  return rows.map(({ id }) => id);
}

/** Whoever stores this record again has to wait until the returned function is called. */
async function hold(client: IngestClient, record: object): Promise<() => Promise<unknown>> {
  client.send(record);
  await client.settled();
  // A deletion that is not yet committed: a new row of the same key waits to hear of its end.
  const { executionId } = record as { executionId: string };
  await sql.query('BEGIN');
  await sql.query('DELETE FROM agent_performance_metrics WHERE execution_id = $1', [executionId]);
  return () => sql.query('ROLLBACK');
}

const nextTurns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

describe('acknowledgements', () => {
  it('cover only what lies before the first message that is not settled', async () => {
    const client = await IngestClient.connect(url);
    client.send(aRecord({ agentId: 'other' }));
    const held = aRecord({ agentId: 'held' });
    const release = await hold(client, held);
    const observer = new pg.Client({ connectionString: database.url });
    await observer.connect();
    client.send(held);
    await nextTurns();
    const later = aRecord({ agentId: 'other' }) as { executionId: string };
    client.send(later);
    client.send('no JSON');
    await eventually(async () => {
      const { rowCount } = await observer.query(
        'SELECT FROM agent_performance_metrics WHERE execution_id = $1',
        [later.executionId],
      );
      return rowCount === 1 || undefined;
    }, 'the later record');
    await nextTurns();
    expect(client.total()).toMatchObject({ acked: 2, rejected: [] });
    await release();
    expect(await client.settled()).toMatchObject({
      acked: 5,
      accepted: 3,
      duplicates: 1,
      rejected: [{ message: 5 }],
    });
    await observer.end();
    await client.close();
  });

  it('let a client that was cut off send again what is open, and each is stored once', async () => {
    const records = Array.from({ length: 3000 }, () => aRecord() as { executionId: string });
    let acked = 0;
    for (let cut = 0; cut < 5; cut += 1) {
      const client = await IngestClient.connect(url);
      for (const record of records.slice(acked, acked + 400)) client.send(record);
      await eventually(() => client.total().acked >= 20 || undefined, 'some acknowledgements');
      client.webSocket.terminate();
      await client.closed;
      acked += client.total().acked;
    }
    const client = await IngestClient.connect(url);
    for (const record of records.slice(acked)) client.send(record);
    await client.settled();
    expect(await storedIds()).toEqual(records.map(({ executionId }) => executionId).sort());
    await client.close();
  });
});

describe('records that cannot be stored', () => {
  it.each([
    ['storage-unavailable', { code: 1013, reason: 'storage-unavailable' }],
    ['overloaded', { code: 1013, reason: 'overloaded' }],
    ['shutting-down', { code: 1001, reason: 'server stopping' }],
  ] as const)('end the connection when %s, after what was committed', async (code, closing) => {
    const client = await IngestClient.connect(url);
    const pipe = app.get(IngestPipe);
    const first = aRecord({ agentId: 'a' });
    const release = await hold(client, first);
    client.send(first);
    await nextTurns();
    jest.spyOn(pipe, 'submit').mockRejectedValueOnce(new DomainError(code, 503));
    client.send(aRecord({ agentId: 'b' }));
    await nextTurns();
    client.send(aRecord({ agentId: 'c' }));
    await nextTurns();
    expect(client.webSocket.readyState).toBe(client.webSocket.OPEN);
    await release();
    expect(await client.closed).toEqual(closing);
    expect(client.total()).toMatchObject({ acked: 2, accepted: 1, duplicates: 1 });
    const again = await IngestClient.connect(url);
    again.send(aRecord());
    expect(await again.settled()).toMatchObject({ accepted: 1 });
    await again.close();
  });
});

describe('a client that sends faster than can be stored', () => {
  it('is read no further than what is bounded, and loses nothing', async () => {
    const client = await IngestClient.connect(url);
    const first = aRecord({ agentId: 'a' });
    const release = await hold(client, first);
    // Both writers wait for this one.
    const others = [await IngestClient.connect(url), await IngestClient.connect(url)];
    for (const other of others) {
      other.send(first);
      await nextTurns();
    }
    const count = 40_000;
    const metadata = { padding: 'x'.repeat(400) };
    for (let sent = 0; sent < count; sent += 100) {
      client.send(Array.from({ length: 100 }, () => aRecord({ agentId: 'flood', metadata })));
    }
    const pipe = app.get(IngestPipe);
    await eventually(() => pipe.queuedRecords > 2000 || undefined, 'a queue');
    let queued = -1;
    await eventually(async () => {
      const before = pipe.queuedRecords;
      await nextTurns();
      queued = pipe.queuedRecords;
      return queued === before || undefined;
    }, 'a standstill');
    expect(queued).toBeLessThan(INGEST_SOCKET_LIMITS.connectionRecords * 1.2);
    expect(client.webSocket.bufferedAmount).toBeGreaterThan(0);
    await release();
    expect(await client.settled()).toMatchObject({ acked: 401, accepted: count + 1 });
    expect(await storedIds()).toHaveLength(count + 1);
    for (const other of [client, ...others]) await other.close();
  });
});

describe('a client that never reads its acknowledgements', () => {
  const ANSWERS = 60;
  /** Some 20 kB that are answered by about 1 MB. */
  const junk = JSON.stringify(Array.from({ length: 10_000 }, () => 0));

  async function flood(): Promise<IngestClient> {
    const client = await IngestClient.connect(url);
    client.webSocket.pause();
    for (let sent = 0; sent < ANSWERS; sent += 1) client.send(junk);
    const { counts } = app.get(IngestPipe);
    let read = 0;
    await eventually(async () => {
      const before = counts.rejected;
      await nextTurns();
      read = counts.rejected / 10_000;
      return (read > 0 && counts.rejected === before) || undefined;
    }, 'a standstill');
    expect(read).toBeLessThan(ANSWERS * 0.75);
    return client;
  }

  it('is not read either, until it reads again', async () => {
    const client = await flood();
    const other = await IngestClient.connect(url);
    other.send(aRecord());
    expect(await other.settled()).toMatchObject({ accepted: 1 });
    client.webSocket.resume();
    const { acked, rejected } = await client.settled();
    expect([acked, rejected.length]).toEqual([ANSWERS, ANSWERS * 10_000]);
    await client.close();
    await other.close();
  });

  it('is cut off after a while', async () => {
    await stop();
    const left = ['setTimeout', 'setImmediate', 'nextTick', 'Date', 'performance'] as const;
    jest.useFakeTimers({ doNotFake: [...left, 'queueMicrotask', 'clearTimeout', 'hrtime'] });
    try {
      await start();
      const silent = await flood();
      const present = await IngestClient.connect(url);
      for (let beat = 0; beat < 3; beat += 1) {
        const pinged = new Promise((resolve) => present.webSocket.once('ping', resolve));
        jest.advanceTimersByTime(HEARTBEAT_MS);
        await pinged;
        // Sent after the answer to the ping.
        present.send(aRecord());
        await present.settled();
      }
      silent.webSocket.resume();
      expect((await silent.closed).code).toBe(1006);
      await present.close();
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('connections', () => {
  it('are refused above the limit, and welcome again below it', async () => {
    const limit = INGEST_SOCKET_LIMITS.connections;
    const clients: IngestClient[] = [];
    while (clients.length < limit) {
      const more = Array.from({ length: 100 }, () => IngestClient.connect(url));
      clients.push(...(await Promise.all(more)));
    }
    await expect(IngestClient.connect(url)).rejects.toThrow('Unexpected server response: 503');
    await clients.pop()?.close();
    const last = await eventually(
      () => IngestClient.connect(url).catch(() => undefined),
      'a free place',
    );
    last.send(aRecord());
    expect(await last.settled()).toMatchObject({ accepted: 1 });
    for (const client of [last, ...clients]) client.webSocket.terminate();
    await last.closed;
  });
});

describe('a server that stops', () => {
  it('acknowledges all that it took, and says goodbye', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => IngestClient.connect(url)));
    const sent = clients.map((client) => {
      const records = Array.from({ length: 4000 }, () => aRecord() as { executionId: string });
      for (const record of records) client.send(record);
      return records.map(({ executionId }) => executionId);
    });
    const isUnderWay = (): boolean => clients.some((client) => client.total().acked > 0);
    await eventually(() => isUnderWay() || undefined, 'the first acknowledgement');
    await stop();
    const acknowledged: string[] = [];
    for (const [at, client] of clients.entries()) {
      expect(await client.closed).toEqual({ code: 1001, reason: 'server stopping' });
      acknowledged.push(...(sent[at] ?? []).slice(0, client.total().acked));
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(await storedIds()).toEqual(acknowledged.sort());
  });

  it('does not wait for clients that do not answer', async () => {
    const client = await IngestClient.connect(url);
    client.webSocket.pause();
    const started = performance.now();
    await stop();
    expect(performance.now() - started).toBeLessThan(15_000);
    client.webSocket.terminate();
  });
});
