import { Worker } from 'node:worker_threads';
import type { ResourceUsage } from '@app/tracker';
import type { JobExecutor } from './job-executor.js';
import type { JobReport, JobRequest } from './jobs/job.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

const HEAP_MB = { maxOldGenerationSizeMb: 224, maxYoungGenerationSizeMb: 16 };
/** How long a worker may take to give up a job by itself before it is ended. */
const ABORT_GRACE_MS = 300;
const LAST_LOOK_MS = 100;

interface Lane {
  worker: Worker;
  cpuMsBefore: number;
}

/** Worker threads, started at need; a job waits until one is free. */
export class WorkerPool implements JobExecutor {
  private readonly idle: Worker[] = [];
  private readonly waiting: ((worker: Worker) => void)[] = [];
  private readonly all = new Set<Worker>();
  private closed = false;

  constructor(
    private readonly size: number,
    private readonly entry = new URL('./job-worker.js', import.meta.url),
  ) {}

  async run(request: JobRequest, signal: AbortSignal): Promise<JobReport> {
    const worker = await this.acquire();
    const lane = { worker, cpuMsBefore: (await usageOf(worker)).cpuMs ?? 0 };
    const report = await this.exchange(lane, request, signal);
    this.release(worker);
    return report;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.all].map((worker) => worker.terminate()));
  }

  private exchange(lane: Lane, request: JobRequest, signal: AbortSignal): Promise<JobReport> {
    const { worker } = lane;
    return new Promise((resolve) => {
      let grace: NodeJS.Timeout | undefined;
      const end = (report: JobReport): void => {
        clearTimeout(grace);
        signal.removeEventListener('abort', onAbort);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        resolve(report);
      };
      const onMessage = ({ report }: FromWorker): void => end(report);
      const onError = (error: Error): void => end(failure('WorkerCrashed', error.message));
      const onExit = (code: number): void =>
        end(failure('WorkerCrashed', `worker ended with ${code}`));
      const onAbort = (): void => {
        send(worker, { type: 'abort' });
        grace = setTimeout(() => {
          // Its end is our doing now, and the report of that tells more.
          worker.off('exit', onExit);
          void this.cutOff(lane).then(end);
        }, ABORT_GRACE_MS);
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      send(worker, { type: 'run', request });
      if (signal.aborted) onAbort();
    });
  }

  /** Ends a worker that computes without listening. What it used can still be asked. */
  private async cutOff({ worker, cpuMsBefore }: Lane): Promise<JobReport> {
    const { cpuMs, ...rest } = await usageOf(worker);
    this.all.delete(worker);
    await worker.terminate();
    const spent = cpuMs === undefined ? {} : { cpuMs: cpuMs - cpuMsBefore };
    return { ...failure('JobCutOff', 'the job did not give up'), usage: { ...rest, ...spent } };
  }

  private acquire(): Promise<Worker> {
    for (let free = this.idle.pop(); free !== undefined; free = this.idle.pop()) {
      if (this.all.has(free)) return Promise.resolve(free);
    }
    if (this.all.size < this.size) return Promise.resolve(this.spawn());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private release(worker: Worker): void {
    if (this.closed) return;
    const next = this.waiting.shift();
    const usable = this.all.has(worker) ? worker : undefined;
    if (next !== undefined) next(usable ?? this.spawn());
    else if (usable !== undefined) this.idle.push(usable);
  }

  private spawn(): Worker {
    const worker = new Worker(this.entry, {
      resourceLimits: HEAP_MB,
      execArgv: [],
    });
    this.all.add(worker);
    // Without a listener an error would end the whole process; the job's own listener reports it.
    worker.on('error', () => this.all.delete(worker));
    worker.on('exit', () => this.all.delete(worker));
    return worker;
  }
}

/** Tools are made in one thread only: each that loads the compiler holds it in memory. */
export class WorkerLanes implements JobExecutor {
  private readonly tools = new WorkerPool(1);
  private readonly others: WorkerPool;

  constructor(size: number) {
    this.others = new WorkerPool(size);
  }

  run(request: JobRequest, signal: AbortSignal): Promise<JobReport> {
    const lane = request.job.kind === 'make-tool' ? this.tools : this.others;
    return lane.run(request, signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.tools.close(), this.others.close()]);
  }
}

/** CPU time and heap of a worker, also of one that is busy; nothing where Node is too old to tell. */
async function usageOf(worker: Worker): Promise<ResourceUsage> {
  const look = async (): Promise<ResourceUsage> => {
    const cpu = await worker.cpuUsage?.();
    const heap = await worker.getHeapStatistics?.();
    return {
      ...(cpu && { cpuMs: (cpu.user + cpu.system) / 1000 }),
      ...(heap && { memoryMb: (heap.used_heap_size + heap.external_memory) / 2 ** 20 }),
    };
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<ResourceUsage>((resolve) => {
    timer = setTimeout(() => resolve({}), LAST_LOOK_MS);
  });
  return Promise.race([look().catch(() => ({})), tooLate]).finally(() => clearTimeout(timer));
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

function failure(errorType: string, message: string): Extract<JobReport, { ok: false }> {
  return { ok: false, errorType, message, retryable: true, usage: {} };
}
