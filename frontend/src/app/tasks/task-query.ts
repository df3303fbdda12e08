import { OUTCOMES } from '@app/contracts';
import type { Outcome } from '@app/contracts';

export const TASK_SORTS = [
  'startedAt',
  'durationMs',
  'complexity',
  'cpuPercent',
  'memoryMb',
  'costUsd',
] as const;
export type TaskSort = (typeof TASK_SORTS)[number];

/** What of the executions is shown and how, as the address has it; null where it says nothing. */
export interface TaskQuery {
  agentId: string | null;
  taskType: string | null;
  status: Outcome | null;
  complexity: number | null;
  errorType: string | null;
  text: string | null;
  traceId: string | null;
  minMs: number | null;
  maxMs: number | null;
  sort: TaskSort;
  order: 'asc' | 'desc';
  asChart: boolean;
  running: boolean;
}

/** The names of the parameters in the address. */
export const TASK_PARAMS = {
  agentId: 'agent',
  taskType: 'task',
  status: 'status',
  complexity: 'level',
  errorType: 'error',
  text: 'q',
  traceId: 'trace',
  minMs: 'min',
  maxMs: 'max',
} as const;

const TEXT_LENGTH = 200;

/** Reads the address; what cannot be used counts as not given. */
export function parseTaskQuery(get: (name: string) => string | null): TaskQuery {
  const text = (name: string): string | null => get(name)?.slice(0, TEXT_LENGTH) || null;
  const level = Number(get(TASK_PARAMS.complexity));
  return {
    agentId: text(TASK_PARAMS.agentId),
    taskType: text(TASK_PARAMS.taskType),
    status: OUTCOMES.find((one) => one === get(TASK_PARAMS.status)) ?? null,
    complexity: Number.isInteger(level) && level >= 1 && level <= 5 ? level : null,
    errorType: text(TASK_PARAMS.errorType),
    text: text(TASK_PARAMS.text),
    traceId: text(TASK_PARAMS.traceId),
    minMs: parseDuration(get(TASK_PARAMS.minMs)),
    maxMs: parseDuration(get(TASK_PARAMS.maxMs)),
    sort: TASK_SORTS.find((one) => one === get('sort')) ?? 'startedAt',
    order: get('dir') === 'asc' ? 'asc' : 'desc',
    asChart: get('show') === 'chart',
    running: get('tab') === 'running',
  };
}

const PER: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const LONGEST_MS = 366 * 24 * 3_600_000;

/**
 * A duration as people type it: `250`, `1.5 s`, `2min`; without a unit milliseconds.
 * @returns milliseconds; null for what is none
 */
export function parseDuration(text: string | null): number | null {
  const match = /^\s*(\d{1,12}(?:[.,]\d{1,6})?)\s*(ms|s|min|h)?\s*$/.exec(text ?? '');
  if (match === null) return null;
  const ms = Number(match[1]?.replace(',', '.')) * (PER[match[2] ?? 'ms'] ?? 1);
  return ms <= LONGEST_MS ? ms : null;
}

/** The filters as questions to the tracker take them. */
export function filterParams(query: TaskQuery): Record<string, string | number | null> {
  return {
    agentId: query.agentId,
    taskType: query.taskType,
    status: query.status,
    complexity: query.complexity,
    errorType: query.errorType,
    q: query.text,
    traceId: query.traceId,
    minDurationMs: query.minMs,
    maxDurationMs: query.maxMs,
  };
}

/** Whether anything but the range narrows the list. */
export function isFiltered(query: TaskQuery): boolean {
  return Object.values(filterParams(query)).some((value) => value !== null);
}

/** What the address is told to forget when filters are cleared. */
export const NO_FILTERS: Readonly<Record<string, null>> = Object.fromEntries(
  Object.values(TASK_PARAMS).map((name) => [name, null]),
);
