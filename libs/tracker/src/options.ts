import type { ReportedStatus } from '@app/contracts';
import { INGEST_SOCKET_PATH, LIMITS } from '@app/contracts';
import { builtin } from './runtime.js';
import type { FetchAnswer, FetchInit, SocketClass } from './web-like.js';

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
  /**
   * `auto` (default): a WebSocket where there is one and the server takes it, HTTP otherwise.
   * `websocket`: nothing else. `http`: nothing else.
   */
  transport?: 'auto' | 'http' | 'websocket';
  /** HTTP bodies larger than this are sent as gzip, bytes. Default 65,536. */
  compressAboveBytes?: number;
  /** A key with the scope `ingest`, where the server asks for one. */
  apiKey?: string;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /**
   * Folder for what cannot be sent now; several processes may share it. Without it, unsent records
   * live in memory only. Needs a file system, so not in a browser.
   */
  spoolDir?: string;
  /** Most that the spool may take on disk, all processes together, bytes. Default 64 MiB. */
  spoolMaxBytes?: number;
  /** Whether `track()` divides the CPU time among tasks; see README. Default true. */
  meterCpu?: boolean;
  /** Default: the global one. */
  fetch?(this: void, url: string, init: FetchInit): Promise<FetchAnswer>;
  /** A WebSocket class like that of browsers. Default: the global one, where there is one. */
  webSocket?: SocketClass;
  clock?: TrackerClock;
  /** Uniform in [0, 1): spreads the retries. */
  random?: () => number;
}

export type {
  AbortSignalLike,
  FetchAnswer,
  FetchInit,
  SocketClass,
  SocketLike,
} from './web-like.js';

type Optional = 'apiKey' | 'spoolDir' | 'webSocket';
export type Settings = Required<Omit<TrackerOptions, 'url' | 'project' | Optional>> &
  Pick<TrackerOptions, Optional> & {
    /** Where records are posted. */
    endpoint: string;
    /** The same as a WebSocket. */
    socketEndpoint: string;
  };

const systemClock: TrackerClock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/**
 * Options with their defaults.
 * @throws TypeError if `url` is no http address, or what an option needs is not there
 * @throws RangeError if a number is not positive
 */
export function settingsOf(options: TrackerOptions): Settings {
  const settings: Settings = {
    endpoint: endpointOf(options, '/api/v1/agent-performance/metrics'),
    socketEndpoint: endpointOf(options, INGEST_SOCKET_PATH).replace(/^http/, 'ws'),
    flushIntervalMs: options.flushIntervalMs ?? 5000,
    maxBatch: Math.min(options.maxBatch ?? 1000, LIMITS.batchRecords),
    maxBuffer: options.maxBuffer ?? 100_000,
    maxRunning: options.maxRunning ?? 100_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 30_000,
    timeoutMs: options.timeoutMs ?? 10_000,
    closeTimeoutMs: options.closeTimeoutMs ?? 5000,
    transport: options.transport ?? 'auto',
    compressAboveBytes: options.compressAboveBytes ?? 65_536,
    apiKey: options.apiKey,
    headers: options.headers ?? {},
    spoolDir: options.spoolDir,
    spoolMaxBytes: options.spoolMaxBytes ?? 64 * 2 ** 20,
    meterCpu: options.meterCpu ?? true,
    fetch: options.fetch ?? ((url, init) => fetch(url, init as RequestInit)),
    webSocket: options.webSocket ?? (globalThis as { WebSocket?: SocketClass }).WebSocket,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value > 0)) {
      throw new RangeError(`${name} must be greater than 0, not ${value}`);
    }
  }
  if (settings.transport === 'websocket' && settings.webSocket === undefined) {
    throw new TypeError('transport "websocket" needs a WebSocket class; give one as `webSocket`');
  }
  if (settings.spoolDir !== undefined && builtin('node:fs') === undefined) {
    throw new TypeError('spoolDir needs a file system');
  }
  return settings;
}

function endpointOf({ url, project }: TrackerOptions, path: string): string {
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError(`not an http address: ${url}`);
  const endpoint = new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base);
  if (project !== undefined) endpoint.searchParams.set('project', project);
  return endpoint.href;
}
