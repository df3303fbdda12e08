import type { Execution } from '@app/contracts';

const COLUMNS: readonly (keyof Execution)[] = [
  'executionId',
  'agentId',
  'agentName',
  'agentType',
  'agentVersion',
  'taskId',
  'taskName',
  'taskType',
  'complexity',
  'attempt',
  'status',
  'startedAt',
  'endedAt',
  'durationMs',
  'errorType',
  'errorMessage',
  'cpuPercent',
  'cpuMs',
  'memoryMb',
  'networkBytes',
  'diskBytes',
  'inputTokens',
  'outputTokens',
  'costUsd',
  'model',
  'parentExecutionId',
  'traceId',
  'metadata',
];

// Spreadsheets take a cell that begins so for a formula, also with full-width characters.
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

/** One line of RFC 4180; text that a spreadsheet would calculate is made text by an apostrophe. */
export function csvLine(execution: Execution): string {
  return `${COLUMNS.map((name) => cell(execution[name])).join(',')}\r\n`;
}

function cell(value: Execution[keyof Execution]): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
