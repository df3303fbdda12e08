import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { BenchmarksService } from '@app/benchmarks';
import type { Benchmark } from '@app/contracts';
import { EventBus } from '@app/platform';
import type { StoredExecution } from '@app/platform';

import type { AlertAnnouncer } from './alert.announcer.js';
import type { AlertLedger } from './alert.ledger.js';
import type { BreachGroup } from './breach-groups.js';
import { ExecutionWatch } from './execution-watch.js';
import type { RuleBook } from './rule.book.js';
import { BUILT_INS } from './rules/built-in.js';

const rules = new Map(BUILT_INS.map((rule) => [rule.id, rule]));
const benchmark = { expectedMs: 100, maxCpuPercent: 50, maxMemoryMb: 50 } as Benchmark;

function aRun(durationMs: number, agentKey = 1): StoredExecution {
  return {
    agentKey,
    executionId: 'e',
    agentType: 'cognitive',
    taskType: 'default',
    complexity: 1,
    status: 'success',
    durationMs,
    endedAt: '2026-11-22T12:00:00.000Z',
    cpuPercent: null,
    memoryMb: null,
  } as StoredExecution;
}

describe(ExecutionWatch.name, () => {
  let bus: EventBus;
  let watch: ExecutionWatch;
  /** Counts of the groups of each statement. */
  let written: number[][];
  let answer: () => Promise<void>;

  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    bus = new EventBus();
    written = [];
    answer = () => Promise.resolve();
    const ledger = {
      transaction: (work: (run: unknown) => Promise<unknown>) => work(null),
      raise: async (groups: BreachGroup[]) => {
        written.push(groups.map(({ count }) => count));
        await answer();
        return [];
      },
    };
    watch = new ExecutionWatch(
      { expectationFor: () => benchmark } as unknown as BenchmarksService,
      { of: () => ({ byId: rules }) } as unknown as RuleBook,
      ledger as unknown as AlertLedger,
      { announce: () => undefined } as unknown as AlertAnnouncer,
      bus,
      { now: () => new Date('2026-11-22T12:00:01.000Z') },
    );
    watch.onModuleInit();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function publish(count: number, durationMs = 1000): void {
    bus.publish(
      'executionsStored',
      Array.from({ length: count }, () => aRun(durationMs)),
    );
  }

  it('writes one statement for many events', async () => {
    for (let event = 0; event < 100; event += 1) publish(1000);
    await jest.advanceTimersByTimeAsync(1000);
    expect(written).toEqual([[100_000]]);
  });

  it('writes nothing when nothing is wrong', async () => {
    publish(1000, 100);
    await jest.advanceTimersByTimeAsync(5000);
    expect(written).toEqual([]);
  });

  it('has one writer at a time, and gathers meanwhile', async () => {
    let finish = (): void => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    publish(1);
    await jest.advanceTimersByTimeAsync(0);
    publish(2);
    publish(3);
    await jest.advanceTimersByTimeAsync(5000);
    expect(written).toEqual([[1]]);
    finish();
    await jest.advanceTimersByTimeAsync(1000);
    expect(written).toEqual([[1], [5]]);
  });

  it('keeps what could not be written and tries again', async () => {
    answer = () => Promise.reject(new Error('no database'));
    publish(1);
    await jest.advanceTimersByTimeAsync(100);
    publish(2);
    answer = () => Promise.resolve();
    await jest.advanceTimersByTimeAsync(1500);
    expect(written).toEqual([[1], [3]]);
  });

  it('writes down what is left when the server stops, and hears no more', async () => {
    publish(4);
    await watch.beforeApplicationShutdown();
    publish(4);
    await jest.advanceTimersByTimeAsync(5000);
    expect(written).toEqual([[4]]);
  });

  it('names the agents that did something, once', () => {
    publish(3, 1);
    bus.publish('executionsStored', [aRun(1, 7)]);
    expect([...watch.takeActive()]).toEqual([1, 7]);
    expect(watch.takeActive().size).toBe(0);
  });
});
