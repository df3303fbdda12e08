import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentPerformanceTracker } from './agent-performance-tracker.js';
import type { Dropped, SpoolFailed } from './events.js';
import { FakeServer } from './fake-server.js';
import type { TrackerOptions } from './options.js';

describe('the spool', () => {
  let server: FakeServer;
  let url: string;
  let spoolDir: string;
  const open: AgentPerformanceTracker[] = [];

  beforeEach(async () => {
    spoolDir = join(mkdtempSync(join(tmpdir(), 'apt-spool-')), 'spool');
    server = new FakeServer();
    url = await server.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tracker) => tracker.close()));
    await server.stop();
    rmSync(join(spoolDir, '..'), { recursive: true });
  });

  function aTracker(options: Partial<TrackerOptions> = {}): AgentPerformanceTracker {
    const quick = { url, spoolDir, random: () => 0.02, closeTimeoutMs: 50, maxBatch: 10 };
    const tracker = new AgentPerformanceTracker({ transport: 'http', ...quick, ...options });
    open.push(tracker);
    return tracker;
  }

  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  async function run(tracker: AgentPerformanceTracker, taskIds: string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const id of taskIds) {
      ids.push(await tracker.startTaskExecution('a', 'A', 'cognitive', id, id));
      await tracker.endTaskExecution('a', 'A', 'cognitive', id, true);
    }
    return ids;
  }
  const files = () => {
    try {
      return readdirSync(spoolDir).map((name) => join(spoolDir, name));
    } catch {
      return [];
    }
  };
  const spooledTasks = () =>
    files().flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { taskId: string }).taskId),
    );
  const endedTasks = () =>
    server.stored.filter(({ status }) => status !== 'running').map(({ taskId }) => taskId);
  async function goAway(): Promise<number> {
    await server.stop();
    return Number(new URL(url).port);
  }
  async function comeBack(port: number): Promise<void> {
    server = new FakeServer();
    await server.start(port);
  }

  it('is not touched while the server answers', async () => {
    const tracker = aTracker();
    await run(tracker, range(1, 20));
    await tracker.flush();
    expect(files()).toEqual([]);
  });

  it('takes what cannot be sent, and gives it back in order under the same ids', async () => {
    const port = await goAway();
    const tracker = aTracker();
    const ids = await run(tracker, range(1, 15));
    await tracker.flush();
    ids.push(...(await run(tracker, range(16, 30))));
    await until(() => tracker.stats().spooled === 60);
    expect(tracker.stats()).toMatchObject({ buffered: 0, spooled: 60, dropped: 0 });
    expect(tracker.stats().spoolBytes).toBe(files().reduce((sum, f) => sum + statSync(f).size, 0));
    expect(statSync(files()[0] ?? '').mode & 0o777).toBe(0o600);
    await comeBack(port);
    await until(() => tracker.stats().spooled === 0);
    expect(endedTasks()).toEqual(range(1, 30));
    const sent = server.stored.filter(({ status }) => status !== 'running');
    expect(sent.map(({ executionId }) => executionId)).toEqual(ids);
    expect(files()).toEqual([]);
  });

  it('keeps a record until its own acknowledgement, whatever happens to others', async () => {
    const port = await goAway();
    const tracker = aTracker({ maxBatch: 4 });
    await run(tracker, range(1, 4));
    await tracker.flush();
    await until(() => tracker.stats().spooled === 8);
    await comeBack(port);
    server.next((response) => response.end(JSON.stringify({ data: { accepted: 4 } })));
    server.next((response) => void response.socket?.destroy());
    const retried = new Promise((resolve) => tracker.once('retrying', resolve));
    await tracker.flush();
    await retried;
    expect(tracker.stats()).toMatchObject({ spooled: 4, accepted: 4 });
    expect(new Set(spooledTasks())).toEqual(new Set(range(1, 4)));
    await until(() => tracker.stats().spooled === 0);
    expect(files()).toEqual([]);
    expect(server.stored.filter(({ taskId }) => taskId === '1')).toHaveLength(2);
    expect(server.stored.filter(({ taskId }) => taskId === '4')).toHaveLength(4);
  });

  it('takes at close what is still waiting or under way, for the next process', async () => {
    server.next(() => undefined);
    const first = aTracker({ maxBatch: 4 });
    await run(first, range(1, 4));
    await first.close();
    expect(first.stats().buffered).toBe(0);
    expect(spooledTasks()).toEqual(['1', '1', '2', '2', '3', '3', '4', '4']);
    for (const file of files()) renameSync(file, ofDeadProcess(file));
    server.requests.length = 0;
    const second = aTracker();
    await until(() => files().length === 0);
    expect(endedTasks()).toEqual(range(1, 4));
    expect(second.stats()).toMatchObject({ accepted: 8, spooled: 0 });
  });

  it('leaves the files of the living alone, and those for another server or project', async () => {
    const port = await goAway();
    const first = aTracker();
    await run(first, range(1, 3));
    await first.flush();
    await until(() => first.stats().spooled === 6);
    const other = aTracker({ project: 'other' });
    await run(other, ['x']);
    await other.close();
    const otherFile = files().find((file) => readFileSync(file, 'utf8').includes('"x"')) ?? '';
    const orphan = ofDeadProcess(otherFile);
    renameSync(otherFile, orphan);
    await first.close();
    await comeBack(port);
    const second = aTracker();
    await run(second, ['y']);
    await second.flush();
    expect(server.stored.map(({ taskId }) => taskId)).toEqual(['y', 'y']);
    expect(files()).toContain(orphan);
    expect(files()).toHaveLength(2);
  });

  it('takes over a file whose owner has not touched it for long', async () => {
    const port = await goAway();
    const first = aTracker();
    await run(first, ['1']);
    await first.close();
    const [file = ''] = files();
    utimesSync(file, new Date(), new Date(Date.now() - 60_000));
    await comeBack(port);
    aTracker();
    await until(() => files().length === 0);
    expect(endedTasks()).toEqual(['1']);
  });

  it('lets only one of several take over, and loses nothing of an owner who lives after all', async () => {
    const port = await goAway();
    const owner = aTracker({ random: () => 1 });
    await run(owner, ['1']);
    await owner.flush();
    await until(() => owner.stats().spooled === 2);
    const [file = ''] = files();
    renameSync(file, ofDeadProcess(file));
    const takers = [aTracker(), aTracker(), aTracker()];
    expect(files()).toHaveLength(1);
    expect(takers.filter((taker) => taker.stats().spoolBytes > 0)).toHaveLength(1);
    await run(owner, ['2']);
    await until(() => files().length === 2);
    expect(owner.stats().spooled).toBe(2);
    await comeBack(port);
    await until(() => files().length === 0);
    await until(() => new Set(endedTasks()).size === 2);
    expect(endedTasks().toSorted()).toEqual(['1', '2']);
  });

  it('survives a line that a killed process left half written, and counts it', async () => {
    const port = await goAway();
    const first = aTracker();
    await run(first, ['1']);
    await first.close();
    const [file = ''] = files();
    appendFileSync(file, '{"executionId":"0190-half","agentI');
    renameSync(file, ofDeadProcess(file));
    await comeBack(port);
    const second = aTracker();
    const dropped: Dropped[] = [];
    second.on('dropped', (event) => dropped.push(event));
    await until(() => files().length === 0);
    expect(endedTasks()).toEqual(['1']);
    expect(dropped).toEqual([{ count: 1, reason: 'unreadable' }]);
  });

  it('never takes more disk than allowed; the oldest records go, and are counted', async () => {
    const port = await goAway();
    const tracker = aTracker({ spoolMaxBytes: 40_000 });
    const lost: Dropped[] = [];
    tracker.on('dropped', (event) => lost.push(event));
    for (let round = 0; round < 10; round += 1) {
      await run(tracker, range(round * 20 + 1, round * 20 + 20));
      await tracker.flush();
      const onDisk = files().reduce((sum, file) => sum + statSync(file).size, 0);
      expect(onDisk).toBeLessThanOrEqual(40_000);
    }
    const { spooled, dropped, buffered } = tracker.stats();
    expect(dropped).toBeGreaterThan(0);
    expect(spooled).toBeGreaterThan(50);
    expect(spooled + dropped + buffered).toBe(400);
    expect(lost.every(({ reason }) => reason === 'spool-full')).toBe(true);
    await comeBack(port);
    await until(() => tracker.stats().spooled === 0);
    const last = endedTasks().map(Number);
    expect(last).toEqual([...new Set(last)].toSorted((a, b) => a - b));
    expect(last.at(-1)).toBe(200);
    // What is just being sent is spared, so now and then a younger segment goes before it.
    expect(last.filter((task) => task <= 60)).toEqual([]);
  });

  it('says when it cannot write, and keeps the records in memory', async () => {
    const port = await goAway();
    writeFileSync(spoolDir, 'not a folder');
    chmodSync(spoolDir, 0o600);
    const tracker = aTracker();
    const failed: SpoolFailed[] = [];
    tracker.on('spoolFailed', (event) => failed.push(event));
    await run(tracker, range(1, 3));
    await tracker.flush();
    expect(failed).toHaveLength(1);
    expect(tracker.stats()).toMatchObject({ buffered: 6, spooled: 0, dropped: 0 });
    await comeBack(port);
    await until(() => tracker.stats().buffered === 0);
    expect(endedTasks()).toEqual(range(1, 3));
  });

  it('spares the disk the signs of life of tasks that run', async () => {
    await goAway();
    const tracker = aTracker({ heartbeatIntervalMs: 5 });
    await tracker.startTaskExecution('a', 'A', 'cognitive', 'long', 'long');
    await tracker.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(spooledTasks().filter((task) => task === 'long').length).toBeLessThanOrEqual(2);
  });
});

/** The name that the file would have if a process had owned it that is no more. */
function ofDeadProcess(file: string): string {
  const { pid } = spawnSync('true');
  return file.replace(/\.\d+\.[0-9a-f]{12}\.ndjson$/, `.${pid}.0123456789ab.ndjson`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
