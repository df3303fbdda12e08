import type { Outcome } from '@app/contracts';
import type { StoredExecution } from '@app/platform';

import type { FinishedRecord } from './prepared-record.js';

/**
 * A stored row as the bus shows it. Most listeners look at a few fields of most rows, so nothing
 * is copied or formatted before somebody asks for it. Each field is written out: an accessor made
 * from a name costs ten times as much, for every row and listener.
 */
class RowView implements StoredExecution {
  constructor(private readonly record: FinishedRecord) {}

  get startedAt(): string {
    return new Date(this.record.startedAtMs).toISOString();
  }
  get endedAt(): string {
    return new Date(this.record.endedAtMs).toISOString();
  }
  get metadata(): Record<string, unknown> | null {
    const json = this.record.metadataJson;
    return json === null ? null : (JSON.parse(json) as Record<string, unknown>);
  }
  get agentKey(): number {
    return this.record.agentKey;
  }
  get markId(): string | null {
    return this.record.markId;
  }
  get startedAtMs(): number {
    return this.record.startedAtMs;
  }
  get endedAtMs(): number {
    return this.record.endedAtMs;
  }
  get executionId(): string {
    return this.record.executionId;
  }
  get project(): string {
    return this.record.project;
  }
  get agentId(): string {
    return this.record.agentId;
  }
  get agentName(): string {
    return this.record.agentName;
  }
  get agentType(): string {
    return this.record.agentType;
  }
  get agentVersion(): string | null {
    return this.record.agentVersion;
  }
  get taskId(): string {
    return this.record.taskId;
  }
  get taskName(): string {
    return this.record.taskName;
  }
  get taskType(): string {
    return this.record.taskType;
  }
  get complexity(): number {
    return this.record.complexity;
  }
  get attempt(): number {
    return this.record.attempt;
  }
  get status(): Outcome {
    return this.record.status;
  }
  get durationMs(): number {
    return this.record.durationMs;
  }
  get errorType(): string | null {
    return this.record.errorType;
  }
  get errorMessage(): string | null {
    return this.record.errorMessage;
  }
  get cpuPercent(): number | null {
    return this.record.cpuPercent;
  }
  get cpuMs(): number | null {
    return this.record.cpuMs;
  }
  get memoryMb(): number | null {
    return this.record.memoryMb;
  }
  get networkBytes(): number | null {
    return this.record.networkBytes;
  }
  get diskBytes(): number | null {
    return this.record.diskBytes;
  }
  get inputTokens(): number | null {
    return this.record.inputTokens;
  }
  get outputTokens(): number | null {
    return this.record.outputTokens;
  }
  get costUsd(): number | null {
    return this.record.costUsd;
  }
  get model(): string | null {
    return this.record.model;
  }
  get parentExecutionId(): string | null {
    return this.record.parentExecutionId;
  }
  get traceId(): string | null {
    return this.record.traceId;
  }
}

/** Stored rows for the bus. */
export function toExecutions(records: readonly FinishedRecord[]): StoredExecution[] {
  return records.map((record) => new RowView(record));
}
