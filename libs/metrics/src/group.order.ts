import type { FinishedRecord } from './prepared-record.js';

/**
 * The records in the order of the primary key, in which the index takes rows at the least cost,
 * each identity once: the first that came stays.
 * @param onRepeat told the position of each that is left out
 */
export function sortedOnce(
  records: readonly FinishedRecord[],
  onRepeat: (position: number) => void,
): FinishedRecord[] {
  if (records.length === 1) return [...records];
  // Sorting is stable, so repeats stand side by side in the order in which they came.
  const order = records.map((_, index) => index).sort((a, b) => byKey(records, a, b));
  const rows: FinishedRecord[] = [];
  let last: FinishedRecord | undefined;
  for (const position of order) {
    const record = records[position] as FinishedRecord;
    if (last && sameRow(last, record)) onRepeat(position);
    else rows.push((last = record));
  }
  return rows;
}

function byKey(records: readonly FinishedRecord[], at: number, bt: number): number {
  const a = records[at] as FinishedRecord;
  const b = records[bt] as FinishedRecord;
  if (a.agentKey !== b.agentKey) return a.agentKey - b.agentKey;
  if (a.startedAtMs !== b.startedAtMs) return a.startedAtMs - b.startedAtMs;
  if (a.executionId === b.executionId) return 0;
  return a.executionId < b.executionId ? -1 : 1;
}

function sameRow(a: FinishedRecord, b: FinishedRecord): boolean {
  return (
    a.executionId === b.executionId && a.agentKey === b.agentKey && a.startedAtMs === b.startedAtMs
  );
}
