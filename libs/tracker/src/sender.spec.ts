import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentPerformanceTracker } from './agent-performance-tracker.js';
import { FakeServer } from './fake-server.js';
import type { TrackerEvents } from './events.js';
import type { TrackerOptions } from './options.js';

describe('delivery', () => {
  let server: FakeServer;
  let url: string;
  const open: AgentPerformanceTracker[] = [];

  beforeEach(async () => {
    server = new FakeServer();
    url = await server.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tracker) => tracker.close()));
    await server.stop();
  });

  /** Retries at once (a jitter of nothing), so that a spec need not wait. */
  function aTracker(options: Partial<TrackerOptions> = {}): AgentPerformanceTracker {
    const random = () => 0;
    const quick = { url, random, closeTimeoutMs: 200 };
    const tracker = new AgentPerformanceTracker({ ...quick, ...options });
    open.push(tracker);
    return tracker;
  }

  async function finish(tracker: AgentPerformanceTracker, ...taskIds: string[]): Promise<void> {
    for (const id of taskIds) await tracker.endTaskExecution('a', 'A', 'cognitive', id, true);
  }
  const storedTasks = () => server.stored.map(({ taskId }) => taskId);

  it('sends by itself when the interval is over', async () => {
    const tracker = aTracker({ flushIntervalMs: 20 });
    await finish(tracker, '1', '2');
    expect(server.requests).toHaveLength(0);
    await once(tracker, 'flushed');
    expect(server.requests.map(({ records }) => records.length)).toEqual([2]);
  });

  it('sends at once when a batch is full, and never more than a batch', async () => {
    const tracker = aTracker({ maxBatch: 3 });
    await finish(tracker, '1', '2', '3', '4', '5');
    await tracker.flush();
    expect(server.requests.map(({ records }) => records.length)).toEqual([3, 2]);
    expect(storedTasks()).toEqual(['1', '2', '3', '4', '5']);
  });

  it.each([503, 429, 500, 408])(
    'sends the same records again after %i, in order',
    async (status) => {
      server.nextStatus(status);
      const tracker = aTracker({ maxBatch: 2 });
      const id = await tracker.startTaskExecution('a', 'A', 'cognitive', '1', 'one');
      await finish(tracker, '1', '2');
      await until(() => tracker.stats().buffered === 0);
      const ids = server.requests.map(({ records }) => records[0]?.executionId);
      expect(ids.slice(0, 2)).toEqual([id, id]);
      expect(
        server.requests.slice(1).flatMap(({ records }) => records.map((r) => r.taskId)),
      ).toEqual(['1', '1', '2']);
      expect(tracker.stats()).toMatchObject({ accepted: 3, dropped: 0, retries: 1 });
    },
  );

  it('waits as long as the server asks', async () => {
    server.nextStatus(503, { 'retry-after': '1' });
    const tracker = aTracker();
    await finish(tracker, '1');
    await tracker.flush();
    const askedAt = performance.now();
    await once(tracker, 'flushed');
    expect(performance.now() - askedAt).toBeGreaterThan(900);
  });

  it('waits for a server that is not up yet', async () => {
    await server.stop();
    const port = Number(new URL(url).port);
    server = new FakeServer();
    const tracker = aTracker({ random: () => 0.05 });
    await finish(tracker, '1');
    const [retrying] = await Promise.all([once(tracker, 'retrying'), tracker.flush()]);
    expect(retrying).toEqual([{ failures: 1, delayMs: 25, cause: 'ECONNREFUSED' }]);
    await server.start(port);
    await until(() => tracker.stats().buffered === 0);
    expect(storedTasks()).toEqual(['1']);
  });

  it('gives up a request that is not answered in time and sends it again', async () => {
    server.next(() => undefined);
    const tracker = aTracker({ timeoutMs: 30 });
    await finish(tracker, '1');
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ buffered: 1, retries: 1 });
    await until(() => tracker.stats().buffered === 0);
    expect(storedTasks()).toEqual(['1', '1']);
  });

  it.each([401, 403, 408, 429])(
    'keeps what is refused with %i, and sends it again',
    async (status) => {
      server.nextStatus(status);
      const tracker = aTracker({ random: () => 0.05 });
      await finish(tracker, '1');
      const [retrying] = await Promise.all([once(tracker, 'retrying'), tracker.flush()]);
      expect(retrying).toMatchObject([{ cause: `HTTP ${status}` }]);
      await until(() => tracker.stats().buffered === 0);
      expect(tracker.stats()).toMatchObject({ accepted: 1, dropped: 0 });
    },
  );

  it('drops and counts what the server refuses as a whole, and goes on', async () => {
    server.nextStatus(404);
    const tracker = aTracker({ maxBatch: 2 });
    const dropped = once(tracker, 'dropped');
    await finish(tracker, '1', '2', '3');
    await tracker.flush();
    expect(await dropped).toEqual([{ count: 2, reason: 'refused', status: 404 }]);
    expect(tracker.stats()).toMatchObject({ accepted: 1, dropped: 2, buffered: 0 });
  });

  it.each([400, 422])(
    'finds the record for which a request is refused with %i and loses no other',
    async (status) => {
      const stored: string[] = [];
      const answer = () =>
        server.next((response, { records }) => {
          answer();
          const isBad = records.some(({ taskId }) => taskId === '5');
          const body = { detail: 'Refused', errors: [{ path: '/4/taskId', detail: 'not a 5' }] };
          response.writeHead(isBad ? status : 200).end(isBad ? JSON.stringify(body) : '');
          if (!isBad) stored.push(...records.map(({ taskId }) => taskId));
        });
      answer();
      const tracker = aTracker();
      const rejected = once(tracker, 'rejected');
      await finish(tracker, '1', '2', '3', '4', '5', '6', '7', '8', '9');
      await tracker.flush();
      expect(stored).toEqual(['1', '2', '3', '4', '6', '7', '8', '9']);
      expect(await rejected).toMatchObject([
        { record: { taskId: '5' }, problem: { detail: 'not a 5' } },
      ]);
      expect(tracker.stats()).toMatchObject({ accepted: 8, rejected: 1, dropped: 0, buffered: 0 });
    },
  );

  it('does not ask record by record when every one is refused', async () => {
    const refuse = () =>
      server.next((response) => {
        refuse();
        response.writeHead(400).end();
      });
    refuse();
    const tracker = aTracker({ maxBatch: 500 });
    const ids = Array.from({ length: 2000 }, (_, index) => String(index));
    await finish(tracker, ...ids);
    await tracker.flush();
    const { rejected, dropped, buffered } = tracker.stats();
    expect([rejected + dropped, buffered]).toEqual([2000, 0]);
    expect(server.requests.length).toBeLessThan(60);
  });

  it('compresses large bodies, and stops when something on the way does not take that', async () => {
    const tracker = aTracker({ compressAboveBytes: 200 });
    await finish(tracker, '1');
    await tracker.flush();
    await finish(tracker, '2', '3', '4');
    await tracker.flush();
    server.nextStatus(415);
    await finish(tracker, '5', '6', '7');
    await tracker.flush();
    const seen = server.requests.map(({ encoding, records }) => [encoding, records.length]);
    expect(seen).toEqual([
      [undefined, 1],
      ['gzip', 3],
      ['gzip', 3],
      [undefined, 3],
    ]);
    expect(tracker.stats()).toMatchObject({ accepted: 7, dropped: 0 });
  });

  it('sends nothing before the time that the server asked for, whoever asks', async () => {
    server.nextStatus(429, { 'retry-after': '60' });
    const tracker = aTracker();
    await finish(tracker, '1');
    await tracker.flush();
    await finish(tracker, '2');
    await tracker.flush();
    await tracker.close();
    expect(server.requests).toHaveLength(1);
    expect(tracker.stats()).toMatchObject({ buffered: 2, retries: 1 });
  });

  it('halves a request that is too large until it fits, losing only what never fits', async () => {
    const refuseLarge = (limit: number, poison: string) => {
      server.next((response, { records }) => {
        refuseLarge(limit, poison);
        const tooLarge = records.length > limit || records.some((r) => r.taskId === poison);
        response.writeHead(tooLarge ? 413 : 200).end();
        if (!tooLarge) fits.push(...records.map(({ taskId }) => taskId));
      });
    };
    const fits: string[] = [];
    refuseLarge(2, '4');
    const tracker = aTracker();
    await finish(tracker, '1', '2', '3', '4', '5', '6', '7');
    await tracker.flush();
    expect(fits).toEqual(['1', '2', '3', '5', '6', '7']);
    expect(tracker.stats()).toMatchObject({ dropped: 1, buffered: 0 });
  });

  it('counts and tells a rejected record, and never sends it again', async () => {
    const problem = { index: 1, code: 'invalid-value', path: 'taskId', detail: 'too long' };
    server.next((response) =>
      response.end(JSON.stringify({ data: { accepted: 1, duplicates: 1, rejected: [problem] } })),
    );
    const tracker = aTracker();
    const rejected = once(tracker, 'rejected');
    await finish(tracker, '1', '2', '3');
    await tracker.flush();
    await tracker.flush();
    expect(await rejected).toMatchObject([{ record: { taskId: '2' }, problem }]);
    expect(tracker.stats()).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1, buffered: 0 });
    expect(server.requests).toHaveLength(1);
  });

  it('drops the oldest running records first, then the oldest, when the buffer is full', async () => {
    const tracker = aTracker({ maxBuffer: 3 });
    await finish(tracker, '1');
    await tracker.startTaskExecution('a', 'A', 'cognitive', '2', 'two');
    await finish(tracker, '3', '4', '5');
    await tracker.flush();
    expect(storedTasks()).toEqual(['3', '4', '5']);
    expect(tracker.stats()).toMatchObject({ dropped: 2, accepted: 3 });
  });

  it('ends close in bounded time when nobody answers, and works again afterwards', async () => {
    server.next(() => undefined);
    const tracker = aTracker({ closeTimeoutMs: 60, timeoutMs: 300 });
    await finish(tracker, '1');
    const before = performance.now();
    await tracker.close();
    expect(performance.now() - before).toBeLessThan(250);
    await finish(tracker, '2');
    await until(() => tracker.stats().buffered === 0);
    expect(storedTasks()).toEqual(['1', '1', '2']);
  });

  it('closes with a last flush', async () => {
    const tracker = aTracker();
    await finish(tracker, '1');
    await tracker.close();
    expect(storedTasks()).toEqual(['1']);
  });
});

function once<K extends keyof TrackerEvents>(
  tracker: AgentPerformanceTracker,
  event: K,
): Promise<TrackerEvents[K]> {
  return new Promise((resolve) => {
    tracker.once(event, (...args) => resolve(args));
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
