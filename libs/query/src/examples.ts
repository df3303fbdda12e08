import type {
  AgentBreakdown,
  CompareRow,
  Execution,
  Statistics,
  SummaryRow,
  TrendPoint,
} from '@app/contracts';

const statistics: Statistics = {
  total: 412,
  successful: 398,
  failed: 12,
  cancelled: 2,
  successRate: 97.07,
  consistency: 81.4,
  reliability: 92.37,
  lowSample: false,
  duration: { meanMs: 1284, minMs: 211, maxMs: 6120, p50Ms: 1102, p95Ms: 2911, p99Ms: 4870 },
  cpuPercent: { mean: 38.2, max: 97.1 },
  memoryMb: { mean: 182.4, max: 301.7 },
  networkBytes: 0,
  diskBytes: 18_204_881,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  complexity: { '1': 180, '2': 120, '3': 64, '4': 33, '5': 15 },
};

const agent = { agentId: 'reader-1', agentName: 'Reader 1', agentType: 'cognitive' };

export const exampleRow: SummaryRow = {
  ...agent,
  ...statistics,
  throughputPerHour: 17.17,
  running: 1,
  openAlerts: 0,
  lastActiveAt: '2026-01-31T08:00:00.000Z',
  previous: null,
};

const { agentName, agentType, ...ofAllAgents } = exampleRow;
void [agentName, agentType];
export const exampleTotal: Omit<SummaryRow, 'agentName' | 'agentType'> = ofAllAgents;

export const examplePoint: TrendPoint = {
  bucketStart: '2026-01-31T08:00:00.000Z',
  bucketEnd: '2026-01-31T09:00:00.000Z',
  ...statistics,
};

export const exampleCompareRow: CompareRow = {
  rank: 1,
  ...agent,
  ...statistics,
  throughputPerHour: 17.17,
  openAlerts: 0,
  successRateInterval: [94.9, 98.3],
  adjustedMeanMs: 1301.2,
  adjustedMedianMs: 1120.4,
  adjustedSuccessRate: 96.8,
  versus: {
    agentId: 'reader-2',
    successRate: {
      verdict: 'better',
      effect: 4.1,
      interval: [1.2, 7.3],
      pValue: 0.006,
      n: [410, 388],
    },
    duration: {
      verdict: 'no-difference',
      effect: 0.97,
      interval: [0.9, 1.05],
      pValue: 0.41,
      n: [398, 360],
    },
  },
};

export const exampleExecution: Execution = {
  executionId: '0198c1a4-6f6e-7d0a-9a51-0b8f6a1c2d3e',
  project: 'default',
  ...agent,
  agentVersion: '2.4.0',
  taskId: 'summarise-42',
  taskName: 'Summarise the licence',
  taskType: 'summarise',
  complexity: 2,
  attempt: 1,
  status: 'success',
  startedAt: '2026-01-31T08:00:00.000Z',
  endedAt: '2026-01-31T08:00:01.840Z',
  durationMs: 1840,
  errorType: null,
  errorMessage: null,
  cpuPercent: 38.5,
  cpuMs: 708,
  memoryMb: 212,
  networkBytes: 0,
  diskBytes: 40_120,
  inputTokens: 1200,
  outputTokens: 180,
  costUsd: 0.0021,
  model: null,
  parentExecutionId: null,
  traceId: null,
  metadata: null,
};

const spread = { reported: 412, mean: 38.2, max: 97.1, p50: 35.1, p95: 81.4 };

export const exampleBreakdown: AgentBreakdown = {
  agentId: agent.agentId,
  complexity: [{ level: 1, ...statistics }],
  versions: [
    {
      agentVersion: '2.4.0',
      since: '2026-01-12T06:00:00.000Z',
      lastAt: '2026-01-31T08:00:00.000Z',
      ...statistics,
    },
  ],
  failures: [
    {
      status: 'failure',
      errorType: 'RateLimited',
      count: 9,
      lastAt: '2026-01-31T07:12:00.000Z',
      lastMessage: 'Too many requests',
    },
  ],
  resources: { cpuPercent: spread, memoryMb: spread, networkBytes: spread, diskBytes: spread },
  activity: [{ weekday: 1, hour: 8, total: 31, failed: 1, meanMs: 1210 }],
};
