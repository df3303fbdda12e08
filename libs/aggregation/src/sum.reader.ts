import { addBuckets, floorToBucket } from '@app/stats';

import type { CopyPart, StreamingQuery } from './copy-out.js';
import type { Dirty } from './dirty.reader.js';
import { eachPacked } from './packed-rows.js';
import { Partial } from './partial.js';
import { Descent, readWith } from './partial.reader.js';
import type { Asked, PartialRequest } from './partial.reader.js';
import { rawRowsOf } from './raw.rows.js';
import type { TakeRaw } from './raw.rows.js';
import { RecentPast, withoutMarks } from './recent.js';
import { SettledCache } from './settled.cache.js';
import type { CacheView, ShelfView } from './settled.cache.js';
import type { Span } from './span.js';
import { Sum, sumOf } from './sum.js';
import type { EdgeRows, RecentPart, SettledSpan } from './sum.js';
import { addEncoded } from './window.codec.js';
import { QUARTER_MS, quarterFrom, quarterTo, readStoredWindows } from './window.rows.js';

export type SumRequest = Omit<PartialRequest, 'summed'> & { projectId: number };

/**
 * How a span is answered: whole quarters that are settled, and the rows that it cuts off before and
 * after them; one that has no tail goes on with what came since, from the end of the quarters.
 */
interface Cut {
  settled: Span;
  /** Whether the rows of the quarter after the settled ones belong to it. */
  hasTail: boolean;
}

/** Shorter spans are answered as fast without remembering. */
const LEAST_MS = 3 * 3_600_000;

/** Fewer whole days are read as fast without remembering them by themselves. */
const LEAST_DAYS_MS = 3 * 24 * 3_600_000;

/** Where marks matter: a window that is kept holds the rows of the whole quarters beside it. */
export function aroundOf({ fromMs, toMs }: Span): Span {
  return { fromMs: fromMs - QUARTER_MS, toMs: toMs + QUARTER_MS };
}

/**
 * Sums of everything that is committed within a span, per agent: what is settled is remembered, so
 * that the usual question costs what has happened since. As fresh as `readPartials`.
 */
export class SumReader {
  private readonly settled = new SettledCache<SettledSpan>();
  private readonly recent = new RecentPast();

  /**
   * Must run in one REPEATABLE READ transaction. Agents that did nothing may be left out.
   * @param dirty what is marked in {@link aroundOf} the span, or in more
   */
  async read(query: StreamingQuery, request: SumRequest, dirty: Dirty): Promise<Map<number, Sum>> {
    const sums = new Map<number, Sum>();
    const { agentKeys, toMs } = request;
    if (agentKeys.length === 0 || request.fromMs >= toMs) return sums;
    const cut = cutOf(request, dirty);
    if (!cut) {
      await readEach(query, request, dirty, sums);
      return sums;
    }
    const isDoubtful = doubts(cut, dirty);
    const sure = agentKeys.filter((agentKey) => !isDoubtful(agentKey));
    const settled = await this.readSettled(query, { ...request, agentKeys: sure }, cut, dirty);
    const take = (recent?: ReadonlyMap<number, RecentPart>): void => {
      for (const [agentKey, one] of settled) {
        sums.set(agentKey, sumOf(one, request, recent?.get(agentKey)));
      }
    };
    if (cut.hasTail || sure.length === 0) take();
    else {
      await this.recent.read(query, sure, { fromMs: cut.settled.toMs, toMs }, dirty, take);
    }
    const others = agentKeys.filter(isDoubtful);
    await readEach(query, { ...request, agentKeys: others }, dirty, sums);
    return sums;
  }

  private async readSettled(
    query: StreamingQuery,
    request: SumRequest,
    cut: Cut,
    dirty: Dirty,
  ): Promise<Map<number, SettledSpan>> {
    const view = await this.settled.viewOf(query, dirty.version);
    const { fromMs, toMs } = cut.settled;
    // The quarter after it is either a part of what is remembered, or read with what came since.
    const shelf = view(`${fromMs}/${toMs}${cut.hasTail ? ' and on' : ''}`);
    const found = new Map<number, SettledSpan>();
    const missing: number[] = [];
    for (const agentKey of request.agentKeys) {
      const known = shelf.get(agentKey);
      if (known && known.headFromMs <= request.fromMs) found.set(agentKey, known);
      else missing.push(agentKey);
    }
    if (missing.length > 0) {
      await loadSettled(query, { ...request, agentKeys: missing }, cut, dirty, found, view);
      keep(shelf, missing, found);
    }
    return found;
  }
}

function keep(
  shelf: ShelfView<SettledSpan>,
  agentKeys: readonly number[],
  found: ReadonlyMap<number, SettledSpan>,
): void {
  for (const agentKey of agentKeys) {
    const one = found.get(agentKey);
    if (!one) continue;
    one.partial.detach();
    shelf.put(agentKey, one);
  }
}

/** @returns null where the span is too short or too new to be cut */
function cutOf({ fromMs, toMs }: Span, { settledMs }: Dirty): Cut | null {
  if (!Number.isFinite(settledMs) || toMs - fromMs < LEAST_MS) return null;
  const firstMs = quarterFrom(fromMs);
  const isPast = quarterTo(toMs) + QUARTER_MS <= settledMs;
  const lastMs = isPast ? quarterTo(toMs) : floorToBucket(settledMs, 'hour');
  if (firstMs >= lastMs || lastMs > toMs) return null;
  return { settled: { fromMs: firstMs, toMs: lastMs }, hasTail: isPast };
}

async function loadSettled(
  query: StreamingQuery,
  request: SumRequest,
  { settled, hasTail }: Cut,
  dirty: Dirty,
  found: Map<number, SettledSpan>,
  view: CacheView<SettledSpan>,
): Promise<void> {
  await readStoredWindows(query, request.agentKeys, settled, ({ agentKey, state, head, tail }) => {
    const one = emptySpan(settled.fromMs - QUARTER_MS);
    addEncoded(one.partial, state);
    eachPacked(head, (startedAtMs, row) => one.head.push({ startedAtMs, row }));
    if (hasTail) eachPacked(tail, (startedAtMs, row) => one.tail.push({ startedAtMs, row }));
    found.set(agentKey, one);
  });
  const agentKeys = request.agentKeys.filter((agentKey) => !found.has(agentKey));
  if (agentKeys.length === 0) return;
  for (const agentKey of agentKeys) found.set(agentKey, emptySpan(request.fromMs));
  const edges: CopyPart[] = [];
  const read = (span: Span, rowsOf: (one: SettledSpan) => EdgeRows): void => {
    if (span.fromMs >= span.toMs) return;
    const take: TakeRaw = (agentKey, startedAtMs, row) =>
      rowsOf(spanIn(found, agentKey)).push({ startedAtMs, row: { ...row } });
    edges.push(rawRowsOf(agentKeys, span, take));
  };
  const { fromMs, toMs } = settled;
  // Ranges move with the clock: those that begin later have their rows here, and that end later.
  read({ fromMs: request.fromMs, toMs: fromMs }, (one) => one.head);
  if (hasTail) read({ fromMs: toMs, toMs: toMs + QUARTER_MS }, (one) => one.tail);
  const asked = askRollups(
    query,
    { ...request, agentKeys },
    settled,
    withoutMarks(dirty),
    found,
    view,
  );
  // In one round trip, so that the database works on while rows are merged here.
  await query.copyAll([...asked.flatMap(({ parts }) => parts), ...edges]);
  for (const { finish } of asked) await finish();
}

/**
 * The whole days of a span are remembered by themselves: a range that is moved or stretched by hours,
 * or moves with the clock, has most of them in common with the one before.
 */
function askRollups(
  query: StreamingQuery,
  { agentKeys, coarsest }: SumRequest,
  span: Span,
  asIs: Dirty,
  into: Map<number, SettledSpan>,
  view: CacheView<SettledSpan>,
): Asked[] {
  const partialFor = (agentKey: number): Partial => spanIn(into, agentKey).partial;
  const descent = new Descent(query, agentKeys, asIs, { partialFor });
  const whole = wholeDays(span);
  if (!whole) return [descent.ask([span], coarsest)];
  const shelf = view(`days ${whole.fromMs}/${whole.toMs}`);
  const days = new Map<number, SettledSpan>();
  const missing: number[] = [];
  for (const agentKey of agentKeys) {
    // Taken now: while the others are read it may leave the shelf.
    const known = shelf.get(agentKey);
    const one = known ?? emptySpan(whole.fromMs);
    days.set(agentKey, one);
    spanIn(into, agentKey).days = one.partial;
    if (!known) missing.push(agentKey);
  }
  const dayFor = (agentKey: number): Partial => spanIn(days, agentKey).partial;
  const ofDays = new Descent(query, missing, asIs, { partialFor: dayFor }).ask([whole], coarsest);
  const finish = async (): Promise<void> => {
    await ofDays.finish();
    keep(shelf, missing, days);
  };
  const beside = [
    { fromMs: span.fromMs, toMs: whole.fromMs },
    { fromMs: whole.toMs, toMs: span.toMs },
  ];
  return [{ parts: ofDays.parts, finish }, descent.ask(beside, coarsest)];
}

function wholeDays({ fromMs, toMs }: Span): Span | null {
  const floor = floorToBucket(fromMs, 'day');
  const whole = {
    fromMs: floor === fromMs ? floor : addBuckets(floor, 'day', 1),
    toMs: floorToBucket(toMs, 'day'),
  };
  return whole.toMs - whole.fromMs >= LEAST_DAYS_MS ? whole : null;
}

const emptySpan = (headFromMs: number): SettledSpan => ({
  partial: new Partial(),
  head: [],
  tail: [],
  headFromMs,
});

function spanIn(found: ReadonlyMap<number, SettledSpan>, agentKey: number): SettledSpan {
  const one = found.get(agentKey);
  if (!one) throw new Error(`Agent ${agentKey} was not asked for`);
  return one;
}

/** Of whom something is marked that is not read with what came since. */
function doubts({ settled, hasTail }: Cut, dirty: Dirty): (agentKey: number) => boolean {
  const unknown = new Set(dirty.minutes.map(({ agentKey }) => agentKey));
  const beforeMs = hasTail ? settled.toMs + QUARTER_MS : settled.toMs;
  return (agentKey) => unknown.has(agentKey) || dirty.isMarkedBefore(agentKey, beforeMs);
}

/** The way that is always right. */
async function readEach(
  query: StreamingQuery,
  request: SumRequest,
  dirty: Dirty,
  sums: Map<number, Sum>,
): Promise<void> {
  if (request.agentKeys.length === 0) return;
  const partials = new Map<number, Partial>();
  const partialFor = (agentKey: number): Partial => {
    let partial = partials.get(agentKey);
    if (!partial) partials.set(agentKey, (partial = new Partial()));
    return partial;
  };
  await readWith(query, dirty, { ...request, summed: true }, { partialFor });
  for (const [agentKey, partial] of partials) sums.set(agentKey, new Sum([partial]));
}
