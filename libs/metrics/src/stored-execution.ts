import { EXECUTION_FIELDS } from '@app/contracts';
import type { StoredExecution } from '@app/platform';

import type { FinishedRecord } from './prepared-record.js';

/**
 * A stored row as the bus shows it. Most listeners look at a few fields of most rows, so nothing
 * is copied or formatted before somebody asks for it.
 */
class RowView {
  constructor(readonly record: FinishedRecord) {}

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
}

const MORE = ['agentKey', 'markId', 'startedAtMs', 'endedAtMs'] as const;

for (const name of [...MORE, ...EXECUTION_FIELDS] as const) {
  if (name === 'startedAt' || name === 'endedAt' || name === 'metadata') continue;
  Object.defineProperty(RowView.prototype, name, {
    get(this: RowView) {
      return this.record[name];
    },
  });
}

/** Stored rows for the bus. */
export function toExecutions(records: readonly FinishedRecord[]): StoredExecution[] {
  return records.map((record) => new RowView(record) as unknown as StoredExecution);
}
