import type { Execution } from '@app/contracts';
import { formatDuration, formatMemory, formatMoney, formatPercent } from '../format/format';
import { formatAs, formatCompact } from '../format/format';
import type { TaskSort } from './task-query';

export const COLUMN_IDS = [
  'started',
  'outcome',
  'task',
  'agent',
  'taskType',
  'level',
  'duration',
  'cpu',
  'memory',
  'tokens',
  'cost',
  'model',
  'version',
  'attempt',
  'error',
  'id',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export interface Column {
  id: ColumnId;
  /** Pixels, until the reader chooses. */
  width: number;
  numeric?: true;
  sort?: TaskSort;
  /** Text of a cell; outcome, task and agent are drawn by the table. */
  text: (run: Execution) => string;
}

const orNone = (text: string | null): string => text ?? '–';

export const COLUMNS: readonly Column[] = [
  {
    id: 'started',
    width: 132,
    sort: 'startedAt',
    text: (run) => `${formatAs(run.startedAt, 'day')} ${formatAs(run.startedAt, 'clock')}`,
  },
  { id: 'outcome', width: 152, text: (run) => run.status },
  { id: 'task', width: 230, text: (run) => run.taskName || run.taskId },
  { id: 'agent', width: 150, text: (run) => run.agentName || run.agentId },
  { id: 'taskType', width: 100, text: (run) => run.taskType },
  { id: 'level', width: 66, numeric: true, sort: 'complexity', text: (run) => `${run.complexity}` },
  {
    id: 'duration',
    width: 88,
    numeric: true,
    sort: 'durationMs',
    text: (run) => formatDuration(run.durationMs),
  },
  {
    id: 'cpu',
    width: 76,
    numeric: true,
    sort: 'cpuPercent',
    text: (run) => formatPercent(run.cpuPercent),
  },
  {
    id: 'memory',
    width: 88,
    numeric: true,
    sort: 'memoryMb',
    text: (run) => formatMemory(run.memoryMb),
  },
  {
    id: 'tokens',
    width: 84,
    numeric: true,
    text: ({ inputTokens, outputTokens }) =>
      inputTokens === null && outputTokens === null
        ? '–'
        : formatCompact((inputTokens ?? 0) + (outputTokens ?? 0)),
  },
  {
    id: 'cost',
    width: 84,
    numeric: true,
    sort: 'costUsd',
    text: (run) => formatMoney(run.costUsd),
  },
  { id: 'model', width: 130, text: (run) => orNone(run.model) },
  { id: 'version', width: 84, text: (run) => orNone(run.agentVersion) },
  { id: 'attempt', width: 76, numeric: true, text: (run) => `${run.attempt}` },
  { id: 'error', width: 240, text: (run) => run.errorMessage || run.errorType || '' },
  { id: 'id', width: 290, text: (run) => run.executionId },
];

const SHOWN_AT_FIRST: readonly ColumnId[] = [
  'started',
  'outcome',
  'task',
  'agent',
  'taskType',
  'level',
  'duration',
  'cpu',
  'memory',
  'error',
];
export const NARROWEST = 48;
export const WIDEST = 640;

export type Density = 'compact' | 'cosy';
export const ROW_PX: Readonly<Record<Density, number>> = { compact: 29, cosy: 39 };

/** How the reader wants the table; kept in this browser. */
export interface TableLayout {
  shown: readonly ColumnId[];
  widths: Readonly<Partial<Record<ColumnId, number>>>;
  density: Density;
}

export const FIRST_LAYOUT: TableLayout = { shown: SHOWN_AT_FIRST, widths: {}, density: 'compact' };

/** Reads what was kept; anything strange in it counts as nothing. */
export function parseLayout(text: string | null): TableLayout {
  try {
    const kept = JSON.parse(text ?? '') as Partial<TableLayout>;
    const shown = COLUMN_IDS.filter((id) => kept.shown?.includes(id));
    const widths = COLUMN_IDS.flatMap((id) => {
      const width = kept.widths?.[id];
      return typeof width === 'number' ? [[id, clampWidth(width)] as const] : [];
    });
    return {
      shown: shown.length > 0 ? shown : SHOWN_AT_FIRST,
      widths: Object.fromEntries(widths),
      density: kept.density === 'cosy' ? 'cosy' : 'compact',
    };
  } catch {
    return FIRST_LAYOUT;
  }
}

export function clampWidth(px: number): number {
  return Number.isFinite(px) ? Math.min(WIDEST, Math.max(NARROWEST, Math.round(px))) : NARROWEST;
}
