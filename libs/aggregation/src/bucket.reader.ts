import type { Period, Statistics } from '@app/contracts';
import { floorToBucket } from '@app/stats';

import { literal } from './copy-out.js';
import type { CopyPart, StreamingQuery } from './copy-out.js';
import { DirtyQuestion } from './dirty.reader.js';
import type { Dirty } from './dirty.reader.js';
import { Partial, addRow, finalise } from './partial.js';
import { readWith } from './partial.reader.js';
import { withoutMarks } from './recent.js';
import { rollupsPart } from './rollup.rows.js';
import { SettledCache } from './settled.cache.js';
import type { Span } from './span.js';

/** Agents whose figures are remembered: a week of hours of one takes some 100 KB. */
const MOST_AGENTS = 150;
/** When so much more is settled, it is remembered too. */
const LONG_MS = 6 * 3_600_000;

export interface BucketRequest extends Span {
  projectId: number;
  agentId: string;
  /** Of the buckets, which begin in UTC; the span begins and ends with one. */
  period: Period;
}

/** With the agent found. */
type AgentRequest = BucketRequest & { agentKey: number };

/** Figures by the start of their bucket, epoch ms; none for buckets in which nothing happened. */
export type Figures = ReadonlyMap<number, Statistics>;

interface SettledFigures extends Span {
  figures: Map<number, Statistics>;
}

/** Figures of one agent bucket by bucket: those of settled buckets are remembered. */
export class BucketReader {
  private readonly settled = new SettledCache<SettledFigures>(MOST_AGENTS);
  /** Up to when figures were remembered last, and of whom: what came since is asked for at once. */
  private readonly guesses = new Map<string, { agentKey: number; toMs: number }>();

  /**
   * Must run in one REPEATABLE READ transaction.
   * @returns null where the project has no such agent
   */
  async read(query: StreamingQuery, request: BucketRequest): Promise<Figures | null> {
    const { projectId, agentId, period } = request;
    const name = `${projectId}/${period}/${agentId}`;
    const guess = this.guesses.get(name);
    const question = new DirtyQuestion(request);
    const since = new Map<number, Partial>();
    let agentKey: number | null = null;
    const parts: CopyPart[] = [agentPart(request, (key) => (agentKey = key)), question];
    if (guess) parts.push(sincePart({ ...request, ...guess }, request.toMs, since));
    await query.copyAll(parts);
    if (agentKey === null) return null;
    const dirty = await question.answer(query, { projectId, agentKeys: [agentKey] });
    const known = { ...request, agentKey };
    const quick = guess && (await this.withSince(query, known, guess, dirty, since));
    return quick ?? this.fromStart(query, known, dirty, name);
  }

  /** What is remembered, and what has come since; null if that is not the whole truth. */
  private async withSince(
    query: StreamingQuery,
    { agentKey, period, fromMs, toMs }: AgentRequest,
    guess: { agentKey: number; toMs: number },
    dirty: Dirty,
    since: Map<number, Partial>,
  ): Promise<Figures | null> {
    const isDoubtful = dirty.minutes.length > 0 || dirty.isMarkedBefore(agentKey, guess.toMs);
    const isLong = settledUntil(dirty, period) - guess.toMs > LONG_MS;
    if (isDoubtful || isLong || guess.agentKey !== agentKey || guess.toMs > toMs) return null;
    const known = (await this.settled.viewOf(query, dirty.version))(period).get(agentKey);
    if (known?.toMs !== guess.toMs || known.fromMs > fromMs) return null;
    dirty.eachFresh(new Set([agentKey]), (_, atMs, row) => {
      if (atMs < toMs) addRow(partialAt(since, atMs, period), row);
    });
    return new Map([...known.figures, ...finalised(since)]);
  }

  private async fromStart(
    query: StreamingQuery,
    request: AgentRequest,
    dirty: Dirty,
    name: string,
  ): Promise<Figures> {
    const { agentKey, period, fromMs, toMs } = request;
    const settledMs = Math.min(settledUntil(dirty, period), toMs);
    const isDoubtful = dirty.minutes.length > 0 || dirty.isMarkedBefore(agentKey, settledMs);
    if (isDoubtful || settledMs <= fromMs) return readFigures(query, request, dirty);
    const figures = await readFigures(query, { ...request, toMs: settledMs }, withoutMarks(dirty));
    const shelf = (await this.settled.viewOf(query, dirty.version))(period);
    shelf.put(agentKey, { fromMs, toMs: settledMs, figures });
    this.guess(name, { agentKey, toMs: settledMs });
    if (settledMs === toMs) return figures;
    return new Map([
      ...figures,
      ...(await readFigures(query, { ...request, fromMs: settledMs }, dirty)),
    ]);
  }

  private guess(name: string, guess: { agentKey: number; toMs: number }): void {
    this.guesses.delete(name);
    this.guesses.set(name, guess);
    if (this.guesses.size <= MOST_AGENTS) return;
    const [oldest = name] = this.guesses.keys();
    this.guesses.delete(oldest);
  }
}

function agentPart(
  { projectId, agentId }: BucketRequest,
  found: (agentKey: number) => void,
): CopyPart {
  return {
    select: `SELECT agent_key FROM agents WHERE project_id = ${Math.trunc(projectId)}
      AND agent_id = ${literal(agentId)}`,
    take: (row) => found(row.int4()),
  };
}

/** Rollups that begin where the remembered ones end. */
function sincePart(
  request: Omit<AgentRequest, 'fromMs'>,
  toMs: number,
  since: Map<number, Partial>,
): CopyPart {
  const { agentKey, period } = request;
  return rollupsPart(period, agentKey, { fromMs: request.toMs, toMs }, (_, bucketMs) =>
    partialAt(since, bucketMs, period),
  );
}

function partialAt(partials: Map<number, Partial>, atMs: number, period: Period): Partial {
  const bucketMs = floorToBucket(atMs, period);
  let partial = partials.get(bucketMs);
  if (!partial) partials.set(bucketMs, (partial = new Partial()));
  return partial;
}

/** Up to when whole buckets are settled. */
function settledUntil({ settledMs }: Dirty, period: Period): number {
  return Number.isFinite(settledMs) ? floorToBucket(settledMs, period) : -Infinity;
}

async function readFigures(
  query: StreamingQuery,
  { agentKey, period, projectId, fromMs, toMs }: AgentRequest,
  dirty: Dirty,
): Promise<Map<number, Statistics>> {
  const partials = new Map<number, Partial>();
  const request = { fromMs, toMs, projectId, agentKeys: [agentKey], coarsest: period };
  await readWith(query, dirty, request, {
    partialFor: (_, atMs) => partialAt(partials, atMs, period),
  });
  return finalised(partials);
}

function finalised(partials: ReadonlyMap<number, Partial>): Map<number, Statistics> {
  const figures = new Map<number, Statistics>();
  for (const [bucketMs, partial] of partials) figures.set(bucketMs, finalise(partial));
  return figures;
}
