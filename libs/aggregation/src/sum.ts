import type { Statistics } from '@app/contracts';

import { Partial, addRow, finalise, mergePartial } from './partial.js';
import type { RawRow } from './partial.js';

/** Single executions of a quarter of an hour, and when each began, epoch ms. */
export type EdgeRows = { startedAtMs: number; row: RawRow }[];

/** What an agent did in whole quarters that are settled, and the executions of those beside them. */
export interface SettledSpan {
  partial: Partial;
  /** Of whole days, where these are remembered by themselves; not to be changed. */
  days?: Partial;
  head: EdgeRows;
  tail: EdgeRows;
  /** Since when rows are in `head`. */
  headFromMs: number;
  /** The sum that was asked for last, and what it was made of: often it is asked for again. */
  last?: { sum: Sum; head: number; tail: number; recent: RecentPart | undefined; stamp: number };
}

/** What an agent did since, while nobody is sure to have seen the last of it. */
export interface RecentPart {
  partial: Partial;
  /** Grows with everything that is added. */
  stamp: number;
}

const none = new Partial();

export type Counts = Pick<Statistics, 'total' | 'successful' | 'failed' | 'cancelled'>;

/** All that an agent did in a span; figures are worked out when somebody asks for them. */
export class Sum {
  private figures: Statistics | null = null;
  private counted: Counts | null = null;

  constructor(
    private readonly parts: readonly Partial[],
    private readonly rows: EdgeRows = [],
  ) {}

  /** Made anew each time: kept it would take many times the memory of what it is made of. */
  get partial(): Partial {
    const all = new Partial();
    for (const part of this.parts) mergePartial(all, part);
    for (const { row } of this.rows) addRow(all, row);
    return all;
  }

  /** Not to be changed. */
  get statistics(): Statistics {
    this.figures ??= finalise(this.partial);
    return this.figures;
  }

  /** A small part of the statistics, for a small part of their price: nothing is decoded. */
  get counts(): Counts {
    this.counted ??= this.figures ?? countsOf(this.parts, this.rows);
    return this.counted;
  }

  get lastEndedAtMs(): number {
    let lastMs = 0;
    for (const part of this.parts) lastMs = Math.max(lastMs, part.lastEndedAtMs);
    for (const { row } of this.rows) lastMs = Math.max(lastMs, row.endedAtMs);
    return lastMs;
  }
}

/** The settled part of a sum, with the rows that the span cuts off at its ends, and what came since. */
export function sumOf(
  settled: SettledSpan,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  recent?: RecentPart,
): Sum {
  let head = 0;
  for (const { startedAtMs } of settled.head) if (startedAtMs >= fromMs) head += 1;
  let tail = 0;
  for (const { startedAtMs } of settled.tail) if (startedAtMs < toMs) tail += 1;
  const { last } = settled;
  const stamp = recent?.stamp ?? 0;
  const isSame =
    last?.head === head && last.tail === tail && last.recent === recent && last.stamp === stamp;
  if (isSame) return last.sum;
  const rows = [
    ...settled.head.filter(({ startedAtMs }) => startedAtMs >= fromMs),
    ...settled.tail.filter(({ startedAtMs }) => startedAtMs < toMs),
  ];
  // A copy of what came since: that goes on growing.
  const since = recent ? copyOf(recent.partial) : none;
  const sum = new Sum([settled.days ?? none, settled.partial, since], rows);
  settled.last = { sum, head, tail, recent, stamp };
  return sum;
}

function countsOf(parts: readonly Partial[], rows: EdgeRows): Counts {
  const counts = { total: rows.length, successful: 0, failed: 0, cancelled: 0 };
  for (const part of parts) {
    counts.total += part.total;
    counts.successful += part.successful;
    counts.failed += part.failed;
    counts.cancelled += part.cancelled;
  }
  for (const { row } of rows) {
    if (row.status === 'success') counts.successful += 1;
    else if (row.status === 'cancelled') counts.cancelled += 1;
    else counts.failed += 1;
  }
  return counts;
}

function copyOf(partial: Partial): Partial {
  const copy = new Partial();
  mergePartial(copy, partial);
  return copy;
}
