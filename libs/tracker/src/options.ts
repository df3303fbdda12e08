import type { ReportedStatus } from '@app/contracts';
import { LIMITS } from '@app/contracts';

/** What an execution used. Every figure is optional; absent means not measured, never zero. */
export interface ResourceUsage {
  /** Mean, percent of one core. Derived from `cpuMs` and the duration when only that is given. */
  cpuPercent?: number;
  /** CPU time, milliseconds. */
  cpuMs?: number;
  /** Peak, MiB. */
  memoryMb?: number;
  networkBytes?: number;
  diskBytes?: number;
  inputTokens?: number;
  outputTokens?: number;
  costUsd?: number;
}

/** What may be said about an execution besides the required arguments. */
export interface StartExtras {
  taskType?: string;
  /** 1 for the first try. */
  attempt?: number;
  model?: string;
  /** At most 8 KiB as JSON; a larger or unserialisable object is left out and a note put in its place. */
  metadata?: Record<string, unknown>;
  parentExecutionId?: string;
  traceId?: string;
  agentVersion?: string;
}

/** As at the start (the later word wins), and how it ended. */
export interface EndExtras extends StartExtras {
  /** Which of several running executions of the same agent and task; default the oldest. */
  executionId?: string;
  /** Default: the name (or code) of the error. */
  errorType?: string;
  /** Default `success` or `failure`, by the `success` argument. */
  status?: Exclude<ReportedStatus, 'running'>;
}

export interface TrackerClock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** A clock that never jumps, milliseconds. */
  monotonicMs(): number;
}

export interface TrackerOptions {
  /** Where the tracker's server is, for example `http://127.0.0.1:9999`. */
  url: string;
  /** Project slug; the server's default project when absent. */
  project?: string;
  /** Longest time that a record waits before it is sent, milliseconds. Default 5000. */
  flushIntervalMs?: number;
  /** Records per request, at most 10,000; reaching it sends at once. Default 1000. */
  maxBatch?: number;
  /** Records held while the server cannot be reached. Default 100,000. */
  maxBuffer?: number;
  /** Started executions remembered at once; past it the oldest is forgotten. Default 100,000. */
  maxRunning?: number;
  /** How often a task that is still running is reported again, milliseconds. Default 30,000. */
  heartbeatIntervalMs?: number;
  /** Per request, milliseconds. Default 10,000. */
  timeoutMs?: number;
  /** Longest that `close()` keeps trying, milliseconds. Default 5000. */
  closeTimeoutMs?: number;
  fetch?: typeof fetch;
  clock?: TrackerClock;
  /** Uniform in [0, 1): spreads the retries. */
  random?: () => number;
}

export type Settings = Required<Omit<TrackerOptions, 'url' | 'project'>> & { endpoint: string };

const systemClock: TrackerClock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/**
 * Options with their defaults.
 * @throws TypeError if `url` is no http address
 * @throws RangeError if a number is not positive
 */
export function settingsOf(options: TrackerOptions): Settings {
  const settings: Settings = {
    endpoint: endpointOf(options),
    flushIntervalMs: options.flushIntervalMs ?? 5000,
    maxBatch: Math.min(options.maxBatch ?? 1000, LIMITS.batchRecords),
    maxBuffer: options.maxBuffer ?? 100_000,
    maxRunning: options.maxRunning ?? 100_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 30_000,
    timeoutMs: options.timeoutMs ?? 10_000,
    closeTimeoutMs: options.closeTimeoutMs ?? 5000,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value > 0)) {
      throw new RangeError(`${name} must be greater than 0, not ${value}`);
    }
  }
  return settings;
}

function endpointOf({ url, project }: TrackerOptions): string {
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError(`not an http address: ${url}`);
  const endpoint = new URL(
    `${base.pathname.replace(/\/+$/, '')}/api/v1/agent-performance/metrics`,
    base,
  );
  if (project !== undefined) endpoint.searchParams.set('project', project);
  return endpoint.href;
}
