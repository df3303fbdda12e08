import { builtin, node, unref } from './runtime.js';
import type { Timer } from './runtime.js';

const SAMPLE_MS = 250;

/** What one task has used so far, of what can be metered from inside the process. */
export interface Metered {
  /** CPU of this thread, milliseconds. */
  cpuMs: number;
  /** Highest memory of the whole process (RSS) seen while the task was open, bytes. */
  peakBytes: number;
  /** Time in callbacks of the task that is not yet turned into CPU time, milliseconds. */
  busyMs: number;
}

interface Context<T> {
  run<R>(store: T, fn: () => R): R;
  getStore(): T | undefined;
}

/**
 * Divides the CPU time of this thread among the tasks that are open on it.
 *
 * JavaScript of one thread runs one callback at a time, and Node tells when it enters and leaves
 * one: the time inside is booked to the task whose context the callback belongs to. That is time
 * by the clock; the thread's own CPU counter, read when a task ends and four times a second, then
 * scales it down by what the operating system took away in the meantime. So the figures of all
 * tasks never add up to more than the thread used, and time spent waiting costs nothing.
 *
 * The callbacks are watched only while a task is open. On Node 24 that adds about 0.14 µs to an
 * `await`, on Node 20 and 22 about 0.25 µs.
 */
export class CpuMeter<T extends { metered: Metered }> {
  private readonly context: Context<T> | undefined;
  private readonly hook: { enable(): unknown; disable(): unknown } | undefined;
  private readonly open = new Set<T>();
  private readonly touched = new Set<Metered>();
  /** The tasks of the callbacks that are being run, one inside the other. */
  private readonly stack: (T | undefined)[] = [];
  private current: T | undefined;
  private sinceMs = 0;
  /** Time in callbacks of no task since the CPU counter was read. */
  private otherMs = 0;
  private cpuReadMs = 0;
  private timer: Timer | null = null;

  constructor() {
    const hooks = builtin('node:async_hooks');
    if (hooks === undefined) return;
    this.context = new hooks.AsyncLocalStorage<T>();
    this.hook = hooks.createHook({
      before: () => {
        this.stack.push(this.current);
        this.switchTo(this.context?.getStore());
      },
      after: () => this.switchTo(this.stack.pop()),
    });
  }

  /** Whether CPU can be told at all: not in a browser. */
  get works(): boolean {
    return this.hook !== undefined;
  }

  /** The task in whose callbacks this is asked; always undefined in a browser. */
  currentTask(): T | undefined {
    return this.context?.getStore();
  }

  /** Runs the synchronous part of `fn`; what it starts asynchronously belongs to the task too. */
  run<R>(task: T, fn: () => R, meterCpu: boolean): R {
    if (this.context === undefined) return fn();
    if (!meterCpu) return this.context.run(task, fn);
    this.begin(task);
    const outer = this.current;
    this.switchTo(task);
    try {
      return this.context.run(task, fn);
    } finally {
      this.switchTo(outer);
    }
  }

  /** The task has ended: its last figures. */
  end(task: T): Metered {
    if (!this.open.has(task)) return task.metered;
    this.switchTo(this.current);
    this.settle();
    this.open.delete(task);
    if (this.open.size === 0) this.stop();
    const { metered } = task;
    metered.peakBytes = Math.max(metered.peakBytes, residentBytes());
    return metered;
  }

  private begin(task: T): void {
    this.open.add(task);
    if (this.open.size > 1) return;
    this.stack.length = 0;
    this.current = undefined;
    this.otherMs = 0;
    this.sinceMs = performance.now();
    this.cpuReadMs = threadCpuMs();
    this.hook?.enable();
    this.timer = unref(
      setInterval(() => {
        this.settle();
        this.sampleMemory();
      }, SAMPLE_MS),
    );
  }

  private stop(): void {
    this.hook?.disable();
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.current = undefined;
    this.stack.length = 0;
  }

  /** Books the time since the last switch to the task that ran. */
  private switchTo(next: T | undefined): void {
    const nowMs = performance.now();
    if (this.current === undefined || !this.open.has(this.current)) {
      if (this.stack.length > 0) this.otherMs += nowMs - this.sinceMs;
    } else {
      this.current.metered.busyMs += nowMs - this.sinceMs;
      this.touched.add(this.current.metered);
    }
    this.current = next;
    this.sinceMs = nowMs;
  }

  private settle(): void {
    const readMs = threadCpuMs();
    const usedMs = readMs - this.cpuReadMs;
    this.cpuReadMs = readMs;
    let busyMs = this.otherMs;
    for (const metered of this.touched) busyMs += metered.busyMs;
    const share = busyMs > 0 ? Math.min(1, usedMs / busyMs) : 0;
    for (const metered of this.touched) {
      metered.cpuMs += metered.busyMs * share;
      metered.busyMs = 0;
    }
    this.touched.clear();
    this.otherMs = 0;
  }

  private sampleMemory(): void {
    const bytes = residentBytes();
    for (const { metered } of this.open) metered.peakBytes = Math.max(metered.peakBytes, bytes);
  }
}

export function residentBytes(): number {
  return node?.memoryUsage?.rss() ?? 0;
}

const SCHEDSTAT = '/proc/thread-self/schedstat';
let readThreadCpu: (() => number) | undefined;

/** CPU time of this thread, milliseconds; of the process where nothing tells that of a thread. */
function threadCpuMs(): number {
  readThreadCpu ??= threadCpuReader();
  return readThreadCpu();
}

function threadCpuReader(): () => number {
  const host = node;
  if (host === undefined) return () => 0;
  if (typeof host.threadCpuUsage === 'function') return () => milliseconds(host.threadCpuUsage());
  const read = builtin('node:fs')?.readFileSync;
  try {
    // Before Node 23.9, on Linux: the first of three figures is the time on a core, nanoseconds.
    const ms = (): number => Number(read?.(SCHEDSTAT, 'latin1').split(' ')[0]) / 1e6;
    if (ms() > 0) return ms;
  } catch {
    // Another system, or a kernel without these figures.
  }
  return () => milliseconds(host.cpuUsage());
}

function milliseconds({ user, system }: { user: number; system: number }): number {
  return (user + system) / 1000;
}
