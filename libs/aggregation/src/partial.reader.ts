import type { Period } from '@app/contracts';
import { addBuckets, floorToBucket } from '@app/stats';

import type { CopyPart, StreamingQuery } from './copy-out.js';
import { readDirty } from './dirty.reader.js';
import type { Dirty } from './dirty.reader.js';
import type { Level } from './levels.js';
import { Partial, addRow } from './partial.js';
import { rawRowsOf, readRawRowsOf } from './raw.rows.js';
import type { TakeRaw } from './raw.rows.js';
import { readRollupsOf, rollupsOfMany } from './rollup.rows.js';
import type { PartialOf } from './rollup.rows.js';
import type { AgentSpan, Span } from './span.js';
import { readWindow } from './window.rows.js';

export interface PartialRequest extends Span {
  agentKeys: number[];
  /** The one that all of them belong to; without it, what any project has dropped is not looked for. */
  projectId?: number;
  /** The coarsest rollups that may answer: a trend's period, or `month` where there are no buckets. */
  coarsest: Period;
  /** Whether the answer is one sum per agent, so that a maintained window may stand in for it. */
  summed?: boolean;
}

/**
 * Receives state to merge into the answer. `partial` is the caller's to keep or change.
 * @param atMs an instant within the bucket that the state belongs to
 */
export interface PartialSink {
  /** Without it, rollups are added to `partialFor`. */
  rollup?(agentKey: number, atMs: number, partial: Partial): void;
  /** The partial that a row is to be added to. */
  partialFor(agentKey: number, atMs: number): Partial;
}

const FINER: Record<Level, Level | null> = {
  month: 'day',
  week: 'day',
  day: 'sixHours',
  sixHours: 'hour',
  hour: 'minute',
  minute: null,
};
/** Shorter spans are answered as fast without a window. */
const WINDOW_FROM_MS = 20 * 3_600_000;

/** What one period is asked for all agents, and what its rows leave to finer ones. */
interface LevelPlan {
  period: Level;
  asked: Span[];
  left: AgentSpan[];
}

/** Every question about all agents. */
interface CommonPlan {
  /** From coarse to fine. */
  levels: LevelPlan[];
  /** What no rollups can answer. */
  raw: Span[];
  parts: CopyPart[];
  /** To deliver when the parts have been read. */
  takings: Taking[];
}

/** Questions, and what is to be done when their rows have been taken. */
export interface Asked {
  parts: CopyPart[];
  finish: () => Promise<void>;
}

const NOTHING: Asked = { parts: [], finish: () => Promise.resolve() };

/** Takes rows into partials, and hands them on when all have come. */
interface Taking {
  partialOf: PartialOf;
  deliver: () => void;
}

/**
 * Reads everything that is committed within a span: rollups where they are up to date, and what is
 * not in them yet. Must run in one REPEATABLE READ transaction, so that marks, rollups and raw rows
 * are of one instant.
 */
export async function readPartials(
  query: StreamingQuery,
  request: PartialRequest,
  sink: PartialSink,
): Promise<void> {
  const { fromMs, toMs } = request;
  if (request.agentKeys.length === 0 || fromMs >= toMs) return;
  await readWith(query, await readDirty(query, request), request, sink);
}

/** The same, when it is known already what is dirty. */
export async function readWith(
  query: StreamingQuery,
  dirty: Dirty,
  request: PartialRequest,
  sink: PartialSink,
): Promise<void> {
  const { fromMs, toMs, summed } = request;
  let agentKeys = request.agentKeys;
  if (summed && toMs - fromMs >= WINDOW_FROM_MS) {
    const answered = await readWindow(
      query,
      agentKeys,
      request,
      (agentKey, beforeMs) => dirty.isMarkedBefore(agentKey, beforeMs),
      (agentKey, atMs) => sink.partialFor(agentKey, atMs),
    );
    const { agents } = answered;
    const remainder = { fromMs: answered.toMs, toMs };
    await new Descent(query, [...agents], dirty, sink, true).read(remainder, 'hour');
    agentKeys = agentKeys.filter((agentKey) => !agents.has(agentKey));
  }
  await new Descent(query, agentKeys, dirty, sink, summed).read(request, request.coarsest);
}

/** From coarse rollups down to single rows, each for what the ones before could not answer. */
export class Descent {
  private readonly agents: ReadonlySet<number>;
  private readonly minutes: { agentKey: number; minuteMs: number }[];

  constructor(
    private readonly query: StreamingQuery,
    private readonly agentKeys: number[],
    private readonly dirty: Dirty,
    private readonly sink: PartialSink,
    /** Whether a bucket that ends after the span may answer, if nothing in it does. */
    private readonly mayPass = false,
  ) {
    this.agents = new Set(agentKeys);
    this.minutes = dirty.minutes.filter(({ agentKey }) => this.agents.has(agentKey));
  }

  async read(span: Span, coarsest: Period): Promise<void> {
    const asked = this.ask([span], coarsest);
    await this.query.copyAll(asked.parts);
    await asked.finish();
  }

  /**
   * What is to be asked of spans that do not overlap: in one round trip, other questions beside it.
   */
  ask(given: readonly Span[], coarsest: Period): Asked {
    const spans = given.filter(({ fromMs, toMs }) => fromMs < toMs);
    if (this.agentKeys.length === 0 || spans.length === 0) return NOTHING;
    const take: TakeRaw = (agentKey, atMs, row) =>
      addRow(this.sink.partialFor(agentKey, atMs), row);
    const plan = this.common(spans, coarsest, take);
    return { parts: plan.parts, finish: () => this.finish(spans, plan, take) };
  }

  /** Reads what could not be known beforehand, and what is in no table. */
  private async finish(
    spans: readonly Span[],
    { levels, raw, takings }: CommonPlan,
    take: TakeRaw,
  ): Promise<void> {
    for (const taking of takings) taking.deliver();
    let own: AgentSpan[] = [];
    for (const level of levels) own = await this.level(level, own);
    await readRawRowsOf(this.query, own, take);
    const isRead = reading(raw, own);
    this.dirty.eachFresh(this.agents, (agentKey, atMs, row) => {
      if (!isWithin(spans, atMs)) return;
      if (!isRead(agentKey, atMs)) take(agentKey, atMs, row);
    });
  }

  /**
   * What all agents are asked for, level by level and at last row by row. It is known beforehand,
   * so that one round trip brings it, and the database works on while rows are merged here.
   */
  private common(spans: Span[], coarsest: Period, take: TakeRaw): CommonPlan {
    const plan: CommonPlan = { levels: [], raw: spans, parts: [], takings: [] };
    for (let period: Level | null = coarsest; period; period = FINER[period]) {
      const level: LevelPlan = { period, asked: [], left: [] };
      const horizonMs = this.dirty.horizonOf(period);
      const rest: Span[] = [];
      for (const one of plan.raw) {
        const { whole, beside } = fit(one, period, horizonMs, this.mayPass);
        rest.push(...beside);
        if (!whole) continue;
        level.asked.push(whole);
        const taking = this.taking(period, (agentKey) => ({ ...whole, agentKey }), level.left);
        plan.takings.push(taking);
        const until = ended(whole, period);
        plan.parts.push(rollupsOfMany(period, this.agentKeys, until, taking.partialOf));
      }
      plan.levels.push(level);
      plan.raw = rest;
    }
    plan.parts.push(...plan.raw.map((one) => rawRowsOf(this.agentKeys, one, take)));
    return plan;
  }

  /** Answers what rollups of a period can answer of single agents' spans, and tells what is left. */
  private async level({ period, asked, left }: LevelPlan, own: AgentSpan[]): Promise<AgentSpan[]> {
    const rest = [...left];
    const horizonMs = this.dirty.horizonOf(period);
    const spans: AgentSpan[] = [];
    for (const span of own) {
      const { whole, beside } = fit(span, period, horizonMs, this.mayPass);
      rest.push(...beside.map((part) => ({ ...part, agentKey: span.agentKey })));
      if (whole) spans.push({ ...whole, agentKey: span.agentKey });
    }
    const holds = holding(spans);
    const taking = this.taking(period, holds, rest);
    await readRollupsOf(
      this.query,
      period,
      spans.map((span) => ({ ...ended(span, period), agentKey: span.agentKey })),
      taking.partialOf,
    );
    taking.deliver();
    rest.push(...this.stale(period, asked, holds));
    return rest;
  }

  /** Decides row by row; a bucket that the span cuts counts if all in it lies before the cut. */
  private taking(
    period: Level,
    spanAt: (agentKey: number, atMs: number) => Span | undefined,
    left: AgentSpan[],
  ): Taking {
    const { sink } = this;
    const isDirty = this.dirty.bucketsOf(period);
    const pending: [agentKey: number, bucketMs: number, partial: Partial][] = [];
    const partialOf: PartialOf = (agentKey, bucketMs, lastEndedAtMs) => {
      if (isDirty(agentKey, bucketMs)) return null;
      const span = spanAt(agentKey, bucketMs);
      if (!span) return null;
      if (lastEndedAtMs >= span.toMs && addBuckets(bucketMs, period, 1) > span.toMs) {
        left.push({ agentKey, fromMs: bucketMs, toMs: span.toMs });
        return null;
      }
      if (!sink.rollup) return sink.partialFor(agentKey, bucketMs);
      const partial = new Partial();
      pending.push([agentKey, bucketMs, partial]);
      return partial;
    };
    const deliver = (): void => {
      for (const [agentKey, bucketMs, partial] of pending) {
        sink.rollup?.(agentKey, bucketMs, partial);
      }
    };
    return { partialOf, deliver };
  }

  /** The buckets that were asked for and are out of date: finer ones answer them. */
  private stale(
    period: Level,
    asked: Span[],
    holds: (agentKey: number, atMs: number) => Span | undefined,
  ): AgentSpan[] {
    const stale = new Map<string, AgentSpan>();
    for (const { agentKey, minuteMs } of this.minutes) {
      const fromMs = floorToBucket(minuteMs, period);
      const span =
        asked.find((one) => fromMs >= one.fromMs && fromMs < one.toMs) ?? holds(agentKey, fromMs);
      if (!span) continue;
      const toMs = Math.min(addBuckets(fromMs, period, 1), span.toMs);
      stale.set(`${agentKey}/${fromMs}`, { agentKey, fromMs, toMs });
    }
    return [...stale.values()];
  }
}

/**
 * The part of a span that begins, and unless it may pass the end also ends, with a bucket of the
 * period; and what lies beside, also where rollups of the period are not complete any more.
 */
function fit(
  span: Span,
  period: Level,
  horizonMs: number,
  mayPass: boolean,
): { whole: Span | null; beside: Span[] } {
  const floor = floorToBucket(span.fromMs, period);
  const next = floor === span.fromMs ? floor : addBuckets(floor, period, 1);
  const fromMs = Math.max(next, horizonMs);
  const toMs = mayPass ? span.toMs : floorToBucket(span.toMs, period);
  if (fromMs >= toMs) return { whole: null, beside: [span] };
  const beside: Span[] = [];
  if (fromMs > span.fromMs) beside.push({ fromMs: span.fromMs, toMs: fromMs });
  if (toMs < span.toMs) beside.push({ fromMs: toMs, toMs: span.toMs });
  return { whole: { fromMs, toMs }, beside };
}

/** The span up to the end of the bucket that it ends in. */
function ended({ fromMs, toMs }: Span, period: Level): Span {
  return { fromMs, toMs: addBuckets(floorToBucket(toMs - 1, period), period, 1) };
}

/** Finds the span of an agent that holds an instant. */
function holding(spans: AgentSpan[]): (agentKey: number, atMs: number) => AgentSpan | undefined {
  const byAgent = Map.groupBy(spans, ({ agentKey }) => agentKey);
  return (agentKey, atMs) =>
    byAgent.get(agentKey)?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

/** Whether a row was among those that were read one by one. */
function reading(
  common: readonly Span[],
  own: AgentSpan[],
): (agentKey: number, atMs: number) => boolean {
  const holds = holding(own);
  return (agentKey, atMs) => isWithin(common, atMs) || holds(agentKey, atMs) !== undefined;
}

function isWithin(spans: readonly Span[], atMs: number): boolean {
  return spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}
