import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExecutionRecord } from '@app/contracts';
import { AgentPerformanceTracker } from './agent-performance-tracker.js';
import { FakeServer } from './fake-server.js';
import type { TrackerOptions } from './options.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const START = Date.parse('2026-01-02T03:04:05.678Z');
const READER = ['reader-1', 'Reader', 'cognitive'] as const;

class FakeClock {
  wallMs = START;
  monoMs = 0;
  now = () => this.wallMs;
  monotonicMs = () => this.monoMs;
}

describe(AgentPerformanceTracker.name, () => {
  let server: FakeServer;
  let url: string;
  let clock: FakeClock;
  const open: AgentPerformanceTracker[] = [];

  beforeEach(async () => {
    server = new FakeServer();
    url = await server.start();
    clock = new FakeClock();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tracker) => tracker.close()));
    await server.stop();
  });

  function aTracker(options: Partial<TrackerOptions> = {}): AgentPerformanceTracker {
    const tracker = new AgentPerformanceTracker({ url, clock, ...options });
    open.push(tracker);
    return tracker;
  }

  it('records start and end under one id, with the duration of the monotonic clock', async () => {
    const tracker = aTracker({ project: 'my project' });
    const id = await tracker.startTaskExecution(...READER, 't-1', 'Read it', 3, { attempt: 2 });
    clock.monoMs = 1500.25;
    clock.wallMs = START - 60_000;
    await tracker.endTaskExecution(...READER, 't-1', true, undefined, { cpuMs: 750, memoryMb: 64 });
    await tracker.flush();

    expect(id).toMatch(UUID_V7);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      url: '/api/v1/agent-performance/metrics?project=my+project',
      contentType: 'application/json',
    });
    const common = {
      executionId: id,
      agentId: 'reader-1',
      agentName: 'Reader',
      agentType: 'cognitive',
      taskId: 't-1',
      taskName: 'Read it',
      complexity: 3,
      attempt: 2,
      startedAt: '2026-01-02T03:04:05.678Z',
    };
    expect(server.stored).toEqual([
      { ...common, status: 'running' },
      {
        ...common,
        status: 'success',
        durationMs: 1500.25,
        cpuMs: 750,
        cpuPercent: (750 / 1500.25) * 100,
        memoryMb: 64,
      },
    ]);
  });

  it('reports an end without a start for the server to complete', async () => {
    const tracker = aTracker();
    await tracker.endTaskExecution(...READER, 't-1', false, new TypeError('no such file'));
    await tracker.flush();

    expect(server.stored).toEqual([
      {
        agentId: 'reader-1',
        agentName: 'Reader',
        agentType: 'cognitive',
        taskId: 't-1',
        status: 'failure',
        errorType: 'TypeError',
        errorMessage: 'no such file',
      },
    ]);
  });

  it('does not let such an end wait, since its time is that of its arrival', async () => {
    const tracker = aTracker({ flushIntervalMs: 60_000 });
    await tracker.startTaskExecution(...READER, 'other', 'Other');
    await tracker.endTaskExecution(...READER, 't-1', true);
    await until(() => server.stored.length === 2);
    await tracker.flush();
    expect(tracker.stats().buffered).toBe(0);
  });

  it('keeps apart agents and tasks whose ids only look alike when joined', async () => {
    const tracker = aTracker();
    const first = await tracker.startTaskExecution('a-b', 'A', 'cognitive', 'c', 'one');
    const second = await tracker.startTaskExecution('a', 'A', 'cognitive', 'b-c', 'two');
    await tracker.endTaskExecution('a', 'A', 'cognitive', 'b-c', true);
    await tracker.endTaskExecution('a-b', 'A', 'cognitive', 'c', true);
    await tracker.flush();
    expect(ended(server).map(({ executionId }) => executionId)).toEqual([second, first]);
  });

  it('queues a second start of the same task as a second execution', async () => {
    const tracker = aTracker();
    const first = await tracker.startTaskExecution(...READER, 't', 'task');
    clock.monoMs = 10;
    const second = await tracker.startTaskExecution(...READER, 't', 'task');
    const third = await tracker.startTaskExecution(...READER, 't', 'task');
    clock.monoMs = 30;
    await tracker.endTaskExecution(...READER, 't', true);
    await tracker.endTaskExecution(...READER, 't', false, 'x', undefined, { executionId: third });
    await tracker.endTaskExecution(...READER, 't', true);
    await tracker.flush();
    const seen = ended(server).map(({ executionId, durationMs }) => [executionId, durationMs]);
    expect(seen).toEqual([
      [first, 30],
      [third, 20],
      [second, 20],
    ]);
    expect(tracker.stats().running).toBe(0);
  });

  it('makes a record that the server can take out of careless arguments', async () => {
    const tracker = aTracker();
    const metadata: Record<string, unknown> = {};
    metadata['self'] = metadata;
    await tracker.startTaskExecution(...READER, 't', 'n'.repeat(600), 7.6, { metadata });
    clock.monoMs = 5;
    await tracker.endTaskExecution(...READER, 't', false, `a\0b\uD800${'c'.repeat(5000)}`, {
      cpuPercent: Number.NaN,
      memoryMb: -1,
      diskBytes: 10.4,
    });
    await tracker.endTaskExecution(...READER, 't', false, Object.create(null));
    await tracker.flush();
    const [record] = ended(server);
    expect(record).toMatchObject({ complexity: 5, diskBytes: 10, status: 'failure' });
    expect(record?.taskName).toHaveLength(500);
    expect(record?.errorMessage).toHaveLength(4000);
    expect(record?.errorMessage?.startsWith('a\uFFFDb\uFFFDc')).toBe(true);
    expect(record?.metadata).toEqual({ metadataOmitted: 'cannot be written as JSON' });
    expect(record).not.toHaveProperty('cpuPercent');
    expect(record).not.toHaveProperty('memoryMb');
    expect(server.stored).toHaveLength(3);
  });

  it('tells of starts and ends at once, of metrics when they are committed', async () => {
    const tracker = aTracker();
    const seen: unknown[] = [];
    tracker.on('taskStarted', ({ taskId }) => seen.push(['started', taskId]));
    tracker.on('taskCompleted', (e) => seen.push(['completed', e.success, e.executionTime]));
    tracker.on('metricRecorded', ({ status }) => seen.push(['recorded', status]));
    tracker.on('flushed', (flushed) => seen.push(flushed));
    await tracker.startTaskExecution(...READER, 't', 'task');
    clock.monoMs = 7;
    await tracker.endTaskExecution(...READER, 't', true);
    expect(seen).toEqual([
      ['started', 't'],
      ['completed', true, 7],
    ]);
    await tracker.flush();
    expect(seen.slice(2)).toEqual([
      { accepted: 2, duplicates: 0, rejected: 0 },
      ['recorded', 'success'],
    ]);
  });

  it('does not pass a listener’s error to the caller', async () => {
    const tracker = aTracker();
    let later = 0;
    tracker.on('taskStarted', () => {
      throw new Error('listener');
    });
    tracker.on('taskStarted', () => (later += 1));
    await tracker.startTaskExecution(...READER, 't', 'task');
    expect(later).toBe(1);
  });

  it('tracks a function: result, error, CPU and what it reports itself', async () => {
    const tracker = aTracker({ clock: undefined });
    const agent = { id: 'a', name: 'A', type: 'tool_maker' };
    const task = { id: 't', name: 'T', type: 'compile', complexity: 2, attempt: 1 };
    const result = await tracker.track(agent, task, (meter) => {
      let sum = 0;
      for (let i = 0; i < 3e6; i += 1) sum += Math.sqrt(i);
      meter.report({ outputTokens: 12, memoryMb: 3, costUsd: sum > 0 ? 1 : 0 });
      return 'done';
    });
    const failing = tracker.track(agent, task, () => Promise.reject(new RangeError('too far')));
    await expect(failing).rejects.toThrow('too far');
    await tracker.flush();

    expect(result).toBe('done');
    const [ok, bad] = ended(server);
    expect(ok).toMatchObject({ status: 'success', taskType: 'compile', outputTokens: 12 });
    expect(ok?.memoryMb).toBe(3);
    expect(ok?.cpuMs).toBeGreaterThan(0);
    expect(bad).toMatchObject({ status: 'failure', errorType: 'RangeError' });
    expect(bad?.memoryMb).toBeGreaterThan(10);
  });

  it('reports a long-running task again', async () => {
    const tracker = aTracker({ heartbeatIntervalMs: 20, clock: undefined, flushIntervalMs: 10 });
    await tracker.startTaskExecution(...READER, 't', 'task');
    await until(() => server.stored.length >= 3);
    await tracker.endTaskExecution(...READER, 't', true);
    await tracker.flush();
    const count = server.stored.length;
    const ids = new Set(server.stored.map(({ executionId }) => executionId));
    expect(ids.size).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.stored).toHaveLength(count);
  });

  it('refuses an address that is not http and numbers that are not positive', () => {
    expect(() => new AgentPerformanceTracker({ url: 'ftp://x' })).toThrow(TypeError);
    expect(() => new AgentPerformanceTracker({ url, maxBatch: 0 })).toThrow(RangeError);
  });
});

function ended(server: FakeServer): ExecutionRecord[] {
  return server.stored.filter(({ status }) => status !== 'running');
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
