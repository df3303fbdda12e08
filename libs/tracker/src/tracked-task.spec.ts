import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionRecord } from '@app/contracts';
import { AgentPerformanceTracker } from './agent-performance-tracker.js';
import { FakeServer } from './fake-server.js';
import type { TaskRef } from './tracked-task.js';

const AGENT = { id: 'a', name: 'A', type: 'cognitive' };
const task = (id: string, more: Partial<TaskRef> = {}): TaskRef => ({ id, name: id, ...more });

describe('a tracked task', () => {
  let server: FakeServer;
  let tracker: AgentPerformanceTracker;

  beforeEach(async () => {
    server = new FakeServer();
    tracker = new AgentPerformanceTracker({ url: await server.start(), transport: 'http' });
  });
  afterEach(async () => {
    await tracker.close();
    await server.stop();
  });

  async function ended(id: string): Promise<ExecutionRecord> {
    await tracker.flush();
    const isIt = (record: ExecutionRecord) => record.taskId === id && record.status !== 'running';
    const record = server.stored.find(isIt);
    if (record === undefined) throw new Error(`${id} is not stored`);
    return record;
  }

  /** Keeps the thread busy for so long of its own CPU time, in slices, letting others in between. */
  async function burn(cpuMs: number): Promise<void> {
    for (let usedMs = 0; usedMs < cpuMs;) {
      const before = process.cpuUsage();
      let sum = 0;
      for (let i = 0; i < 2e5; i += 1) sum += Math.sqrt(i);
      const { user, system } = process.cpuUsage(before);
      usedMs += sum > 0 ? (user + system) / 1000 : 0;
      await nextTurn();
    }
  }

  it('is charged with its own CPU time only, while others run beside it', async () => {
    const before = process.cpuUsage();
    await Promise.all([
      tracker.track(AGENT, task('heavy'), () => burn(300)),
      tracker.track(AGENT, task('light'), () => burn(60)),
      tracker.track(AGENT, task('waiting'), async () => {
        for (let i = 0; i < 10; i += 1) await sleep(10);
      }),
      burn(100),
    ]);
    const { user, system } = process.cpuUsage(before);
    const [heavy = 0, light = 0, waiting = 0] = await Promise.all(
      ['heavy', 'light', 'waiting'].map(async (id) => (await ended(id)).cpuMs ?? 0),
    );
    // Five times the work. Charged with what others do beside them, they would cost about twice.
    expect(heavy / light).toBeGreaterThan(2.4);
    expect(heavy / light).toBeLessThan(10);
    expect(waiting).toBeLessThan(light / 3);
    expect(heavy).toBeGreaterThan(150);
    expect(heavy + light + waiting).toBeLessThanOrEqual((user + system) / 1000);
  });

  it('is not charged with what runs inside it as a task of its own', async () => {
    await tracker.track(AGENT, task('outer', { traceId: 'trace-1' }), async () => {
      await burn(40);
      await tracker.track(AGENT, task('inner'), () => burn(200));
      await tracker.startTaskExecution('b', 'B', 'cognitive', 'plain', 'plain');
      await tracker.endTaskExecution('b', 'B', 'cognitive', 'plain', true);
    });
    const [outer, inner, plain] = await Promise.all(['outer', 'inner', 'plain'].map(ended));
    expect(inner?.cpuMs).toBeGreaterThan((outer?.cpuMs ?? 0) * 2);
    expect(outer).not.toHaveProperty('parentExecutionId');
    for (const child of [inner, plain]) {
      expect(child).toMatchObject({ parentExecutionId: outer?.executionId, traceId: 'trace-1' });
    }
  });

  it('charges synchronous work, also inside another task', async () => {
    const busy = (cpuMs: number) => {
      const before = process.cpuUsage();
      for (let usedMs = 0; usedMs < cpuMs;) {
        const { user, system } = process.cpuUsage(before);
        usedMs = (user + system) / 1000;
      }
    };
    await tracker.track(AGENT, task('outer'), async () => {
      busy(60);
      const inner = tracker.track(AGENT, task('inner'), () => busy(60));
      busy(60);
      await inner;
    });
    const [outer, inner] = await Promise.all(['outer', 'inner'].map(ended));
    const ratio = (outer?.cpuMs ?? 0) / (inner?.cpuMs ?? 0);
    expect(ratio).toBeGreaterThan(1.3);
    expect(ratio).toBeLessThan(4);
  });

  it('is not charged for a thread that stands still', async () => {
    await tracker.track(AGENT, task('blocked'), async () => {
      await nextTurn();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    });
    const { cpuMs, durationMs } = await ended('blocked');
    expect(durationMs).toBeGreaterThan(290);
    expect(cpuMs).toBeLessThan(150);
  });

  it('does not mix up what parallel tasks report from deep inside', async () => {
    const callModel = async (tokens: number): Promise<void> => {
      await sleep(1);
      tracker.addUsage({ inputTokens: tokens, outputTokens: 1, costUsd: 0.5 });
      tracker.currentTask()?.describe({ model: `m-${tokens}`, metadata: { [`k${tokens}`]: true } });
    };
    await Promise.all(
      [1, 10, 100].map((tokens) =>
        tracker.track(AGENT, task(`t-${tokens}`), async () => {
          await callModel(tokens);
          await Promise.all([callModel(tokens), callModel(tokens)]);
        }),
      ),
    );
    for (const tokens of [1, 10, 100]) {
      expect(await ended(`t-${tokens}`)).toMatchObject({
        inputTokens: 3 * tokens,
        outputTokens: 3,
        costUsd: 1.5,
        model: `m-${tokens}`,
        metadata: { [`k${tokens}`]: true },
      });
    }
    expect(tracker.currentTask()).toBeUndefined();
    expect(() => tracker.addUsage({ inputTokens: 1 })).not.toThrow();
  });

  it('adds what a child process used, and lets a later word replace it', async () => {
    await tracker.track(AGENT, task('added'), async (meter) => {
      meter.addUsage({ cpuMs: 5000, memoryMb: 30, diskBytes: 7 });
      meter.addUsage({ cpuMs: 5000, memoryMb: 20, diskBytes: Number.NaN, networkBytes: -1 });
      await burn(5);
    });
    const added = await ended('added');
    expect(added).toMatchObject({ memoryMb: 30, diskBytes: 7 });
    expect(added.cpuMs).toBeGreaterThan(10_000);
    expect(added.cpuMs).toBeLessThan(10_500);
    expect(added).not.toHaveProperty('networkBytes');
    await tracker.track(AGENT, task('set'), (meter) => {
      meter.addUsage({ cpuMs: 5000 });
      meter.report({ cpuMs: 12, inputTokens: 3 });
    });
    expect(await ended('set')).toMatchObject({ cpuMs: 12, inputTokens: 3 });
  });

  it('leaves the CPU out when it is not to be metered', async () => {
    const plain = new AgentPerformanceTracker({
      url: 'http://127.0.0.1:1',
      meterCpu: false,
    });
    const seen: ExecutionRecord[] = [];
    plain.on('taskCompleted', (record) => seen.push(record));
    await plain.track(AGENT, task('t'), async () => {
      await burn(5);
      expect(plain.currentTask()).toBeDefined();
      expect(tracker.currentTask()).toBeUndefined();
    });
    expect(seen[0]).not.toHaveProperty('cpuMs');
  });
});
