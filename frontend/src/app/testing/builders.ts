import type {
  CompareRow,
  Execution,
  Statistics,
  SummaryRow,
  TaskCompleted,
  TrendPoint,
} from '@app/contracts';

const statistics: Statistics = {
  total: 100,
  successful: 95,
  failed: 5,
  cancelled: 0,
  successRate: 95,
  consistency: 80,
  reliability: 90.5,
  lowSample: false,
  duration: { meanMs: 1200, minMs: 300, maxMs: 9000, p50Ms: 1000, p95Ms: 4000, p99Ms: 6000 },
  cpuPercent: { mean: 38, max: 71 },
  memoryMb: { mean: 620, max: 900 },
  networkBytes: 1000,
  diskBytes: 1000,
  inputTokens: 5000,
  outputTokens: 900,
  costUsd: 0.4,
  complexity: { '1': 40, '2': 30, '3': 20, '4': 10 },
};

/** What {@link Statistics} are where nothing ran. */
export const NO_STATISTICS: Partial<Statistics> = {
  total: 0,
  successful: 0,
  failed: 0,
  successRate: null,
  consistency: null,
  reliability: null,
  lowSample: true,
  duration: { meanMs: null, minMs: null, maxMs: null, p50Ms: null, p95Ms: null, p99Ms: null },
  cpuPercent: { mean: null, max: null },
  memoryMb: { mean: null, max: null },
  complexity: {},
};

export function aTrendPoint(over: Partial<TrendPoint> = {}): TrendPoint {
  return {
    ...statistics,
    bucketStart: '2026-05-01T10:00:00.000Z',
    bucketEnd: '2026-05-01T11:00:00.000Z',
    ...over,
  };
}

export function aSummaryRow(over: Partial<SummaryRow> = {}): SummaryRow {
  return {
    ...statistics,
    agentId: 'planner-1',
    agentName: 'Planner 1',
    agentType: 'orchestrator',
    throughputPerHour: 12,
    running: 1,
    openAlerts: 0,
    lastActiveAt: '2026-05-01T10:59:00.000Z',
    previous: null,
    ...over,
  };
}

export function aTaskCompleted(over: Partial<TaskCompleted> = {}): TaskCompleted {
  return {
    executionId: 'e-1',
    project: 'default',
    agentId: 'planner-1',
    agentName: 'Planner 1',
    agentType: 'orchestrator',
    taskId: 't-1',
    taskName: 'Split corpus',
    taskType: 'default',
    complexity: 2,
    attempt: 1,
    status: 'success',
    success: true,
    error: null,
    executionTime: 820,
    startedAt: '2026-05-01T10:00:00.000Z',
    endedAt: '2026-05-01T10:00:00.820Z',
    ...over,
  };
}

export function anExecution(over: Partial<Execution> = {}): Execution {
  const { executionTime, success: _success, error: _error, ...rest } = aTaskCompleted();
  return {
    ...rest,
    agentVersion: null,
    durationMs: executionTime,
    errorType: null,
    errorMessage: null,
    cpuPercent: 40,
    cpuMs: 300,
    memoryMb: 512,
    networkBytes: 0,
    diskBytes: 0,
    inputTokens: 100,
    outputTokens: 20,
    costUsd: 0.01,
    model: null,
    parentExecutionId: null,
    traceId: null,
    metadata: null,
    ...over,
  };
}

export function aCompareRow(over: Partial<CompareRow> = {}): CompareRow {
  const unknown = {
    verdict: 'not-enough-data',
    effect: null,
    interval: null,
    pValue: null,
  } as const;
  return {
    ...statistics,
    rank: 1,
    agentId: 'planner-1',
    agentName: 'Planner 1',
    agentType: 'orchestrator',
    throughputPerHour: 12,
    openAlerts: 0,
    successRateInterval: [90, 98],
    adjustedMeanMs: 1100,
    versus: { agentId: null, successRate: unknown, duration: unknown },
    ...over,
  };
}
