import type { Alert, AlertChange, RunningExecution, Scope } from '@app/contracts';
import type { StoredExecution } from '@app/platform';

import type { LiveConnection } from '../src/live.connection.js';
import type { LiveFrame } from '../src/live.frame.js';
import type { Closing } from '../src/live.limits.js';
import type { LiveParcel } from '../src/live.parcel.js';

const AGENT = { agentId: 'agent-1', agentName: 'Ada', agentType: 'cognitive' };
const TASK = {
  taskId: 'task-1',
  taskName: 'Think',
  taskType: 'default',
  complexity: 2,
  attempt: 1,
};
const STARTED_AT = '2026-01-05T10:00:00.000Z';
const EXECUTION_ID = '019b0000-0000-7000-8000-000000000001';

export function aRunningExecution(changes: Partial<RunningExecution> = {}): RunningExecution {
  return {
    executionId: EXECUTION_ID,
    project: 'default',
    ...AGENT,
    ...TASK,
    startedAt: STARTED_AT,
    heartbeatAt: STARTED_AT,
    progress: null,
    ...changes,
  };
}

export function aStoredExecution(changes: Partial<StoredExecution> = {}): StoredExecution {
  return {
    executionId: EXECUTION_ID,
    project: 'default',
    agentKey: 7,
    ...AGENT,
    agentVersion: null,
    ...TASK,
    status: 'success',
    startedAt: STARTED_AT,
    endedAt: '2026-01-05T10:00:01.250Z',
    durationMs: 1250,
    errorType: null,
    errorMessage: null,
    cpuPercent: 12.5,
    cpuMs: null,
    memoryMb: 256,
    networkBytes: null,
    diskBytes: null,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    model: null,
    parentExecutionId: null,
    traceId: null,
    metadata: null,
    ...changes,
  };
}

export function anAlertChange(changes: Partial<Alert> = {}): AlertChange {
  const alert: Alert = {
    id: '7~019b0000-0000-7000-8000-000000000002',
    project: 'default',
    type: 'slow_execution',
    severity: 'warning',
    state: 'firing',
    ...AGENT,
    taskType: 'default',
    complexity: 2,
    thresholdValue: 3000,
    actualValue: 3500,
    unit: 'ms',
    message: 'Task took 3500 ms',
    count: 1,
    firedAt: STARTED_AT,
    lastSeenAt: STARTED_AT,
    resolvedAt: null,
    resolvedBy: null,
    resolveReason: null,
    executionId: EXECUTION_ID,
    ...changes,
  };
  return { transition: 'fired', alert };
}

/** A connection that remembers what it was given, and reads only as fast as it is told to. */
export class FakeConnection implements LiveConnection {
  readonly frames: LiveFrame[] = [];
  readonly parcels: LiveParcel[] = [];
  /** How many times something was handed over. */
  sendCount = 0;
  buffered = 0;
  /** Whether what it is given stays in `buffered`. */
  isStalled = false;
  mostBuffered = 0;
  isHeld = false;
  closing: Closing | null = null;

  constructor(
    readonly project = 'default',
    private readonly scopes: readonly Scope[] = ['read', 'ingest'],
  ) {}

  may(scope: Scope): boolean {
    return this.scopes.includes(scope);
  }

  get types(): string[] {
    return this.frames.map((frame) => frame.type);
  }

  send(parcel: LiveParcel): void {
    this.sendCount += 1;
    this.parcels.push(parcel);
    this.frames.push(...parcel.frames);
    if (this.isStalled) this.buffered += parcel.plain().length;
    this.mostBuffered = Math.max(this.mostBuffered, this.buffered);
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  close(closing: Closing): void {
    this.closing = closing;
  }

  /** Takes what has come since the last call. */
  take(): LiveFrame[] {
    return this.frames.splice(0);
  }
}
