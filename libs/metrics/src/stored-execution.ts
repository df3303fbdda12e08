import type { StoredExecution } from '@app/platform';

import type { FinishedRecord } from './prepared-record.js';

/** A stored row as the wire and the bus show it. */
export function toExecution(record: FinishedRecord): StoredExecution {
  return {
    agentKey: record.agentKey,
    executionId: record.executionId,
    project: record.project,
    agentId: record.agentId,
    agentName: record.agentName,
    agentType: record.agentType,
    agentVersion: record.agentVersion,
    taskId: record.taskId,
    taskName: record.taskName,
    taskType: record.taskType,
    complexity: record.complexity,
    attempt: record.attempt,
    status: record.status,
    startedAt: new Date(record.startedAtMs).toISOString(),
    endedAt: new Date(record.endedAtMs).toISOString(),
    durationMs: record.durationMs,
    errorType: record.errorType,
    errorMessage: record.errorMessage,
    cpuPercent: record.cpuPercent,
    cpuMs: record.cpuMs,
    memoryMb: record.memoryMb,
    networkBytes: record.networkBytes,
    diskBytes: record.diskBytes,
    inputTokens: record.inputTokens,
    outputTokens: record.outputTokens,
    costUsd: record.costUsd,
    model: record.model,
    parentExecutionId: record.parentExecutionId,
    traceId: record.traceId,
    metadata:
      record.metadataJson === null
        ? null
        : (JSON.parse(record.metadataJson) as Record<string, unknown>),
  };
}
