import type { Alert, AlertRule, BacktestResult, Silence } from '@app/contracts';

import { builtInRule } from './rules/built-in.js';

export const alertExample: Alert = {
  id: '17~0b1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91',
  project: 'sample',
  type: 'slow_execution',
  severity: 'critical',
  state: 'firing',
  agentId: 'planner-1',
  agentName: 'Planner 1',
  agentType: 'orchestrator',
  taskType: 'default',
  complexity: 3,
  thresholdValue: 2400,
  actualValue: 4800,
  unit: 'ms',
  message: 'Planner 1 took 4.8 s for level 3 (limit 2.4 s, 2 × the expected 1.2 s)',
  count: 12,
  firedAt: '2026-11-22T10:00:00.000Z',
  lastSeenAt: '2026-11-22T10:04:10.000Z',
  resolvedAt: null,
  resolvedBy: null,
  resolveReason: null,
  executionId: '019aaf3c-2b60-7d5e-8a51-6c7d8e9f0a1b',
  ruleId: 'slow_execution',
  subject: { kind: 'agent', value: 'planner-1' },
  activeAt: '2026-11-22T10:00:00.000Z',
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgeNote: null,
  snoozedUntil: null,
  silencedBy: null,
  flapping: false,
  noDataSince: null,
  notifiedAt: '2026-11-22T10:00:00.400Z',
};

export const resolvedExample: Alert = {
  ...alertExample,
  state: 'resolved',
  resolvedAt: '2026-11-22T10:20:00.000Z',
  resolvedBy: 'maria',
  resolveReason: 'Rolled back to 1.4.2',
};

export const ruleExample: AlertRule = {
  ...builtInRule('slow_execution'),
  id: '4c0a3f0e-6a36-4a52-8f0c-2f1b2d9e7a10',
  builtIn: false,
  type: 'threshold',
  name: 'p95 of planners',
  description: null,
  agentType: 'orchestrator',
  statistic: 'p95Ms',
  operator: 'gt',
  warning: 3000,
  critical: 6000,
  recovery: 2500,
  minSample: 20,
  holdMs: 120_000,
  createdAt: '2026-11-22T10:00:00.000Z',
  createdBy: 'maria',
  updatedAt: '2026-11-22T10:00:00.000Z',
  updatedBy: 'maria',
};

export const silenceExample: Silence = {
  id: '7d2b9a54-1d0f-4c9b-9a3e-5f6a7b8c9d0e',
  matchers: [{ field: 'agentId', operator: 'glob', value: 'planner-*' }],
  startsAt: '2026-11-22T00:00:00.000Z',
  endsAt: '2026-12-31T00:00:00.000Z',
  recurrence: { days: ['sat', 'sun'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' },
  comment: 'Weekly reindexing',
  state: 'active',
  version: 1,
  createdAt: '2026-11-21T10:00:00.000Z',
  createdBy: 'maria',
  updatedAt: '2026-11-21T10:00:00.000Z',
};

export const backtestRequests = {
  tuned: {
    summary: 'A built-in rule, tuned',
    value: {
      ruleId: 'high_failure_rate',
      rule: { minSample: 30 },
      from: '2026-11-21T00:00:00Z',
      to: '2026-11-22T00:00:00Z',
    },
  },
};

export const backtestExample: BacktestResult = {
  from: '2026-11-21T00:00:00.000Z',
  to: '2026-11-22T00:00:00.000Z',
  stepMs: 60_000,
  evaluations: 14_400,
  notifications: 2,
  episodes: [
    {
      agentId: 'planner-1',
      agentName: 'Planner 1',
      subject: { kind: 'agent', value: 'planner-1' },
      taskType: null,
      complexity: null,
      severity: 'warning',
      activeAt: '2026-11-21T09:12:00.000Z',
      firedAt: '2026-11-21T09:12:00.000Z',
      resolvedAt: '2026-11-21T10:03:00.000Z',
      actualValue: 71.4,
      thresholdValue: 90,
      unit: '%',
      message: 'Planner 1 succeeded in 71.4 % of 42 executions within 1 h (at least 90 % expected)',
      count: 31,
    },
  ],
  series: [
    {
      agentId: 'planner-1',
      subject: { kind: 'agent', value: 'planner-1' },
      points: [{ at: '2026-11-21T09:12:00.000Z', value: 71.4, warning: 90, critical: 70 }],
    },
  ],
  truncated: false,
};
