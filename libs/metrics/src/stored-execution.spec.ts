import { describe, expect, it } from '@jest/globals';
import { EXECUTION_FIELDS } from '@app/contracts';
import type { ExecutionRecord } from '@app/contracts';

import type { FinishedRecord } from './prepared-record.js';
import { prepareRecord } from './record-validator.js';
import { toExecutions } from './stored-execution.js';

const sent: ExecutionRecord = {
  executionId: '0190f3e0-0000-7000-8000-000000000001',
  agentId: 'a-1',
  agentName: 'Ada',
  agentType: 'cognitive',
  agentVersion: '2.1',
  taskId: 't-1',
  taskName: 'Think',
  taskType: 'research',
  complexity: 3,
  attempt: 2,
  status: 'failure',
  startedAt: '2026-01-31T08:00:00.000Z',
  endedAt: '2026-01-31T08:00:02.500Z',
  durationMs: 2500,
  errorType: 'Timeout',
  errorMessage: 'took too long',
  cpuPercent: 12.5,
  cpuMs: 310,
  memoryMb: 256,
  networkBytes: 1,
  diskBytes: 2,
  inputTokens: 3,
  outputTokens: 4,
  costUsd: 0.05,
  model: 'm',
  parentExecutionId: '0190f3e0-0000-7000-8000-000000000002',
  traceId: 'trace',
  metadata: { a: [1, { b: null }] },
};

describe('a stored execution on the bus', () => {
  it('has every field with the value that was sent', () => {
    const nowMs = Date.parse('2026-01-31T09:00:00Z');
    const prepared = prepareRecord(sent, { projectId: 1, project: 'default', nowMs, oldestMs: 0 });
    if ('problem' in prepared) throw new Error(prepared.problem.detail);
    const [execution] = toExecutions([prepared.record as FinishedRecord]);
    const seen = Object.fromEntries(EXECUTION_FIELDS.map((name) => [name, execution?.[name]]));
    expect(seen).toEqual({ ...sent, project: 'default' });
    expect(execution?.agentKey).toBe(0);
  });
});
