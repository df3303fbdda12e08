import { instant, intArray } from './copy-out.js';
import type { Query, StreamingQuery } from './copy-out.js';
import type { Horizons } from './horizons.js';
import { eachPacked } from './packed-rows.js';
import { addRow } from './partial.js';
import type { Partial, RawRow } from './partial.js';
import { noteChange } from './rollup.changes.js';
import type { Span } from './span.js';
import { addEncoded } from './window.codec.js';

/** Windows begin and end on quarters of an hour; what lies beside is kept row by row. */
export const QUARTER_MS = 15 * 60_000;
const TABLE = 'agent_performance_window';

export const quarterTo = (ms: number): number => Math.floor(ms / QUARTER_MS) * QUARTER_MS;
export const quarterFrom = (ms: number): number => Math.ceil(ms / QUARTER_MS) * QUARTER_MS;

/** Removes the windows in which something has changed, and tells everybody of the change. */
export async function forgetWindows(
  query: Query,
  minutes: readonly { agentKey: number; bucketMs: number }[],
  horizons: Horizons,
): Promise<void> {
  const late = minutes.filter(({ bucketMs }) => bucketMs < horizons.window);
  await noteChange(query, new Set(late.map(({ agentKey }) => agentKey)));
  if (late.length === 0) return;
  await query(
    `DELETE FROM ${TABLE} w
     USING unnest($1::int[], $2::timestamptz[]) AS t (agent_key, at)
     WHERE w.agent_key = t.agent_key AND t.at >= w.from_at - interval '15 minutes'
       AND t.at < w.to_at + interval '15 minutes'`,
    [late.map(({ agentKey }) => agentKey), late.map(({ bucketMs }) => new Date(bucketMs))],
  );
}

/** What a window answered: for whom, and up to when. */
export interface WindowAnswer {
  agents: Set<number>;
  toMs: number;
}

/**
 * Answers from a window that begins within a quarter of an hour after the span does.
 * @param isMarked whether something of the agent that lies before an instant is not rolled up yet
 */
export async function readWindow(
  query: StreamingQuery,
  agentKeys: readonly number[],
  span: Span,
  isMarked: (agentKey: number, beforeMs: number) => boolean,
  partialFor: (agentKey: number, atMs: number) => Partial,
): Promise<WindowAnswer> {
  const fromMs = quarterFrom(span.fromMs);
  const answer: WindowAnswer = { agents: new Set(), toMs: span.toMs };
  await query.copyOut(
    `SELECT agent_key, to_at, state, head, tail FROM ${TABLE}
     WHERE from_at = ${instant(fromMs)} AND agent_key = ANY (${intArray(agentKeys)})
       AND to_at = (SELECT max(to_at) FROM ${TABLE}
         WHERE from_at = ${instant(fromMs)} AND to_at <= ${instant(span.toMs)})`,
    (row) => {
      const agentKey = row.int4();
      const toMs = row.instant();
      const tailHoldsEnd = span.toMs <= toMs + QUARTER_MS;
      answer.toMs = tailHoldsEnd ? span.toMs : toMs;
      if (isMarked(agentKey, toMs + QUARTER_MS)) return;
      answer.agents.add(agentKey);
      const partial = partialFor(agentKey, span.fromMs);
      addEncoded(partial, row.bytes());
      const take = (atMs: number, raw: RawRow): void => {
        if (atMs >= span.fromMs && atMs < span.toMs) addRow(partial, raw);
      };
      eachPacked(row.bytes(), take);
      if (tailHoldsEnd) eachPacked(row.bytes(), take);
    },
  );
  return answer;
}

/** A window as it is stored, for an agent; the bytes are valid only until the next one. */
export interface StoredWindow {
  agentKey: number;
  state: Buffer;
  head: Buffer;
  tail: Buffer;
}

/** Reads the windows of exactly this span. */
export async function readStoredWindows(
  query: StreamingQuery,
  agentKeys: readonly number[],
  { fromMs, toMs }: Span,
  take: (window: StoredWindow) => void,
): Promise<void> {
  await query.copyOut(
    `SELECT agent_key, state, head, tail FROM ${TABLE}
     WHERE from_at = ${instant(fromMs)} AND to_at = ${instant(toMs)}
       AND agent_key = ANY (${intArray(agentKeys)})`,
    (row) => {
      const agentKey = row.int4();
      const [state, head, tail] = [row.bytes(), row.bytes(), row.bytes()];
      take({ agentKey, state, head, tail });
    },
  );
}
