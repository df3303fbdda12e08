import { isEpochMs } from '@app/platform';
import { isUUID } from 'class-validator';

/** What a list of executions can go by. */
export const EXECUTION_SORTS = [
  'startedAt',
  'durationMs',
  'complexity',
  'cpuPercent',
  'memoryMb',
  'costUsd',
] as const;
export type ExecutionSort = (typeof EXECUTION_SORTS)[number];

export interface ExecutionOrder {
  sort: ExecutionSort;
  order: 'asc' | 'desc';
}

export const NEWEST_FIRST: ExecutionOrder = { sort: 'startedAt', order: 'desc' };

/** What of a row an order needs. */
export interface OrderedRow {
  agent_key: number;
  started_at: Date;
  execution_id: string;
  duration_ms: number;
  complexity: number;
  cpu_percent: number | null;
  memory_mb: number | null;
  cost_usd: number | null;
}

/** Place in a list: the last row that was given. */
export interface Place {
  /** Of what the list goes by; absent where it goes by the start. */
  figure: number | null;
  startedAtMs: number;
  agentKey: number;
  executionId: string;
}

const LARGEST_KEY = 2 ** 31 - 1;

export function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { figure, startedAtMs, agentKey, executionId } = value as Record<string, unknown>;
  const isKey = Number.isInteger(agentKey) && Number(agentKey) >= 0;
  return (
    (figure === null || typeof figure === 'number') &&
    isEpochMs(startedAtMs) &&
    isKey &&
    Number(agentKey) <= LARGEST_KEY &&
    isUUID(executionId)
  );
}

// What was not measured counts as less than nothing, so that it stands at one end and a place
// among it can be compared.
const FIGURES = {
  startedAt: null,
  durationMs: { expression: 'duration_ms', read: (row: OrderedRow) => row.duration_ms },
  complexity: { expression: 'complexity::float8', read: (row: OrderedRow) => row.complexity },
  cpuPercent: {
    expression: 'coalesce(cpu_percent, -1)',
    read: (row: OrderedRow) => row.cpu_percent ?? -1,
  },
  memoryMb: {
    expression: 'coalesce(memory_mb, -1)',
    read: (row: OrderedRow) => row.memory_mb ?? -1,
  },
  costUsd: {
    expression: 'coalesce(cost_usd, -1)',
    read: (row: OrderedRow) => row.cost_usd ?? -1,
  },
} as const satisfies Record<
  ExecutionSort,
  { expression: string; read: (row: OrderedRow) => number } | null
>;

/** Rows of the same figure go by start, agent and id, so that the order is always the same. */
export function orderBy({ sort, order }: ExecutionOrder): string {
  const figure = FIGURES[sort];
  const keys = [...(figure ? [figure.expression] : []), 'started_at', 'agent_key', 'execution_id'];
  return `ORDER BY ${keys.map((key) => `${key} ${order}`).join(', ')}`;
}

/** The condition that only what comes after the place fulfils. */
export function afterPlace(
  { sort, order }: ExecutionOrder,
  place: Place,
  bind: (value: unknown, type: string) => string,
): string {
  const figure = FIGURES[sort];
  const keys = [...(figure ? [figure.expression] : []), 'started_at', 'agent_key', 'execution_id'];
  const values = [
    ...(figure ? [bind(place.figure, 'float8')] : []),
    bind(new Date(place.startedAtMs), 'timestamptz'),
    bind(place.agentKey, 'int'),
    bind(place.executionId, 'uuid'),
  ];
  return `(${keys.join(', ')}) ${order === 'desc' ? '<' : '>'} (${values.join(', ')})`;
}

export function placeOf({ sort }: ExecutionOrder, row: OrderedRow): Place {
  return {
    figure: FIGURES[sort]?.read(row) ?? null,
    startedAtMs: row.started_at.getTime(),
    agentKey: row.agent_key,
    executionId: row.execution_id,
  };
}
