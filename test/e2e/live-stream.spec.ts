import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionRecord } from '@app/contracts';
import { PerformanceStream, StreamRefusedError } from '@app/tracker';
import type { StreamEvent } from '@app/tracker';

import { API } from '../support/boot-app.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { storedIds } from '../support/live-watcher.js';
import { seeded, uuidFrom } from '../support/random-history.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { eventually, startReadyTracker } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const random = seeded(66);

/** Two servers on one database, a client that comes to either, and a network that breaks. */
describe(PerformanceStream.name, () => {
  let database: FreshDatabase;
  let servers: RunningTracker[];
  let proxy: TcpProxy;
  const a = () => servers[0] as RunningTracker;
  const b = () => servers[1] as RunningTracker;

  beforeAll(async () => {
    database = await freshDatabase();
    servers = [
      await startReadyTracker({ DATABASE_URL: database.url }),
      await startReadyTracker({ DATABASE_URL: database.url }),
    ];
    const port = Number(new URL(a().url).port);
    proxy = await TcpProxy.start({ host: '127.0.0.1', port }, random);
  }, 120_000);
  afterAll(async () => {
    await proxy.close();
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
  });

  const post = async (server: RunningTracker, records: ExecutionRecord[]): Promise<void> => {
    const response = await fetch(`${server.url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(records),
    });
    expect(response.status).toBe(200);
  };
  let task = 0;
  const ended = (agentId: string): ExecutionRecord => ({
    executionId: uuidFrom(random),
    agentId,
    agentType: 'cognitive',
    taskId: `task-${(task += 1)}`,
    status: 'success',
    endedAt: new Date().toISOString(),
    durationMs: 20,
  });

  /** The set of stored executions, kept up to date by a loop as the README describes it. */
  function follow(stream: PerformanceStream<string[]>) {
    const view = { known: new Set<string>(), told: [] as string[], types: [] as string[] };
    const take = (event: StreamEvent<string[]>): void => {
      view.types.push(event.type === 'resync' ? `resync ${event.data.reason}` : event.type);
      if (event.type === 'resync') view.known = new Set(event.state);
      if (event.type !== 'performance:taskCompleted') return;
      view.known.add(event.data.executionId);
      view.told.push(event.data.executionId);
    };
    const run = async (): Promise<void> => {
      for await (const event of stream) take(event);
    };
    return { view, ended: run() };
  }

  it('has the totals of REST after ten cuts, told nothing twice', async () => {
    const stream = new PerformanceStream<string[]>({
      url: proxy.through(a().url),
      readState: () => storedIds(a().url),
      maxRetryMs: 500,
    });
    const { view, ended: over } = follow(stream);
    expect(await eventually(() => stream.isConnected)).toBe(true);
    for (let round = 0; round < 10; round += 1) {
      for (let i = 0; i < 20; i += 1) {
        await post(i % 2 ? a() : b(), [ended(`cut-${i % 3}`)]);
        if (i === 10) proxy.reset();
      }
      await eventually(() => stream.isConnected);
    }
    const stored = (await storedIds(b().url)).sort();
    await eventually(() => view.known.size === stored.length);
    expect([...view.known].sort()).toEqual(stored);
    expect(new Set(view.told).size).toBe(view.told.length);
    // The same process remembered all: it was never necessary to read anew.
    expect(view.types.filter((type) => type.startsWith('resync'))).toEqual(['resync start']);
    stream.close();
    await over;
  });

  it('reads anew where another process answers', async () => {
    const first = proxy.through(a().url);
    let server = first;
    const stream = new PerformanceStream<string[]>({
      url: first,
      readState: () => storedIds(b().url),
      maxRetryMs: 500,
      // As a balancer does it.
      webSocket: class extends WebSocket {
        constructor(url: string, protocols?: string[]) {
          super(url.replace(new URL(first).host, new URL(server).host), protocols);
        }
      },
    });
    const { view, ended: over } = follow(stream);
    expect(await eventually(() => stream.isConnected)).toBe(true);
    await post(a(), [ended('moves')]);
    server = b().url;
    proxy.reset();
    await post(b(), [ended('moves')]);
    expect(await eventually(() => view.types.includes('resync restart'))).toBe(true);
    await post(a(), [ended('moves')]);
    const stored = (await storedIds(b().url)).sort();
    await eventually(() => view.known.size === stored.length);
    expect([...view.known].sort()).toEqual(stored);
    stream.close();
    await over;
  });

  it('hears what it asks for, of other processes too, and changes its mind', async () => {
    const stream = new PerformanceStream({ url: b().url, agentIds: ['wanted'], snapshot: true });
    const heard: string[] = [];
    const run = async (): Promise<void> => {
      for await (const event of stream) {
        if (event.type === 'performance:taskCompleted') heard.push(event.data.agentId);
        else if (event.type === 'performance:summary') heard.push('summary');
      }
    };
    const over = run();
    expect(await eventually(() => heard.includes('summary'))).toBe(true);
    await post(a(), [ended('other'), ended('wanted')]);
    expect(await eventually(() => heard.includes('wanted'))).toBe(true);
    stream.subscribe({ agentIds: ['other'] });
    await eventually(async () => {
      await post(a(), [ended('other'), ended('wanted')]);
      return heard.includes('other');
    });
    expect(heard.indexOf('other')).toBeGreaterThan(heard.indexOf('wanted'));
    stream.close();
    await over;
  });

  it('says why a project cannot be heard', async () => {
    const stream = new PerformanceStream({ url: a().url, project: 'nowhere' });
    const wait = async (): Promise<void> => {
      for await (const event of stream) throw new Error(event.type);
    };
    await expect(wait()).rejects.toThrow(StreamRefusedError);
    await expect(
      (async () => {
        for await (const event of new PerformanceStream({ url: a().url, rate: 99 })) {
          throw new Error(event.type);
        }
      })(),
    ).rejects.toMatchObject({ name: 'StreamRefusedError', code: 'invalid-request' });
  });
});
